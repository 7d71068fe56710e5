"""Recorded cases: the facts of one incident read as what people did, apart from what followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from domain.incident import events as happened
from domain.incident.branching import CASE_ABOVE_ENDED
from domain.incident.events_branching import (
    BeganAsSubCase,
    EndedAsSubCase,
    SubCaseOpened,
    SubCaseOver,
    SubCaseWithdrawn,
)
from domain.incident.events_of_rising import Acknowledged, Lowered
from domain.kernel.act import CLOCKWORK, Act
from domain.kernel.facts import Fact
from ledger.mapper import FactMapper
from ledger.streams import Event
from workflows.simulation.case import Deed

RECORDS = "records"


class Bodies(NamedTuple):
    """All events of one incident in order, not decoded yet: cheap to hand to another process."""

    incident: UUID
    events: Sequence[Event]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The report, and what came with it: filing and unit of a record, the case above it."""

    reported: happened.Reported
    filed: happened.Filed | None = None
    assigned: happened.Assigned | None = None
    began: BeganAsSubCase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What no step of the workflow told, such as a whistle of the case: told again as it was."""

    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOver:
    """A sub-case came to its end; whether the case goes on then is for the rules to say."""

    fact: SubCaseOver


Done = Deed | Retold | PartOver


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCase:
    """What people did with a case; ``facts`` is the whole record, the clock's part included."""

    incident: UUID
    opening: Opening
    done: tuple[Done, ...]
    facts: tuple[Fact, ...]

    @property
    def foreign(self) -> bool:
        """Whether it came from another system: its acts count before the clock's at one instant."""
        return self.opening.reported.act.role == RECORDS


def decoded(bodies: Bodies, mapper: FactMapper) -> list[Fact]:
    """Decode the events of a case."""
    stream = bodies.incident
    return [mapper.fact(one.topic, one.body, stream, one.version) for one in bodies.events]


def read_case(incident: UUID, facts: Iterable[Fact]) -> RecordedCase:
    """Read the facts of one incident, from its report on."""
    facts = tuple(facts)
    told = [(act, list(group)) for act, group in groupby(facts, key=_act_of)]
    return RecordedCase(
        incident=incident,
        opening=_opening(told[0][1]),
        done=tuple(
            done
            for act, group in told[1:]
            if act.role != CLOCKWORK
            for done in _done_in(act, group)
        ),
        facts=facts,
    )


def _act_of(fact: Fact) -> Act:
    return fact.act


def _opening(told: Sequence[Fact]) -> Opening:
    reported = told[0]
    assert isinstance(reported, happened.Reported)  # noqa: S101  # every incident begins so
    opening = Opening(reported=reported)
    for fact in told[1:]:
        match fact:
            case happened.Filed():
                opening = replace(opening, filed=fact)
            case happened.Assigned():
                opening = replace(opening, assigned=fact)
            case BeganAsSubCase():
                opening = replace(opening, began=fact)
    return opening


def _done_in(act: Act, told: Sequence[Fact]) -> Iterator[Done]:
    """Put the facts of one command together again; the judgement at the end follows by itself."""
    if isinstance(told[0], SubCaseOver):
        yield PartOver(fact=told[0])
        return
    deed = Deed(step=None, act=act)
    raised = False
    for fact in told:
        match fact:
            case happened.StageChanged():
                deed = replace(deed, step=fact.step, answers=fact.answers)
            case happened.RequestMade():
                deed = replace(deed, step=fact.step, minutes=fact.minutes, evidence=fact.evidence)
            case happened.RequestDecided():
                deed = replace(deed, step=deed.step or _decided_by(fact), minutes=fact.minutes)
            case happened.Filed():
                deed = replace(deed, filed=fact)
            case happened.Assigned():
                deed = replace(deed, assigned=fact)
            case happened.Escalated(why={"step": str(step)}):
                deed, raised = replace(deed, step=deed.step or step), True
            case happened.Escalated():
                raised = True
            case Acknowledged():
                deed = replace(deed, step=_decided_by(fact), acknowledges=True)
            case SubCaseOpened():
                deed = replace(deed, step=fact.step, parts=(*deed.parts, fact))
            case SubCaseWithdrawn():
                deed = _taken_back(deed, fact)
            case happened.Settled() | Lowered() | EndedAsSubCase():
                pass
            case _:
                deed = replace(deed, also=(*deed.also, fact))
    if deed.step is not None or raised:
        yield deed
    else:
        yield from (Retold(fact=fact) for fact in deed.also)


def _taken_back(deed: Deed, fact: SubCaseWithdrawn) -> Deed:
    """Note what a step took back; what the end of the case called off follows by itself."""
    if fact.why.get("rule") == CASE_ABOVE_ENDED:
        return deed
    return replace(deed, step=deed.step or _decided_by(fact), parts=(*deed.parts, fact))


def _decided_by(fact: happened.RequestDecided | Acknowledged | SubCaseWithdrawn) -> str:
    return str(fact.why.get("rule", "")).rpartition("/")[2]
