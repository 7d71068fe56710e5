"""What stands beside a case on its page: whistles, duplicates, why this unit, its drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from markupsafe import Markup

from domain.incident import marks
from domain.incident.events import StageChanged
from domain.incident.folding import MERGED
from domain.kernel.routed import OTHERWISE
from projections.incident.duplicates import Candidate, Follower, Sighting
from projections.people.queries import UnitRow
from web.city import Reading, the_city
from web.diagrams import drawn
from web.incident.alike import candidates_for_viewer, followers_for_viewer
from web.languages import language, say, word
from web.whistle.call import Call, calls_for
from web.whistle.summonable import book_of, kinds_for, units_for
from workflows.diagram.overlay import CasePath, Overlay
from workflows.routing.explaining import Choice, Explanation, explain_case

if TYPE_CHECKING:
    from domain.rulebook.names import Named
    from domain.rulebook.whistles import WhistleKind
    from web.acting import Actor
    from web.incident.case import Case
    from workflows.engine import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Blowing:
    """A kind of whistle that the reader may blow here, and whom it may summon."""

    kind: WhistleKind
    units: Sequence[UnitRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The same matter: the case that leads, those that follow, and those that may be one more."""

    leading: UUID | None
    followers: Sequence[Follower]
    candidates: Sequence[Candidate]
    may_unmerge: bool

    @property
    def any(self) -> bool:
        """Whether there is something to show."""
        return bool(self.leading or self.followers or self.candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Which rule suggested which unit, which rules were passed over, and what was chosen then."""

    explanation: Explanation
    choices: Sequence[Choice]
    labels: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """Name the rule and its version."""
        decided = self.explanation.decided
        return say(
            "by rule “{rule}” of {version}",
            rule=self.labels.get(decided.rule, decided.rule),
            version=decided.rules,
        )

    @property
    def passed_over(self) -> list[tuple[str, str]]:
        """Give the rules that were asked before, each with what did not hold."""
        return [
            (
                self.labels.get(one.rule, one.rule),
                ", ".join(word("condition", condition) for condition in one.unmet),
            )
            for one in self.explanation.looked_at
            if one.unmet
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """All of it, for one reader."""

    calls: Sequence[Call]
    causes: Mapping[str, Named]
    blowing: Sequence[Blowing]
    alike: Alike
    routing: Routing | None
    drawing: Markup


def beside(conn: Reading, case: Case, actor: Actor, offers: Sequence[Offer]) -> Beside:
    """Look up what stands beside a case."""
    book = book_of(case.definition)
    kinds = kinds_for(book, actor, case.area) if book and not case.course.ended else []
    return Beside(
        calls=calls_for(conn, case.incident, case.history, case.fields),
        causes=book.causes if book else {},
        blowing=[Blowing(kind=kind, units=units_for(conn, kind, case.area)) for kind in kinds],
        alike=alike(conn, case, actor),
        routing=routing(case),
        drawing=path_drawn(case, offers),
    )


def alike(conn: Reading, case: Case, actor: Actor) -> Alike:
    """Look for the same matter: while a case is open and leads itself, others are suggested."""
    course = case.course
    found: list[Candidate] = []
    if course.leading is None and not course.ended:
        seen = Sighting(
            category=course.category, area=case.area, place=case.place, besides=case.incident
        )
        found = candidates_for_viewer(conn, seen, now=case.now)
    merging = [rule for rule in case.definition.steps if marks.MERGED in rule.marks]
    return Alike(
        leading=course.leading,
        followers=followers_for_viewer(conn, case.incident),
        candidates=found,
        may_unmerge=course.final == MERGED and any(actor.role in rule.by for rule in merging),
    )


def routing(case: Case) -> Routing | None:
    """Explain the routing of a case; None where no rule was asked."""
    shelf = the_city().shelf
    facts = [recorded.fact for recorded in case.history]
    explanation, choices = explain_case(facts, shelf)
    if explanation is None:
        return None
    labels = _labels(shelf.content("routing", explanation.decided.rules))
    return Routing(explanation=explanation, choices=choices, labels=labels)


def _labels(content: Mapping[str, object]) -> dict[str, str]:
    """Give the names that a city wrote for its rules."""
    rules = content.get("rule")
    found = {OTHERWISE: say("none of them held: the district decides")}
    for rule in rules if isinstance(rules, list) else []:
        label = rule.get("label") or {}
        found[rule["name"]] = label.get(language(), rule["name"])
    return found


def path_drawn(case: Case, offers: Sequence[Offer]) -> Markup:
    """Draw the way that a case came, and the steps open to the reader."""
    taken = [
        (one.fact.left, one.fact.step) for one in case.history if isinstance(one.fact, StageChanged)
    ]
    path = CasePath.of(
        case.course.stage,
        taken=taken,
        open_steps=[offer.rule.name for offer in offers if offer.allowed],
    )
    return drawn(case.definition, Overlay(path=path))
