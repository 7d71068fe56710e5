"""The ground of a rehearsal: records that can be looked into, in memory or on a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from domain.kernel.facts import Fact
from ledger.records import Due, Notice, Records

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.desk import Desk


class Following(Protocol):
    """Lets processes hear what was recorded, and order what follows from it."""

    def catch_up(self, now: datetime) -> None:
        """Follow up everything, also what follows from that."""
        ...


class Ground(Records, Protocol):
    """What a scenario is played on."""

    @property
    def due(self) -> Mapping[UUID, Sequence[Due]]:
        """The open timers of each record."""
        ...

    @property
    def notices(self) -> Sequence[Notice]:
        """All notices, in the order in which they were given."""
        ...

    def facts(self, record_id: UUID, /) -> list[Fact]:
        """Give the facts of a record in order."""
        ...

    def begun(self, topic: str) -> Iterable[UUID]:
        """Give the records that began with a fact of this topic."""
        ...

    def stop_clocks(self, record_id: UUID) -> None:
        """Forget the timers of a record."""
        ...

    def following(self, desk: Desk) -> Following:
        """Let processes follow from now on."""
        ...
