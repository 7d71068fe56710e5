"""Updates, by mySociety's extension: what became of requests, and what residents add to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Response

from domain.incident.incident import Incident
from projections.incident.published import PUBLIC, changed
from web.city import the_city
from web.languages import word
from web.open311.asking import (
    MOST_ROWS,
    given_fields,
    given_query,
    invalid,
    must_be_our_jurisdiction,
    required,
    window,
)
from web.open311.rendering import Told, rendered
from web.open311.requests import own_id, sender
from web.open311.standing import STATUSES, PublicUpdate, public_updates
from web.open311.telling import instant, public_case, unknown_request
from web.ordering import carry_out
from workflows.incident.answers import LONGEST_WORDS
from workflows.incident.residents import AddPublicNote

if TYPE_CHECKING:
    from uuid import UUID

_LONGEST_NUMBER = 100
MOST_CASES = 500
"""How many cases are read for one answer: each is told from its own history."""


def listed() -> Response:
    """List the updates of one request, or of all in a time; oldest first."""
    fields = given_query()
    must_be_our_jurisdiction(fields)
    if fields.get("service_request_id", "").strip():
        incident = public_case(fields["service_request_id"])
        must_be_public(incident)
        found = public_updates(the_city().ledger.history(incident))
    else:
        found = _within(*window(fields))
    return rendered("service_request_updates", [_told(one) for one in found])


def create() -> Response:
    """Take what a resident adds; sent again under the same ``update_id`` it is taken once."""
    fields = given_fields()
    actor, _ = sender(fields)
    must_be_our_jurisdiction(fields)
    incident = public_case(required(fields, "service_request_id"))
    must_be_public(incident)
    number, status = required(fields, "update_id"), required(fields, "status").upper()
    if status not in STATUSES:
        raise invalid(f"status is one of {', '.join(sorted(STATUSES))}.", field="status")
    if len(number) > _LONGEST_NUMBER:
        raise invalid(f"update_id has at most {_LONGEST_NUMBER} characters.", field="update_id")
    command = AddPublicNote(
        incident=incident, words=_words_in(fields), status=status, reference=number
    )
    area = the_city().ledger.load(Incident, incident).course.area
    key = own_id(actor, f"update:{number}")
    carry_out(command, actor.act(area=area, command_id=key, at=the_city().now()))
    return rendered("service_request_updates", [{"update_id": number}], status=201)


def must_be_public(incident: UUID) -> None:
    """Refuse ``no-such-request-id`` for a case that no resident reported."""
    if the_city().ledger.load(Incident, incident).course.source != PUBLIC:
        raise unknown_request()


def _within(first: datetime, last: datetime) -> list[PublicUpdate]:
    city = the_city()
    with city.store.reading() as conn:
        cases = changed(conn, first, last, limit=MOST_CASES)
    found = [
        update
        for incident in cases
        for update in public_updates(city.ledger.history(incident))
        if first <= update.at <= last
    ]
    return sorted(found, key=lambda update: (update.at, update.id))[:MOST_ROWS]


def _words_in(fields: Mapping[str, str]) -> str | None:
    words = "\n".join(
        fields[name].strip()
        for name in ("description", "media_url")
        if fields.get(name, "").strip()
    )
    if len(words) > LONGEST_WORDS:
        raise invalid(f"description has at most {LONGEST_WORDS} characters.", field="description")
    return words or None


def _told(update: PublicUpdate) -> Told:
    return {
        "update_id": update.id,
        "service_request_id": str(update.incident),
        "status": update.status,
        "updated_datetime": instant(update.at),
        "description": word("open311", update.status),
        "media_url": None,
    }
