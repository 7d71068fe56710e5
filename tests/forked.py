"""Processes to kill, forked from one that imported all they need: starting Python takes seconds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    [
        "tests.ops.moving.killed",
        "tests.ops.notices.working",
        "tests.workflows.records.killed",
    ]
)


@dataclass(frozen=True, slots=True)
class Forked:
    """A process of its own, and what it says."""

    process: BaseProcess
    told: Connection

    def said(self) -> object:
        """Give what it says next; None when it has ended."""
        try:
            found: object = self.told.recv()
        except EOFError:
            return None
        return found

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.join()
        self.told.close()


def fork(work: Callable[..., None], *given: Any) -> Forked:
    """Begin work in a process of its own; it is given ``say`` and, after it, what is given here."""
    told, telling = _FORKING.Pipe(duplex=False)
    process = _FORKING.Process(target=_working, args=(work, telling, given), daemon=True)
    process.start()
    telling.close()
    return Forked(process, told)


@contextmanager
def forked(work: Callable[..., None], *given: Any) -> Iterator[Forked]:
    """The same, killed at the end of the block."""
    process = fork(work, *given)
    try:
        yield process
    finally:
        process.kill()


def _working(work: Callable[..., None], telling: Connection, given: tuple[Any, ...]) -> None:
    work(telling.send, *given)
