"""Playing history: the weeks before now, by the desk's ordinary orders, on a clock of its own."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from domain.kernel.act import Act, clockwork
from domain.kernel.refusals import Refused
from ledger.ledger import Ledger
from ledger.shelf import Shelf
from ops.sample.answering import SampleUnits
from ops.sample.arrivals import Arrival
from ops.sample.case import BORN_HERE, Case
from ops.sample.city import City
from ops.sample.keeping import Kept
from ops.sample.policy import Move, Scene, next_move
from ops.sample.shape import Shape
from ops.sample.whistling import blow_whistles
from workflows.desk import Desk
from workflows.incident.commands import FireDeadline, TakeStep
from workflows.office import Engines, Office

FLUSHED_EVERY = timedelta(hours=2)


_EPOCH = datetime.fromtimestamp(0, UTC)


class VirtualClock:
    """A clock moved by hand, by which the history is recorded."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """A deadline that will come due."""

    at: datetime
    timer: str


Next: TypeAlias = Move | Fire | Arrival


@dataclass(slots=True, kw_only=True)
class Played:
    """What was played."""

    reports: int = 0
    steps: int = 0
    deadlines: int = 0
    refused: int = 0


class History:
    """Plays a city from what stands in its ledger; stopped anywhere, the next player goes on."""

    def __init__(self, ledger: Ledger, city: City, shape: Shape, clock: VirtualClock) -> None:
        self._kept = Kept(ledger)
        self._clock = clock
        self._city, self._shape = city, shape
        self._shelf = Shelf(ledger)
        self._key = ""
        self._drawn = 0
        self._desk = Desk(
            Office(
                records=self._kept,
                shelf=self._shelf,
                engines=Engines(self._shelf),
                random_key=self._drawn_key,
                units=SampleUnits(city),
            )
        )
        self._coming: list[tuple[datetime, str, Next, UUID | None]] = []
        self.played = Played()

    def play(
        self,
        arrivals: Iterable[Arrival],
        open_cases: Iterable[UUID],
        *,
        until: datetime,
        told: Callable[[datetime], None],
    ) -> Played:
        """Play all reports and what follows from them and from the open cases, up to an instant."""
        self._coming = [(one.at, one.command_id, one, None) for one in arrivals if one.at <= until]
        heapq.heapify(self._coming)
        for open_case in open_cases:
            self._plan(open_case)
        for ends_at in self._spans(until):
            while self._coming and self._coming[0][0] <= ends_at:
                _, _, coming, incident = heapq.heappop(self._coming)
                self._carry_out(coming, incident)
            self._clock.at = max(self._clock.at, ends_at)
            self._kept.flush()
            told(ends_at)
        return self.played

    def blow_whistles(self, *, until: datetime, blown: Container[str]) -> int:
        """Summon departments to some of the open cases; each whistle is recorded whole or not."""
        whistles = blow_whistles(
            self._desk,
            self._city,
            self._kept.open_cases(),
            until=until,
            blown=blown,
            drawing_for=self._drawing_for,
        )
        return sum(self._kept.flush() for _ in whistles)

    def _spans(self, until: datetime) -> Iterator[datetime]:
        """Give the ends of the spans in which something happens; the same ones in every play."""
        while self._coming and self._coming[0][0] <= until:
            first = self._coming[0][0]
            since = (first - _EPOCH) // FLUSHED_EVERY
            yield min(_EPOCH + (since + 1) * FLUSHED_EVERY, until)

    def _carry_out(self, coming: Next, incident: UUID | None) -> None:
        try:
            incident = self._order(coming, incident)
        except Refused:  # somebody else was here: the case is theirs
            self.played.refused += 1
            if incident is not None:
                self._kept.forget(incident)
            return
        self._plan(incident)

    def _order(self, coming: Next, incident: UUID | None) -> UUID:
        match coming:
            case Arrival():
                self._drawing_for(coming.command_id)
                answer = self._desk.do(coming.command, coming.act(coming.at))
                assert answer is not None  # noqa: S101  # a report always has an answer
                self.played.reports += 1
                return answer.stream
            case Move():
                assert incident is not None  # noqa: S101  # only arrivals have none
                self._take_step(coming, incident)
            case Fire():
                assert incident is not None  # noqa: S101
                self._fire(coming, incident)
        return incident

    def _take_step(self, move: Move, incident: UUID) -> None:
        case = self._kept.load(Case, incident)
        act = act_of(move, case, at=move.at)
        self._drawing_for(f"{incident}:{act.command_id}")
        self._desk.do(TakeStep(incident=incident, step=move.step, answers=move.answers), act)
        self.played.steps += 1

    def _fire(self, fire: Fire, incident: UUID) -> None:
        area = self._kept.load(Case, incident).course.area
        act = clockwork(command_id=fire.timer, area=area, at=fire.at)
        self._desk.do(FireDeadline(incident=incident, timer=fire.timer), act)
        self.played.deadlines += 1

    def _plan(self, incident: UUID) -> None:
        """Wait for what comes first: somebody's next move, or a deadline."""
        case = self._kept.load(Case, incident)
        if case.course.ended:
            self._kept.forget(incident)
            return
        calendar = self._shelf.calendar(case.course.calendar)
        move = next_move(Scene(case=case, city=self._city, shape=self._shape, calendar=calendar))
        fire = self._next_deadline(case)
        if move is None and fire is None:
            return
        coming = move if fire is None or (move and move.at < fire.at) else fire
        assert coming is not None  # noqa: S101  # one of them is
        heapq.heappush(self._coming, (coming.at, str(incident), coming, incident))

    def _next_deadline(self, case: Case) -> Fire | None:
        due = self._kept.due.get(case.id)
        if due is None:
            calendar = self._shelf.calendar(case.course.calendar)
            found = [(one.due_at, one.timer) for one in case.course.timers(case.id, calendar)]
        else:
            found = [(one.due_at, one.timer) for one in due]
        return Fire(at=min(found)[0], timer=min(found)[1]) if found else None

    def _drawing_for(self, key: str) -> None:
        self._key, self._drawn = f"{self._city.seed}:{key}", 0

    def _drawn_key(self) -> bytes:
        """Draw the vault's keys as well, so that two plays give equal bodies."""
        self._drawn += 1
        return sha256(f"{self._key}:{self._drawn}".encode()).digest()


def act_of(move: Move, case: Case, *, at: datetime) -> Act:
    """Give the act of a move; its command id says on which version it was decided."""
    return Act(
        person=move.person,
        role=move.role,
        area=case.course.area,
        command_id=f"{BORN_HERE}{case.version}:{move.step}",
        at=at,
    )
