"""What a scenario expects, each key with the sentence that is said when it is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.incident.course import Course
from domain.incident.events import DeadlineMissed, Escalated
from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from ledger.records import Due, Notice
from workflows.rehearsal.expecting_whistles import Whistles, unmet_of_whistles
from workflows.rehearsal.office import Fired
from workflows.rehearsal.saying import differs
from workflows.rehearsal.script import Expected
from workflows.rehearsal.times import CityTimes

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is the case: where it stands, and what happened since ``since``."""

    incident: Incident
    facts: Sequence[Fact]
    due: Sequence[Due]
    fired: Sequence[Fired]
    notices: Sequence[Notice]
    times: CityTimes
    since: datetime
    now: datetime
    whistles: Whistles

    @property
    def course(self) -> Course:
        return self.incident.course


def unmet(expected: Expected, found: Found) -> Iterator[str]:
    """Say each thing that is not as it was expected."""
    for key, wanted in expected.wanted.items():
        if key in CHECKS and (sentence := CHECKS[key](wanted, found)):
            yield sentence
    yield from unmet_of_whistles(expected.wanted, found.whistles)


def _stage(wanted: str, found: Found) -> str | None:
    return differs("the stage", wanted, found.course.stage)


def _level(wanted: str, found: Found) -> str | None:
    return differs("the level", wanted, found.course.level)


def _ended(wanted: str, found: Found) -> str | None:
    return differs("the end", wanted, found.course.final or "not ended")


def _outcome(wanted: str, found: Found) -> str | None:
    return differs("the outcome", wanted, found.course.outcome or "not settled")


def _unit(wanted: str, found: Found) -> str | None:
    return differs("the unit", wanted, found.course.unit or NONE)


def _sub_unit(wanted: str, found: Found) -> str | None:
    return differs("the unit inside", wanted, found.course.sub_unit or NONE)


def _cause(wanted: str, found: Found) -> str | None:
    causes = [fact.cause for fact in found.facts if isinstance(fact, Escalated)]
    return differs("the cause of the last rise", wanted, causes[-1] if causes else NONE)


def _skipped(wanted: list[str], found: Found) -> str | None:
    found_empty = [fact.why.get("skipped") for fact in found.facts if isinstance(fact, Escalated)]
    skipped = [level for one in found_empty if isinstance(one, list) for level in one]
    return differs("the levels passed over", wanted, skipped)


def _request(wanted: str, found: Found) -> str | None:
    return differs("the request that waits", wanted, found.course.request_kind or NONE)


def _leading(wanted: str, found: Found) -> str | None:
    return differs("the leading case", wanted, "earlier" if found.course.leading else NONE)


def _sub_cases(wanted: list[str], found: Found) -> str | None:
    """Compare in the order they were opened: ``open``, or how each is over."""
    branches = found.course.branches.values()
    apart = ["open" if one.is_open else one.over or "independent" for one in branches]
    return differs("the sub-cases", wanted, apart)


def _granted(wanted: list[str], found: Found) -> str | None:
    return differs("what was granted", wanted, found.course.granted)


def _backlog(wanted: str, found: Found) -> str | None:
    return differs("being backlog", wanted, "yes" if found.course.backlog_at else "no")


def _on_time(wanted: str, found: Found) -> str | None:
    if found.course.outcome is None:
        return f"on time should be '{wanted}' but the case is not settled."
    judged = {True: "yes", False: "no", None: "not judged"}[found.course.on_time]
    return differs("on time", wanted, judged)


def _reworks(wanted: int, found: Found) -> str | None:
    return differs("the number of reworks", wanted, found.course.reworks)


def _wrong_dispatches(wanted: int, found: Found) -> str | None:
    return differs("the number of wrong dispatches", wanted, found.course.wrong_dispatches)


def _open_whistles(wanted: int, found: Found) -> str | None:
    return differs("the number of whistles it waits for", wanted, len(found.course.whistles))


def _due(wanted: str | dict[str, str], found: Found) -> str | None:
    open_ = {_name(due.timer): due.due_at for due in found.due}
    if wanted == NONE:
        return differs("the open deadlines", {}, _written(open_, found))
    if isinstance(wanted, str):
        next_at = min(open_.values(), default=None)
        at = found.times.moment(wanted, not_before=found.now)
        is_now = found.times.written(next_at) if next_at else NONE
        return differs("the next deadline", found.times.written(at), is_now)
    moments = {
        name: found.times.moment(text, not_before=found.now) for name, text in wanted.items()
    }
    return differs("the open deadlines", _written(moments, found), _written(open_, found))


def _written(moments: Mapping[str, datetime], found: Found) -> dict[str, str]:
    return {name: found.times.written(at) for name, at in sorted(moments.items())}


def _missed(wanted: list[str], found: Found) -> str | None:
    missed = [fact.deadline for fact in found.facts if isinstance(fact, DeadlineMissed)]
    return differs("the missed deadlines", wanted, missed)


def _fired(wanted: list[str], found: Found) -> str | None:
    """Compare in order; ``bundled at monday 15:00`` also says for when it was due."""
    if len(wanted) != len(found.fired):
        return differs("what fired", wanted, [_timed(one, found) for one in found.fired])
    told = [
        (one.name, None) if not text.partition(" at ")[2] else (one.name, one.due_at)
        for text, one in zip(wanted, found.fired, strict=True)
    ]
    if [_expected_firing(text, found) for text in wanted] == told:
        return None
    return differs("what fired", wanted, [_timed(one, found) for one in found.fired])


def _expected_firing(text: str, found: Found) -> tuple[str, datetime | None]:
    name, _, moment = text.partition(" at ")
    return name, found.times.moment(moment, not_before=found.since) if moment else None


def _timed(one: Fired, found: Found) -> str:
    return f"{one.name} at {found.times.written(one.due_at)}"


def _told(wanted: list[str], found: Found) -> str | None:
    """Compare in order; ``commander@district: escalated`` also says at which level."""
    told = [_notice(notice, with_level=False) for notice in found.notices]
    at_levels = [_notice(notice, with_level=True) for notice in found.notices]
    if len(wanted) != len(told):
        return differs("the notices", wanted, at_levels)
    pairs = zip(wanted, told, at_levels, strict=True)
    if all(text in (short, long) for text, short, long in pairs):
        return None
    return differs("the notices", wanted, at_levels)


def _notice(notice: Notice, *, with_level: bool) -> str:
    role, _, place = notice.to.partition("@")
    level = AreaCode(place).level.word if place[:1].isdigit() else place
    to = f"{role}@{level}" if with_level else role
    return f"{to}: {notice.about.partition('.')[2]}"


def _name(timer: str) -> str:
    return timer.partition("/")[2].rpartition("/")[0]


CHECKS: dict[str, Callable[..., str | None]] = {
    "stage": _stage,
    "level": _level,
    "ended": _ended,
    "outcome": _outcome,
    "unit": _unit,
    "sub_unit": _sub_unit,
    "cause": _cause,
    "skipped": _skipped,
    "request": _request,
    "leading": _leading,
    "granted": _granted,
    "backlog": _backlog,
    "on_time": _on_time,
    "reworks": _reworks,
    "wrong_dispatches": _wrong_dispatches,
    "open_whistles": _open_whistles,
    "sub_cases": _sub_cases,
    "due": _due,
    "missed": _missed,
    "fired": _fired,
    "told": _told,
}
