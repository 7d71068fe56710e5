"""Explaining a routing: the rule, its version and inputs, and the same answer found anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.incident.events import Assigned, Filed
from domain.kernel.facts import Fact
from domain.kernel.routed import Routed
from domain.rulebook.routing import route
from domain.rulebook.routing_inputs import facts_from
from ledger.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A rule that was looked at; ``unmet`` are its conditions that did not hold."""

    rule: str
    unmet: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """``decided`` stands in the log, ``again`` is what the same version says of the same inputs."""

    decided: Routed
    again: Routed
    looked_at: tuple[Looked, ...]

    @property
    def same(self) -> bool:
        """Whether the decision, made again, is the one that was recorded."""
        return self.decided == self.again


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A unit made responsible, beside what the rules had suggested."""

    fact: Assigned
    suggested: str | None

    @property
    def followed(self) -> bool:
        return self.suggested == self.fact.unit


def explain(fact: Filed, shelf: Shelf) -> Explanation | None:
    """Make a recorded decision again; None where no rule was asked."""
    decided = fact.routed
    if decided is None:
        return None
    book, facts = shelf.routing(decided.rules), facts_from(decided.inputs)
    again = replace(route(book, facts), inputs=decided.inputs)
    looked_at: list[Looked] = []
    for rule in book.rules:
        looked_at.append(Looked(rule=rule.name, unmet=tuple(rule.unmet(facts))))
        if not looked_at[-1].unmet:
            break
    return Explanation(decided=decided, again=again, looked_at=tuple(looked_at))


def explain_case(history: Iterable[Fact], shelf: Shelf) -> tuple[Explanation | None, list[Choice]]:
    """Explain the routing of a case and give every choice made after it."""
    explanation: Explanation | None = None
    choices: list[Choice] = []
    for fact in history:
        if isinstance(fact, Filed):
            explanation = explain(fact, shelf)
        elif isinstance(fact, Assigned) and explanation is not None:
            choices.append(Choice(fact=fact, suggested=explanation.decided.unit))
    return explanation, choices
