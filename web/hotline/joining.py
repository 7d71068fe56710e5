"""Joining a call to a known case: the order, and the link that its caller is given."""

from __future__ import annotations

import re
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from domain.kernel.refusals import Refused
from web.access import must_reach_case
from web.acting import Actor
from web.city import the_city
from web.following.token import digest_of, token_of
from web.ordering import Done, carry_out
from workflows.incident.calling import JoinCall
from workflows.incident.contact import contact_of

JOIN = "join a call"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # 32 random bytes


class Joined(NamedTuple):
    """What a call came to, and the link for its caller; None where no secret was given."""

    done: Done
    link: str | None


def join(
    incident: UUID,
    actor: Actor,
    *,
    words: str | None,
    contact: dict[str, str],
    secret: str | None,
    key: str,
    wait: float,
) -> Joined:
    """Give the order; refuses ``no-such-incident`` where one may not join calls to the case."""
    area = must_reach_case(JOIN, incident).area
    order = JoinCall(
        incident=incident,
        words=(words or "").strip() or None,
        contact=contact_of(**contact),
        follow=digest_of(secret) if secret else None,
    )
    act = actor.act(area=area, command_id=key, at=the_city().now())
    return Joined(carry_out(order, act, wait=wait), _link(incident, secret))


def usable_secret(given: str) -> str:
    """Take the secret a form was made with; refuses ``form-expired``."""
    if not _SECRET.fullmatch(given):
        reason = "This form is damaged. Load the page again and take the call down anew."
        raise Refused("form-expired", reason)
    return given


def _link(incident: UUID, secret: str | None) -> str | None:
    if secret is None:
        return None
    return url_for("following.show", token=token_of(incident, secret), _external=True)
