"""Telling cases to other programs: what the public may know of each, and nothing of persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from projections.incident.board import BoardRow, rows_of
from projections.incident.published import PUBLIC
from web.city import Reading, city_zone, the_city
from web.naming import Naming
from web.open311.standing import CLOSED, OPEN

if TYPE_CHECKING:
    from web.open311.rendering import Told

_MICRO = 1_000_000
_REPORTED = 1  # the version of the fact that the words of a report lie beside


def instant(at: datetime | None) -> str | None:
    """Give an instant as GeoReport v2 has it: ISO 8601, by the city's clock.

    >>> from datetime import UTC
    >>> datetime(2026, 11, 16, 1, tzinfo=UTC).isoformat(timespec="seconds")
    '2026-11-16T01:00:00+00:00'
    """
    return None if at is None else at.astimezone(city_zone()).isoformat(timespec="seconds")


def told_cases(conn: Reading, incidents: Sequence[UUID]) -> list[Told]:
    """Give cases that residents reported, in the order asked for; others are left out."""
    known = rows_of(conn, incidents, now=the_city().now())
    rows = [known[one] for one in incidents if one in known and known[one].source == PUBLIC]
    naming = Naming(conn).look_up(areas=[row.area for row in rows])
    words = _published_words([row.incident for row in rows])
    return [_told(row, naming, words.get(row.incident)) for row in rows]


def public_case(text: str) -> UUID:
    """Read the id of a request; refuses ``no-such-request-id``."""
    try:
        return UUID(text.strip())
    except ValueError:
        raise unknown_request() from None


def unknown_request() -> Refused:
    """Refuse an id that is none of ours, or of a case that is not the public's."""
    return Refused("no-such-request-id", "service_request_id was not found.")


def _told(row: BoardRow, naming: Naming, words: str | None) -> Told:
    due_at = row.due_at if row.open else None
    return {
        "service_request_id": str(row.incident),
        "status": OPEN if row.open else CLOSED,
        "status_notes": naming.stage(row.workflow, row.stage),
        "service_name": naming.category(row.category),
        "service_code": row.category,
        "description": words,
        "agency_responsible": naming.unit(row.unit) or None,
        "service_notice": None,
        "requested_datetime": instant(row.reported_at),
        "updated_datetime": instant(
            max(row.reported_at, row.entered_at, row.ended_at or row.entered_at)
        ),
        "expected_datetime": instant(due_at),
        "address": _address(row.area, naming),
        "address_id": str(row.area),
        "zipcode": None,
        "lat": None if row.lat_e6 is None else row.lat_e6 / _MICRO,
        "long": None if row.lon_e6 is None else row.lon_e6 / _MICRO,
        "media_url": None,
    }


def _address(area: AreaCode, naming: Naming) -> str:
    """Name the place as far down as its community: a grid is a handful of houses."""
    shown = area.at(min(area.level, Level.COMMUNITY))
    return naming.path(shown, below=Level.CITY)


def publishes_words() -> bool:
    """Tell whether strangers read here what residents wrote; what reaches a person never."""
    return the_city().settings.publish_words


def _published_words(incidents: Sequence[UUID]) -> dict[UUID, str]:
    if not publishes_words() or not incidents:
        return {}
    found = the_city().ledger.words_of(incidents)
    return {
        stream: text
        for (stream, version, field), text in found.items()
        if (version, field) == (_REPORTED, "words")
    }
