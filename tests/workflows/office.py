"""A small street office in memory: one grid, its people and units, and the book as published."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ledger.shelf import Shelf
from workflows.incident.commands import ReportIncident
from workflows.reading import definition_from
from workflows.rehearsal.office import HandClockOffice, desk_over
from workflows.rehearsal.records import MemoryRecords
from workflows.rehearsal.town import GRID, STREET, Roster, found, seat
from workflows.rulebook.reading import read_book

__all__ = ["AT_STREET", "GRID", "STREET", "MemoryRecords", "StreetOffice", "a_street_office"]

MONDAY_NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 09:00 in the city
AT_STREET = ("acceptor", "duty_leader", "dispatcher", "commander")


class StreetOffice(HandClockOffice):
    """The office of a street, with the cases that tests begin with."""

    def report(self, *, by: str = "grid_member", **given: Any) -> UUID:
        wanted = {"category": "01-02", "source": "grid-member", "area": GRID} | given
        return self.take_in(ReportIncident(**wanted), self.act(by))

    def fired(self) -> list[str]:
        """Fire what is due and name it."""
        return [fired.timer for fired in self.fire_due()]

    def told(self, incident: UUID) -> list[str]:
        return [fact.TOPIC.partition(".")[2] for fact in self.facts(incident)]

    def dispatched(self, unit: str = "u-sanitation", **given: Any) -> UUID:
        """A case that a unit is handling: reported, accepted, filed and dispatched at once."""
        incident = self.report(**given)
        self.step(incident, "pass_on", by="acceptor")
        self.step(incident, "file", by="duty_leader", category="01-02")
        self.step(incident, "dispatch", by="dispatcher", unit=unit)
        return incident

    def checked(self, incident: UUID, *, passed: bool) -> None:
        self.step(incident, "done", by="handler")
        self.step(incident, "send_to_check", by="acceptor")
        if passed:
            self.step(incident, "pass_check", by="grid_member")
        else:
            self.step(incident, "fail_check", by="grid_member", reason="still there")


def a_street_office(records: MemoryRecords | None = None) -> StreetOffice:
    roster = Roster().and_one_for_each((*AT_STREET, "grid_member", "handler"))
    records = found(read_book(), roster, records=records)
    street = Shelf(records).content("workflow", "street-incident@1")
    seat(definition_from(dict(street), version=1).ladder, records)
    return StreetOffice(records=records, desk=desk_over(records), now=MONDAY_NINE)
