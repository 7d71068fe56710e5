"""An area: added, renamed, moved, merged and closed, each from a day on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.area.boundary import Boundary
from domain.area.events import (
    AreaAdded,
    AreaBounded,
    AreaClosed,
    AreaMerged,
    AreaMoved,
    AreaRenamed,
)
from domain.area.standing import StandingArea
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused

LONGEST_NAME = 100


def area_id(code: AreaCode) -> UUID:
    """Give the id of an area's record."""
    return named_id("area", code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time under one name: ``from_day`` is its first day, ``to_day`` the first day after it."""

    from_day: date
    name: str
    kind: str
    name_en: str | None = None
    to_day: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the day lies in it."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


class Area(Record):
    """One division or grid. Its code never changes: a moved area ends, and its successor begins."""

    KIND = "area"

    def __init__(self, record_id: UUID) -> None:
        """Begin before the area was added."""
        super().__init__(record_id)
        self.code: AreaCode | None = None
        self.spans: tuple[Span, ...] = ()
        self.bounds: tuple[tuple[date, str], ...] = ()

    def on(self, day: date) -> StandingArea | None:
        """Give the area as it stood on a day, or None when it did not."""
        span = next((span for span in self.spans if span.holds(day)), None)
        if span is None or self.code is None:
            return None
        digest = next((digest for since, digest in reversed(self.bounds) if since <= day), None)
        return StandingArea(
            code=self.code, name=span.name, name_en=span.name_en, kind=span.kind, boundary=digest
        )

    def add(
        self,
        act: Act,
        *,
        code: AreaCode,
        name: str,
        kind: str,
        from_day: date,
        parent: Area | None,
        name_en: str | None = None,
        predecessor: AreaCode | None = None,
    ) -> None:
        """Add the area, or add it again after it ended; its parent stands on that day."""
        if self.spans and self.spans[-1].to_day is None:
            raise Refused(
                "area-exists", f"{code} stands already; rename it instead.", code=str(code)
            )
        _must_have_parent(code, parent, from_day)
        self._must_not_precede(from_day)
        added = AreaAdded(
            act=act,
            code=str(code),
            level=code.level.word,
            name=_usable(name),
            name_en=_usable(name_en) if name_en else None,
            kind=kind,
            from_day=from_day,
            predecessor=str(predecessor) if predecessor else None,
        )
        self.tell(added)

    def rename(
        self,
        act: Act,
        *,
        name: str,
        from_day: date,
        name_en: str | None = None,
        kind: str | None = None,
    ) -> None:
        """Rename the area; what is not given stays. The same name again records nothing."""
        code, span = self._standing(from_day)
        named = (_usable(name), name_en or span.name_en, kind or span.kind)
        if named == (span.name, span.name_en, span.kind):
            return
        name, name_en, kind = named
        renamed = AreaRenamed(
            act=act, code=str(code), name=name, name_en=name_en, kind=kind, from_day=from_day
        )
        self.tell(renamed)

    def move(self, act: Act, *, successor: Area, from_day: date) -> None:
        """End the area because it goes on under the code of its successor, added beforehand."""
        code, _ = self._standing(from_day)
        to_code = _must_take_over(code, successor, from_day)
        self.tell(AreaMoved(act=act, code=str(code), to_code=to_code, from_day=from_day))

    def merge(self, act: Act, *, into: Area, from_day: date) -> None:
        """End the area because it becomes part of another one of its level."""
        code, _ = self._standing(from_day)
        into_code = _must_take_over(code, into, from_day)
        self.tell(AreaMerged(act=act, code=str(code), into_code=into_code, from_day=from_day))

    def close(self, act: Act, *, from_day: date) -> None:
        """End the area; what lies below it is closed first by whoever knows the tree."""
        code, _ = self._standing(from_day)
        self.tell(AreaClosed(act=act, code=str(code), from_day=from_day))

    def bound(self, act: Act, *, boundary: Boundary, from_day: date) -> None:
        """Say where the area lies from a day on; the same boundary again records nothing."""
        code = self._must_exist()
        if self.on(from_day) is None:
            raise Refused(
                "area-not-standing", f"{code} does not stand on {from_day}.", code=str(code)
            )
        if self.bounds and from_day < self.bounds[-1][0]:
            raise _precedes(from_day, self.bounds[-1][0])
        if self.bounds and self.bounds[-1][1] == boundary.digest:
            return
        bounded = AreaBounded(
            act=act,
            code=str(code),
            from_day=from_day,
            lon_e6=boundary.lon_e6,
            lat_e6=boundary.lat_e6,
            polygons=boundary.polygons,
            sha256=boundary.digest,
        )
        self.tell(bounded)

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case AreaAdded():
                self.code = AreaCode(fact.code)
                self.spans = begun(self.spans, _span(fact))
            case AreaRenamed():
                self.spans = begun(ended(self.spans, fact.from_day), _span(fact))
            case AreaMoved() | AreaMerged() | AreaClosed():
                self.spans = ended(self.spans, fact.from_day)
            case AreaBounded():
                self.bounds = (*self.bounds, (fact.from_day, fact.sha256))

    def _must_exist(self) -> AreaCode:
        if self.code is None:
            raise Refused("no-such-area", "No area was ever added under this code.")
        return self.code

    def _standing(self, day: date) -> tuple[AreaCode, Span]:
        code = self._must_exist()
        last = self.spans[-1]
        if last.to_day is not None:
            raise Refused("area-ended", f"{code} ended on {last.to_day}.", code=str(code))
        self._must_not_precede(day)
        return code, last

    def _must_not_precede(self, day: date) -> None:
        if self.spans and day < (last := self.spans[-1].to_day or self.spans[-1].from_day):
            raise _precedes(day, last)


def begun(spans: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """Append a span; one that began on the same day never held and gives way."""
    kept = tuple(earlier for earlier in spans if earlier.from_day != span.from_day)
    return (*kept, span)


def ended(spans: tuple[Span, ...], day: date) -> tuple[Span, ...]:
    """End the last span on a day."""
    return (*spans[:-1], replace(spans[-1], to_day=day))


def _span(fact: AreaAdded | AreaRenamed) -> Span:
    return Span(from_day=fact.from_day, name=fact.name, name_en=fact.name_en, kind=fact.kind)


def _precedes(day: date, last: date) -> Refused:
    reason = f"The last change holds from {last}; a new one cannot hold from {day}."
    return Refused("day-before-last-change", reason, day=str(day), last=str(last))


def _usable(name: str) -> str:
    trimmed = name.strip()
    if not 0 < len(trimmed) <= LONGEST_NAME or not trimmed.isprintable():
        reason = f"An area's name has 1 to {LONGEST_NAME} printable characters."
        raise Refused("invalid-name", reason, name=trimmed[:40])
    return trimmed


def _must_have_parent(code: AreaCode, parent: Area | None, day: date) -> None:
    if code.parent is None:
        return
    if parent is None or parent.code != code.parent or parent.on(day) is None:
        reason = f"{code} lies in {code.parent}, which does not stand on {day}. Add that first."
        raise Refused("no-parent", reason, code=str(code), parent=str(code.parent))


def _must_take_over(code: AreaCode, other: Area, day: date) -> str:
    if other.code is None or other.on(day) is None:
        raise Refused("no-successor", f"Nothing stands on {day} that could take over {code}.")
    if other.code == code:
        raise Refused("own-successor", f"{code} cannot take over itself.", code=str(code))
    if other.code.level is not code.level:
        reason = f"{code} is a {code.level.word}, {other.code} a {other.code.level.word}."
        raise Refused("level-differs", reason, code=str(code), other=str(other.code))
    return str(other.code)
