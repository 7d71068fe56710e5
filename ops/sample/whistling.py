"""Whistles of the sample city: two that wait for departments and one that is over.

They are blown once, when the city is made, for open cases of the street a visitor commands.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from ops.sample.case import BORN_HERE, Case
from ops.sample.city import City, staff_of, unit_code
from ops.sample.people import STREET
from ops.sample.policy import PHOTO
from ops.sample.units import DEPARTMENTS
from workflows.desk import Desk
from workflows.whistle.commands import (
    BeginWork,
    BlowWhistle,
    CheckIn,
    ConfirmWhistle,
    FinishWork,
    MakeContact,
    RateParty,
    SignFor,
    WhistleOrder,
)

Ordering: TypeAlias = Callable[[UUID, str, Case], WhistleOrder]
"""Makes the order of a turn from the whistle, the party's unit and the case."""

_UNITS = {one.word: unit_code(one, STREET) for one in DEPARTMENTS}
_WAITING = frozenset({"handling", "suspended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a department does so many minutes after the whistle; with none, the street itself."""

    minutes: int
    order: Ordering
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons:
    """A whistle to be blown: so many minutes ago, why, for whom, and what came of it."""

    minutes_ago: int
    cause: str
    words: str
    parties: tuple[str, ...]
    turns: tuple[Turn, ...]


def blow_whistles(
    desk: Desk,
    city: City,
    cases: Iterable[Case],
    *,
    until: datetime,
    blown: Container[str],
    drawing_for: Callable[[str], None],
) -> Iterator[UUID]:
    """Play each whistle that was not blown yet, and give its id once all its turns are taken.

    ``blown`` holds the command ids of those that were; ``drawing_for`` hears whose keys are drawn.
    """
    since = until - timedelta(minutes=max(one.minutes_ago for one in SUMMONS))
    waiting = sorted((case for case in cases if _suits(case, since)), key=lambda case: case.id)
    for nth, (summons, case) in enumerate(zip(SUMMONS, waiting, strict=False)):
        play = _Play(city=city, case=case, summons=summons, until=until, nth=nth)
        if play.command_id not in blown:
            drawing_for(play.command_id)
            yield play.on(desk)


def _suits(case: Case, since: datetime) -> bool:
    """Take cases of the street that somebody handles, and that were there before any whistle."""
    course = case.course
    if course.stage not in _WAITING or course.reported_at is None or case.place is None:
        return False
    return course.reported_at < since and STREET.covers(AreaCode(course.area))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """One whistle, blown for one case."""

    city: City
    case: Case
    summons: Summons
    until: datetime
    nth: int

    @property
    def command_id(self) -> str:
        return f"{BORN_HERE}whistle:{self.nth}"

    def on(self, desk: Desk) -> UUID:
        """Blow it and take every turn."""
        summons = self.summons
        blow = BlowWhistle(
            incident=self.case.id,
            kind="work",
            cause=summons.cause,
            parties=tuple(_UNITS[party] for party in summons.parties),
            words=summons.words,
        )
        answer = desk.do(blow, self._act(self.command_id, minutes=0))
        assert answer is not None  # noqa: S101  # a whistle that is blown always has one
        for nth, turn in enumerate(summons.turns):
            act = self._act(f"{self.command_id}:{nth}", minutes=turn.minutes, party=turn.party)
            desk.do(turn.order(answer.stream, _UNITS.get(turn.party, ""), self.case), act)
        return answer.stream

    def _act(self, command_id: str, *, minutes: int, party: str = "") -> Act:
        role, person, area = "commander", staff_of("commander", STREET), str(STREET)
        if party:
            role, person = "handler", self.city.crews[_UNITS[party]].handlers[0]
            area = self.case.course.area
        at = self.until - timedelta(minutes=self.summons.minutes_ago - minutes)
        return Act(person=person, role=role, area=area, command_id=command_id, at=at)


def _sign(whistle: UUID, unit: str, _: Case) -> WhistleOrder:
    return SignFor(whistle=whistle, party=unit)


def _contact(whistle: UUID, unit: str, _: Case) -> WhistleOrder:
    return MakeContact(whistle=whistle, party=unit)


def _check_in(whistle: UUID, unit: str, case: Case) -> WhistleOrder:
    return CheckIn(whistle=whistle, party=unit, place=case.place, photo=PHOTO)


def _begin(whistle: UUID, unit: str, _: Case) -> WhistleOrder:
    return BeginWork(whistle=whistle, party=unit)


def _finished(result: str) -> Ordering:
    return lambda whistle, unit, _: FinishWork(whistle=whistle, party=unit, result=result)


def _rated(party: str, stars: int, remark: str | None = None) -> Ordering:
    unit = _UNITS[party]
    return lambda whistle, _, __: RateParty(whistle=whistle, party=unit, stars=stars, remark=remark)


def _solved(whistle: UUID, _: str, __: Case) -> WhistleOrder:
    return ConfirmWhistle(whistle=whistle, result="solved")


SUMMONS = (
    # Signed by one; the hour of the others runs out while a visitor looks.
    Summons(
        minutes_ago=20,
        cause="unclear-ownership",
        words="设施产权单位不明，请各方到场认定，明确由谁处置。",
        parties=("roads", "sanitation", "water"),
        turns=(
            Turn(minutes=6, order=_sign, party="roads"),
            Turn(minutes=13, order=_contact, party="roads"),
        ),
    ),
    # One is on site and works, one has three working days to come, one must still make contact.
    Summons(
        minutes_ago=21 * 60,
        cause="joint-enforcement",
        words="多次整改后反弹，需联合执法，请带执法文书到场。",
        parties=("urban", "sanitation", "police"),
        turns=(
            Turn(minutes=11, order=_sign, party="urban"),
            Turn(minutes=24, order=_sign, party="sanitation"),
            Turn(minutes=52, order=_sign, party="police"),
            Turn(minutes=70, order=_contact, party="urban"),
            Turn(minutes=95, order=_contact, party="sanitation"),
            Turn(minutes=190, order=_check_in, party="urban"),
            Turn(minutes=205, order=_begin, party="urban"),
        ),
    ),
    # Solved and rated; the case itself is handled on.
    Summons(
        minutes_ago=50 * 60,
        cause="pressing-matter",
        words="居民反映强烈，街道一家无法解决，请协助。",
        parties=("construction", "power"),
        turns=(
            Turn(minutes=15, order=_sign, party="construction"),
            Turn(minutes=31, order=_sign, party="power"),
            Turn(minutes=48, order=_contact, party="construction"),
            Turn(minutes=66, order=_contact, party="power"),
            Turn(minutes=180, order=_check_in, party="construction"),
            Turn(minutes=196, order=_check_in, party="power"),
            Turn(minutes=420, order=_finished("已加固并清理现场。"), party="construction"),
            Turn(minutes=450, order=_finished("线路已迁改。"), party="power"),
            Turn(minutes=470, order=_rated("construction", 5)),
            Turn(minutes=472, order=_rated("power", 4, "到场稍晚，处置得力。")),
            Turn(minutes=480, order=_solved),
        ),
    ),
)
