"""What a request looks at: who sends it and the case it is about, asked together."""

from __future__ import annotations

from uuid import UUID

from flask import g, request

from domain.account.account import account_id
from domain.kernel.act import COMMAND_ID_LENGTH
from domain.people.person import person_id
from ledger.looking import Asked, Look
from web.city import the_city
from workflows.claiming import key_on

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def the_look() -> Look:
    """Give what this request looked at, until ``forget``."""
    if "look" not in g:
        g.look = Look(the_city().ledger)
    look: Look = g.look
    return look


def look_at_sender(handle: str) -> Look:
    """Look at who sends a request; with an order also at its case, and for an earlier answer."""
    look = the_look()
    case, claim = _ordered()
    look.ahead((account_id(handle), person_id(handle), *case), claim)
    return look


def _ordered() -> tuple[tuple[UUID, ...], Asked | None]:
    case = (request.view_args or {}).get("incident")
    if request.method in _SAFE or not isinstance(case, UUID):
        return (), None
    given = request.headers.get("Idempotency-Key", "")
    usable = given.isascii() and given.isprintable() and 0 < len(given) <= COMMAND_ID_LENGTH
    return (case,), (case, key_on(case, given)) if usable else None
