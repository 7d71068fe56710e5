"""The desk as a running process has it: each order is counted, and readers hear the bell."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition

from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from ledger.ledger import Answer
from workflows.desk import Desk, Rights
from workflows.office import Office

Counting = Callable[[str, str], None]
"""Takes a command's name and how it went: ``recorded``, ``repeated``, ``nothing`` or a code."""


class Bell:
    """Rung after each order, so that readers that have nothing to do look at once.

    Nothing depends on it: a reader that did not hear it looks soon by itself.
    """

    def __init__(self) -> None:
        self._rung = 0
        self._heard = Condition()

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._heard:
            self._rung += 1
            self._heard.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """Wait until it was rung more than ``heard`` times, or so long; give how often it was."""
        with self._heard:
            self._heard.wait_for(lambda: self._rung > heard, timeout=seconds)
            return self._rung


class Reception(Desk):
    """Everything a desk does, seen and heard by the rest of the process."""

    def __init__(self, office: Office, *, bell: Bell, count: Counting) -> None:
        super().__init__(office)
        self._bell = bell
        self._count = count

    def do(self, command: object, act: Act, *, rights: Rights | None = None) -> Answer | None:
        """Carry out an order as the desk does."""
        name = type(getattr(command, "order", command)).__name__
        try:
            answer = super().do(command, act, rights=rights)
        except Refused as refusal:
            self._count(name, refusal.code)
            raise
        if answer is None:
            self._count(name, "nothing")
            return None
        self._count(name, "repeated" if answer.repeated else "recorded")
        self._bell.ring()
        return answer
