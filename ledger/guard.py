"""One writing process for a SQLite database, held by a lock on a file beside it."""

from __future__ import annotations

import fcntl
import os
from threading import Lock, RLock

from domain.kernel.refusals import Refused

_held: dict[str, Guard] = {}
_registry = Lock()


class Guard:
    """The lock of this process on one database, shared by all its writing stores.

    ``turn`` also lets one thread at a time write and checkpoint: until SQLite 3.51.3 two
    connections that do so at the same moment can damage the database (its WAL-reset bug).
    """

    def __init__(self, path: str) -> None:
        """Lock the file beside the database; refuses ``writer-busy``."""
        self.path = path
        self.turn = RLock()
        self.pid = os.getpid()
        self.users = 0
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self.handle)
            raise busy(path) from None


def busy(path: str) -> Refused:
    """Say who must act: the other process, not the database."""
    reason = (
        "Another process writes to this SQLite database. Stop it first, open the store read-only,"
        " or use PostgreSQL for several writing processes."
    )
    return Refused("writer-busy", reason, guard=path)


def take(database: str) -> Guard:
    """Take or share the guard of this process; refuses ``writer-busy``."""
    path = f"{os.path.realpath(database)}.writer"
    with _registry:
        guard = _held.get(path)
        if guard is None:
            guard = _held[path] = Guard(path)
        guard.users += 1
        return guard


def give_back(guard: Guard) -> None:
    """Let go; the last store of the process frees the database for others."""
    with _registry:
        guard.users -= 1
        if guard.users == 0 and guard.pid == os.getpid():
            _held.pop(guard.path, None)
            os.close(guard.handle)


def _forget_after_fork() -> None:
    """A child must ask for itself; the copies of the handles would outlive the parent."""
    global _registry  # noqa: PLW0603  # the parent's lock may be held by a thread that is not here
    _registry = Lock()
    for guard in _held.values():
        os.close(guard.handle)
    _held.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
