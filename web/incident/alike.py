"""The same matter, as far as the reader may look: suggestions and followers of a case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.incident.incident import Incident
from projections.incident.duplicates import Candidate, Follower, Sighting, candidates, followers
from web.access import CASE, verdict_on, viewer
from web.city import Reading, the_city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


def candidates_for_viewer(conn: Reading, seen: Sighting, *, now: datetime) -> list[Candidate]:
    """Suggest leading cases, without the neighbours' that lie outside where one serves."""
    ledger = the_city().ledger
    return [
        one
        for one in candidates(conn, seen, now=now)
        if verdict_on(CASE, ledger.load(Incident, one.incident).course).allowed
    ]


def followers_for_viewer(conn: Reading, leading: UUID) -> list[Follower]:
    """Give the cases that follow one, and who reported each to those who may know."""
    return list(_shown(followers(conn, leading)))


def _shown(found: list[Follower]) -> Iterator[Follower]:
    for one in found:
        verdict = verdict_on(CASE, the_city().ledger.load(Incident, one.incident).course)
        knows = "reporter" in verdict.fields or one.reporter == viewer().handle
        if verdict.allowed:
            yield one if knows else one._replace(reporter=None)
