"""Crews: the people of a role, who take what waits in the order in which it came."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from domain.kernel.calendar import Clock

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Crew(Generic[T]):
    """So many people, one queue. ``until`` is where its books close; later work is not counted."""

    role: str
    people: int
    clock: Clock
    until: datetime
    idle: int = 0
    queue: deque[tuple[datetime, T]] = field(default_factory=deque)
    longest: int = 0
    taken: int = 0
    busy_minutes: int = 0
    waited: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with everybody free."""
        self.idle = self.people

    def join(self, work: T, at: datetime) -> None:
        """Let work wait for somebody."""
        self.queue.append((at, work))
        if self.idle == 0 and at <= self.until:
            self.longest = max(self.longest, len(self.queue))

    def next_waiting(self) -> tuple[datetime, T] | None:
        """Give what has waited longest, if somebody is free for it."""
        return self.queue.popleft() if self.idle and self.queue else None

    def begin(self, came_at: datetime, at: datetime, minutes: int) -> datetime:
        """Keep somebody busy; gives the instant at which it is done."""
        self.idle -= 1
        done_at = self.clock.after(at, minutes)
        if came_at <= self.until:
            self.taken += 1
            self.waited.append(self._between(came_at, at))
            self.busy_minutes += self._between(at, done_at)
        return done_at

    def close_the_books(self) -> None:
        """Count what still waits as waiting up to now."""
        for came_at, _ in self.queue:
            if came_at <= self.until:
                self.waited.append(self._between(came_at, self.until))

    def _between(self, first: datetime, last: datetime) -> int:
        if first >= self.until:
            return 0
        return self.clock.minutes_between(first, min(last, self.until))
