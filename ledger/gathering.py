"""Gathering: what several threads ask for at the same moment is asked for once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass(slots=True, eq=False)
class _Asked:
    names: Sequence[str]
    found: dict[str, Any] = field(default_factory=dict)
    error: BaseException | None = None
    is_done: bool = False


class Gathered:
    """Whoever gets the turn asks for all that wait, so that they share one commit."""

    def __init__(self, ask: Callable[[Iterable[str]], dict[str, Any]]) -> None:
        """Ask by this function."""
        self._ask = ask
        self._turn = Lock()
        self._waiting: deque[_Asked] = deque()

    def ask(self, names: Sequence[str]) -> dict[str, Any]:
        """Give what the function gives for these names; its error is raised for each that waits."""
        mine = _Asked(names)
        self._waiting.append(mine)
        with self._turn:
            if not mine.is_done:
                self._serve([self._waiting.popleft() for _ in range(len(self._waiting))])
        if mine.error is not None:
            raise mine.error
        return mine.found

    def _serve(self, those: Sequence[_Asked]) -> None:
        found: dict[str, Any] = {}
        error: BaseException | None = None
        try:
            found = self._ask(sorted({name for one in those for name in one.names}))
        except BaseException as raised:  # noqa: BLE001  # it is raised again by each who asked
            error = raised
        for one in those:
            one.found = {name: found[name] for name in one.names if name in found}
            one.error, one.is_done = error, True
