"""Group commit for SQLite: what waits for the one writer is written in one transaction.

The disk is waited for once for all of them. Each change stands in a savepoint of its own, so that
one that comes too late (a stale version, a claim made before) fails alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.store import Store


@dataclass(slots=True, eq=False)
class Waiting:
    """A change on its way to the disk; ``write`` puts its rows through the driver."""

    write: Callable[[Any], None]
    is_done: bool = False
    error: Exception | None = None


class Together:
    """Lets one of the threads that wait write for all; the others find their outcome."""

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store
        self._queue: deque[Waiting] = deque()
        self._turn = Lock()

    def commit(self, write: Callable[[Any], None]) -> None:
        """Have it written and on the disk; raises what its own writing raised."""
        mine = Waiting(write)
        self._queue.append(mine)
        with self._turn:
            if not mine.is_done:
                self._commit_all(mine)
        if mine.error is not None:
            with self._store.own_errors():
                raise mine.error

    def _commit_all(self, mine: Waiting) -> None:
        """Take what waits once the store is ours, as more comes while it is not."""
        taken: list[Waiting] = []
        try:
            with self._store.recording() as driver:
                taken += self._drained()
                _write(driver, taken)
        except BaseException as error:
            self._fail(taken or [mine], error)
            if not isinstance(error, Exception):
                raise
        for one in taken:
            one.is_done = True

    def _drained(self) -> Iterator[Waiting]:
        while self._queue:
            yield self._queue.popleft()

    def _fail(self, those: Sequence[Waiting], error: BaseException) -> None:
        """Nothing of the transaction stayed."""
        for one in those:
            shared = OperationalError(f"the commit it shared was broken off: {error}")
            one.error = one.error or (error if isinstance(error, Exception) else shared)
            one.is_done = True
            if one in self._queue:  # the store was never ours
                self._queue.remove(one)


def _write(driver: Any, those: Sequence[Waiting]) -> None:
    if len(those) == 1:
        those[0].write(driver)
        return
    for one in those:
        driver.execute("SAVEPOINT one")
        try:
            one.write(driver)
        except Exception as error:  # noqa: BLE001  # it is raised again where it was ordered
            driver.execute("ROLLBACK TO one")
            one.error = error
        driver.execute("RELEASE one")
