"""What was decoded lately: a stream only grows, so its facts need not be decoded twice."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.facts import Fact

MOST = 1_000


class Known(NamedTuple):
    """The facts of a stream, oldest first, and the row of the last one as the log gave it."""

    facts: Sequence[Fact]
    last: tuple[Any, ...]

    @property
    def first_wanted(self) -> int:
        """The version to read from: the last one known is read again, to be compared."""
        return int(self.last[0])

    def continues_in(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        """Whether the log still holds what is known here; a database put back may not."""
        return bool(rows) and rows[0] == self.last


class Remembered:
    """Facts of the streams read lately. Threads may share it: facts do not change."""

    def __init__(self, most: int = MOST) -> None:
        """Keep so many streams, those that came last."""
        self._most = most
        self._known: dict[UUID, Known] = {}
        self._turn = Lock()

    def of(self, stream: UUID) -> Known | None:
        """Give what is known of a stream."""
        return self._known.get(stream)

    def keep(self, stream: UUID, known: Known) -> None:
        """Keep what was read."""
        with self._turn:
            self._known.pop(stream, None)
            self._known[stream] = known
            if len(self._known) > self._most:
                del self._known[next(iter(self._known))]
