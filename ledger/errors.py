"""What the ledger says when it cannot record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError

if TYPE_CHECKING:
    from uuid import UUID


class StaleRecord(Exception):
    """Another command was recorded on this record first: load it again and decide again."""

    def __init__(self, stream: UUID, version: int) -> None:
        """Name the record and the version that was decided upon."""
        super().__init__(f"record {stream} has moved on since version {version}")
        self.stream = stream
        self.version = version


class StaleRight(Exception):
    """Somebody changed what a command was allowed by before it was recorded: decide it again."""

    def __init__(self, stream: UUID, version: int) -> None:
        """Name the record that granted the right, and the version that was relied upon."""
        super().__init__(f"the right by {stream} has moved on since version {version}")
        self.stream = stream
        self.version = version


class ConnectionLost(OperationalError):
    """The database went away; what was under way may or may not be recorded. Ask by its claim."""


# By name, as the driver, SQLAlchemy and the library each have their own.
_TROUBLE = {"OperationalError", "InterfaceError"}


def is_trouble(error: BaseException) -> bool:
    """Tell the database's own trouble, which passes, from what an event or a rule brought about."""
    return not _TROUBLE.isdisjoint(kind.__name__ for kind in type(error).__mro__)
