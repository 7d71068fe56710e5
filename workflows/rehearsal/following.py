"""Following in memory: what a process orders because of a fact is done at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.act import process_act
from ledger.records import Answer
from workflows.processes.branching import Branching
from workflows.processes.joining import Joining
from workflows.processes.process import Heard, Process

if TYPE_CHECKING:
    from workflows.desk import Desk
    from workflows.rehearsal.records import MemoryRecords

PROCESSES: tuple[Process, ...] = (Joining(), Branching())


class MemoryFollowing:
    """Hears each fact of a town once, in the order of recording."""

    def __init__(
        self, records: MemoryRecords, desk: Desk, processes: Sequence[Process] = PROCESSES
    ) -> None:
        """Begin with what is recorded from now on."""
        self._records, self._desk, self._processes = records, desk, processes
        self._heard = len(records.log)

    def catch_up(self, now: datetime) -> None:
        """Follow up everything, also what follows from that."""
        log = self._records.log
        while self._heard < len(log):
            position, fact = self._heard, log[self._heard]
            self._heard += 1
            heard = Heard(fact, fact.originator_id, 0, position)
            for process in self._processes:
                if fact.TOPIC in process.topics:
                    process.follow(heard, _Send(self._desk, process, heard, now))


class _Send:
    """Orders at the time the town's clock shows."""

    def __init__(self, desk: Desk, process: Process, heard: Heard, now: datetime) -> None:
        self._desk, self._process, self._heard, self._now = desk, process, heard, now

    def __call__(self, command: object, *, area: str) -> Answer | None:
        name = self._process.name
        command_id = f"{name}/{self._heard.position}/{type(command).__name__}"
        at = max(self._now, self._heard.fact.act.at)
        act = process_act(name, command_id=command_id, area=area, at=at)
        return self._desk.do(command, act)
