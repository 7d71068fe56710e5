"""A case as the people of the sample city see it: its course, and when anybody last moved it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.incident.events import DeadlineMissed, Escalated, Reported
from domain.incident.events_of_rising import OwnerCalled
from domain.incident.incident import Incident
from domain.kernel.facts import Fact

BORN_HERE = "sample:"
"""How the command ids of reports begin that this package made up."""


class Case(Incident):
    """An incident that also remembers what its course forgets."""

    def __init__(self, record_id: UUID) -> None:
        """Begin before the report."""
        super().__init__(record_id)
        self.moved_at: datetime | None = None
        self.made_up = False

    def when(self, fact: Fact) -> None:
        """Take a fact in; the clock's own facts are no move of anybody."""
        super().when(fact)
        if isinstance(fact, Reported):
            self.made_up = fact.act.command_id.startswith(BORN_HERE)
        if not isinstance(fact, DeadlineMissed | Escalated | OwnerCalled):
            self.moved_at = fact.act.at
