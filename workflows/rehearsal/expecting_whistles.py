"""What a scenario expects of whistles and their parties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.kernel.calendar import WorkingCalendar
from domain.whistle.party import Party
from domain.whistle.whistle import Whistle
from ledger.records import Due
from workflows.rehearsal.saying import differs
from workflows.rehearsal.times import CityTimes

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whistles:
    """All whistles of a scenario in order, and the one that a line is about."""

    whistles: Sequence[Whistle]
    about: Whistle | None
    due: Sequence[Due]
    calendar: WorkingCalendar
    times: CityTimes
    now: datetime

    def parties(self) -> Mapping[str, Party]:
        return self.about.roll.parties if self.about else {}


def _states(wanted: list[str], found: Whistles) -> str | None:
    return differs("the whistles", wanted, [one.roll.state for one in found.whistles])


def _state(wanted: str, found: Whistles) -> str | None:
    return differs("the whistle", wanted, found.about.roll.state if found.about else NONE)


def _result(wanted: str, found: Whistles) -> str | None:
    result = found.about.roll.result if found.about else None
    return differs("the result of the whistle", wanted, result or NONE)


def _overdue(wanted: list[str], found: Whistles) -> str | None:
    late = [unit for unit, party in found.parties().items() if party.overdue]
    return differs("the overdue parties", wanted, late)


def _due(wanted: str | dict[str, str], found: Whistles) -> str | None:
    written = found.times.written
    open_ = {one.timer.partition("/")[2]: written(one.due_at) for one in found.due}
    if isinstance(wanted, str):
        return differs("the open deadlines of parties", {}, _sorted(open_))
    moments = {
        name: written(found.times.moment(text, not_before=found.now))
        for name, text in wanted.items()
    }
    return differs("the open deadlines of parties", _sorted(moments), _sorted(open_))


def _on_time(wanted: dict[str, str], found: Whistles) -> str | None:
    """Compare by ``u-roads/check-in``: ``yes``, ``no`` or ``not judged``."""
    return differs("on time", wanted, {name: _judged(name, found) for name in wanted})


def _judged(name: str, found: Whistles) -> str:
    unit, _, duty = name.partition("/")
    party = found.parties().get(unit)
    if found.about is None or party is None:
        return NONE
    on_time = found.about.roll.on_time(party, duty, found.calendar)
    return {True: "yes", False: "no", None: "not judged"}[on_time]


def _sorted(texts: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(texts.items()))


def _of_each(what: str, of: Callable[[Party], object]) -> Callable[..., str | None]:
    """Compare something of each party that is named."""

    def check(wanted: dict[str, Any], found: Whistles) -> str | None:
        known = found.parties()
        is_now = {unit: of(known[unit]) if unit in known else NONE for unit in wanted}
        return differs(what, wanted, is_now)

    return check


WHISTLE_CHECKS: dict[str, Callable[..., str | None]] = {
    "whistles": _states,
    "whistle": _state,
    "whistle_result": _result,
    "parties": _of_each("the parties", lambda party: party.stage),
    "party_levels": _of_each("the levels of parties", lambda party: party.level or NONE),
    "party_missed": _of_each("what parties missed", lambda party: party.missed),
    "stars": _of_each("the stars", lambda party: NONE if party.stars is None else party.stars),
    "metres": _of_each(
        "the distances", lambda party: NONE if party.distance_m is None else party.distance_m
    ),
    "stands_for": _of_each("for whom it stands", lambda party: party.stands_for or NONE),
    "overdue": _overdue,
    "party_due": _due,
    "party_on_time": _on_time,
}


def unmet_of_whistles(wanted: Mapping[str, Any], found: Whistles) -> Iterator[str]:
    """Say each thing that is not as it was expected."""
    for key, one in wanted.items():
        if key in WHISTLE_CHECKS and (sentence := WHISTLE_CHECKS[key](one, found)):
            yield sentence
