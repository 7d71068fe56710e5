"""Carrying out an order of administration, or telling beforehand what it would change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from projections.incident.board import BoardFilter, chips
from web.access import must_see
from web.acting import Actor, api_actor
from web.admin.places import Places
from web.city import the_city
from web.ordering import carry_out, command_id, wait_wished
from workflows.desk import Desk
from workflows.reasons import LONGEST_REASON, Explained

SEEN_IN = ("areas", "roster", "senders")
"""The read models that show what administrators order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order, the action of the table it is, where it reaches, and the cases it touches."""

    action: str
    command: object
    places: Places
    cases: BoardFilter | None = None


def carried(wished: Callable[[], Wish], *, dry: bool, reason: str | None = None) -> dict[str, Any]:
    """Order it, or only try it out: a refusal is the same either way.

    Who asks is known before anything is looked up for the wish.
    """
    actor = api_actor()
    key, wait = command_id(), wait_wished()
    return carried_by(actor, wished, key=key, dry=dry, wait=wait, reason=reason)


def carried_by(
    actor: Actor,
    wished: Callable[[], Wish],
    *,
    key: str,
    dry: bool = False,
    wait: float,
    reason: str | None = None,
) -> dict[str, Any]:
    """Do so for whoever was found to send the request, a page's form among them."""
    wish = wished()
    for where in wish.places or (actor.area,):
        must_see(wish.action, where)
    act = actor.act(area=_named(actor, wish.places), command_id=key, at=the_city().now())
    told = {"dry_run": dry, "open_cases": _open_cases(wish.cases)}
    if not dry:
        done = carry_out(_explained(wish.command, reason), act, wait=wait, seen_in=SEEN_IN)
        return {**told, "record": done.stream, "version": done.version, "changes": None}
    batch = the_city().ledger.batch()  # never flushed, so nothing is recorded
    answer = Desk(replace(the_city().desk.office, records=batch)).do(wish.command, act)
    assert answer is not None  # noqa: S101  # only deadlines may find nothing to do
    before = len(the_city().ledger.facts(answer.stream))
    changes = max(answer.version - before, 0)
    return {**told, "record": answer.stream, "version": before, "changes": changes}


def why_given() -> str:
    """Give why a form of administration is sent, as far as it can be kept."""
    return request.form.get("reason", "").replace("\0", "")[:LONGEST_REASON]


def _explained(command: object, reason: str | None) -> object:
    """Give the order with why it is given, where that was said."""
    said = (reason or "").strip()
    if not said:
        return command
    return Explained(
        order=command, reason=Words(text=said, key=the_city().desk.office.random_key())
    )


def _named(actor: Actor, places: Places) -> str:
    return str(next(iter(places), actor.area))


def _open_cases(cases: BoardFilter | None) -> int | None:
    if cases is None:
        return None
    with the_city().store.reading() as conn:
        return chips(conn, cases, now=the_city().now()).total


def must_be_somebody(handle: str) -> None:
    """Refuse ``invalid-handle`` for what could never stand on the roster."""
    if not handle.startswith("p-"):
        reason = "A handle is p- and up to 60 small letters, digits and hyphens; never a name."
        raise Refused("invalid-handle", reason)
