"""A street lamp: the smallest record that has everything the ledger must keep."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.ids import ordered_id
from domain.kernel.record import Record
from ledger.ledger import Answer, Claim, Due, Notice, Records

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
GRID = "120101001003007"


@fact("lamp.broke")
@dataclass(frozen=True, slots=True, kw_only=True)
class LampBroke(Fact):
    pole: str
    words: Confided | None = None


@fact("lamp.mended", version=3)
@dataclass(frozen=True, slots=True, kw_only=True)
class LampMended(Fact):
    """Version 1 had ``bulb`` only, version 2 called the power ``watt`` and took it as text."""

    bulb: str
    watts: int

    @staticmethod
    def upcast_v1_v2(state: dict) -> None:
        state["watt"] = "40"

    @staticmethod
    def upcast_v2_v3(state: dict) -> None:
        state["watts"] = int(state.pop("watt"))


class Lamp(Record):
    KIND = "lamp"

    def __init__(self, record_id: UUID) -> None:
        super().__init__(record_id)
        self.is_dark = False

    def when(self, fact: Fact) -> None:
        self.is_dark = isinstance(fact, LampBroke)


class Clock:
    """A clock that moves by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: int) -> None:
        self.now += timedelta(**how_far)


def an_act(command_id: str, *, at: datetime = NOON) -> Act:
    return Act(person="p-7", role="member", area=GRID, command_id=command_id, at=at)


def a_claim(command_id: str, *, digest: str = "d1") -> Claim:
    return Claim(key=command_id, digest=digest)


def a_lamp_id(name: str) -> UUID:
    return ordered_id(NOON, name)


def a_timer(lamp: UUID, *, minutes: int = 30) -> Due:
    return Due(timer=f"{lamp}:mend:1", kind="mend", due_at=NOON + timedelta(minutes=minutes))


def report(records: Records, name: str, **also) -> Answer:
    """A lamp is reported dark by the command of that name."""
    lamp = records.load(Lamp, a_lamp_id(name))
    lamp.tell(LampBroke(act=an_act(name), pole=name))
    return records.save(lamp, claim=a_claim(name), **also)


def mend(records: Records, lamp_id: UUID, command_id: str, **also) -> Answer:
    lamp = records.load(Lamp, lamp_id)
    lamp.tell(LampMended(act=an_act(command_id), bulb="led", watts=12))
    return records.save(lamp, claim=a_claim(f"{lamp_id}:{command_id}"), **also)


def report_with_everything(records: Records, name: str) -> Answer:
    """A report with words for the vault, a timer and a notice."""
    lamp = records.load(Lamp, a_lamp_id(name))
    words = Confided(commitment="c0ffee")
    lamp.entrust("it flickers", field="words", key=bytes(32), confided=words)
    lamp.tell(LampBroke(act=an_act(name), pole=name, words=words))
    notice = Notice(to="unit:lamps", about="lamp-dark", facts={"pole": name})
    return records.save(lamp, claim=a_claim(name), due=[a_timer(lamp.id)], notices=[notice])
