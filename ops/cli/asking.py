"""Who orders a command, and whether the table of access lets them: asked here for all commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import click

from domain.access.deciding import must_be_allowed
from domain.access.relation import Relation
from domain.access.table import OPERATORS, TABLE
from domain.kernel.act import OPERATOR

if TYPE_CHECKING:
    from domain.people.person import Person
    from ops.bootstrap import Gridward
    from web.acting import Actor

Opens = Literal["nothing", "reading", "writing"]
"""What a command needs of the city."""
EXPLAINED = frozenset(
    {"keep accounts", "keep senders", "keep the roster", "change areas", "publish rules"}
)
"""Changes of administration: why they are ordered is recorded with them where it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a command is in the table: one action, or one for each word of its ``order``.

    ``whole``: it is asked of the whole city before it begins; others are asked where they reach.
    """

    to: str | Mapping[str, str]
    opens: Opens
    whole: bool = False

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action that it can be."""
        return (self.to,) if isinstance(self.to, str) else tuple(dict.fromkeys(self.to.values()))

    def action(self, given: Mapping[str, Any]) -> str:
        """Give the action of a command as it was typed."""
        return self.to if isinstance(self.to, str) else self.to[given["order"]]

    @property
    def is_for_people(self) -> bool:
        """Whether anybody but the operator may order it."""
        return any(row.roles - OPERATORS for action in self.actions for row in TABLE[action])

    @property
    def is_explained(self) -> bool:
        """Whether it takes why it is ordered."""
        return not EXPLAINED.isdisjoint(self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom a command names as acting, in which role, and why; nobody named is the operator."""

    person: str | None = None
    role: str | None = None
    why: str | None = None


ROWS: dict[Callable[..., Any], Asked] = {}
"""What each command is, by its function: one that stands nowhere here fails the build."""


def for_operator(to: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a command that opens no city itself, such as serving one."""
    must_be_operators(to)

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        ROWS[command] = Asked(to=to, opens="nothing")
        return command

    return decorate


def must_be_operators(action: str) -> None:
    """Refuse ``not-for-your-role`` of what the operator may not do."""
    must_be_allowed(action, OPERATOR, Relation.NOWHERE)


def naming(
    asked: Asked, command: Callable[..., Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a command name who acts, in which role, and why, as far as that can be."""
    has_role = "role" in inspect.signature(command).parameters
    options = []
    if asked.is_for_people and asked.opens != "nothing":
        options += [
            click.option("--as", "as_person", help="Who acts (p-…); the operator if left out."),
            click.option(
                "--as-role" if has_role else "--role",
                "as_role",
                help="In which role, where several could.",
            ),
        ]
    if asked.is_explained and asked.opens == "writing":
        options.append(click.option("--reason", "as_why", help="Why; recorded with the change."))

    def decorate(told: Callable[..., Any]) -> Callable[..., Any]:
        for option in options:
            told = option(told)
        return told

    return decorate


def named(given: dict[str, Any]) -> Named:
    """Take out of what was typed who acts."""
    person, role, why = (given.pop(name, None) for name in ("as_person", "as_role", "as_why"))
    if role and not person:
        raise click.UsageError("Say who acts in this role: --as and a handle.")
    return Named(person=person, role=role, why=why)


@contextmanager
def seated(city: Gridward, asked: Asked, action: str, who: Named) -> Iterator[Gridward]:
    """Let somebody order at this machine as pages let a viewer; refuses what the table refuses.

    Queries that pages ask answer here as there, and each order is asked about at the desk.
    """
    from flask import Flask, g

    from ops.cli.reaching import AskingDesk, must_be_open_everywhere, usable_reason
    from web.access import must_be_for_role
    from web.city import open_city

    desk = AskingDesk(city.desk, action)
    app, sat = Flask("gridward", static_folder=None), replace(city, desk=desk)
    open_city(app.extensions, sat)
    with app.app_context():
        g.viewer = _actor(city, asked, action, who)
        must_be_for_role(action)
        if asked.whole:
            must_be_open_everywhere(action)
        g.why = usable_reason(who.why)
        yield sat


def _actor(city: Gridward, asked: Asked, action: str, who: Named) -> Actor:
    """Give who acts; refuses ``person-unknown``, ``role-not-held``, ``account-disabled``."""
    from domain.account.account import Account, account_id
    from domain.kernel.refusals import Refused
    from domain.people.person import Person, person_id
    from web.acting import Actor, actor_of

    if not who.person or not asked.is_for_people:
        return Actor(handle=OPERATOR, role=OPERATOR, posts=())
    person = city.ledger.load(Person, person_id(who.person))
    actor = actor_of(who.person, who.role or _role_of(person, action))
    if city.ledger.load(Account, account_id(who.person)).disabled:
        reason = f"The account of {who.person} is disabled: nobody acts by it, here as elsewhere."
        raise Refused("account-disabled", reason, handle=who.person)
    return actor


def _role_of(person: Person, action: str) -> str:
    """Give the first of the roles held today that may do it, or any that is held."""
    from web.city import today

    held = sorted({one.post.role for one in person.grants if one.holds_on(today())})
    may = [role for role in held if any(role in row.roles for row in TABLE[action])]
    return next(iter(may or held), "none")
