"""Pilots: areas in which another version than the one in force is tried out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.rulebook.events import RulebookPiloted, RulebookPilotEnded

if TYPE_CHECKING:
    from datetime import date

    from domain.kernel.act import Act
    from domain.rulebook.publication import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """From its first day until ``to_day``, the first day it is over."""

    area: AreaCode
    version: int
    from_day: str
    to_day: str | None = None

    def runs_on(self, day: str) -> bool:
        """Tell whether it holds on a local day, as ISO text."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


@dataclass(slots=True)
class Pilots:
    """The pilots of one publication, in the order they were made."""

    made: list[Pilot] = field(default_factory=list)

    def version_for(self, area: AreaCode, on: date) -> int | None:
        """Give the version of the nearest area at or above this one; the last word counts."""
        day = on.isoformat()
        running = [one for one in self.made if one.runs_on(day) and one.area.covers(area)]
        return max(running, key=lambda one: one.area.level).version if running else None

    def running(self, on: date) -> list[Pilot]:
        """Give the pilots of a local day."""
        return [one for one in self.made if one.runs_on(on.isoformat())]

    def open_in(self, area: AreaCode) -> Pilot | None:
        """Give the pilot of an area that nobody ended."""
        return next((one for one in self.made if one.area == area and one.to_day is None), None)

    def take(self, fact: RulebookPiloted | RulebookPilotEnded) -> None:
        """Keep a pilot; a new one in the same area ends the one before on the day it begins."""
        area = AreaCode(fact.area)
        if isinstance(fact, RulebookPilotEnded):
            self._end(area, fact.to_day)
            return
        self._end(area, fact.from_day)
        self.made.append(Pilot(area=area, version=fact.version, from_day=fact.from_day))

    def _end(self, area: AreaCode, day: str) -> None:
        self.made = [
            replace(one, to_day=day) if one.area == area and one.to_day is None else one
            for one in self.made
        ]


def pilot(
    publication: Publication, act: Act, *, version: int, area: AreaCode, from_day: date
) -> None:
    """Try a version in an area; refuses ``unknown-version``, and days that run backwards."""
    publication.content(version)
    day = from_day.isoformat()
    stands = publication.pilots.open_in(area)
    if stands is not None and (stands.version, stands.from_day) == (version, day):
        return
    if stands is not None and day < stands.from_day:
        raise _too_early(area, stands.from_day)
    publication.tell(
        RulebookPiloted(
            act=act,
            kind=publication.kind,
            name=publication.name,
            version=version,
            area=str(area),
            from_day=day,
        )
    )


def end_pilot(publication: Publication, act: Act, *, area: AreaCode, to_day: date) -> None:
    """Let an area go by the version in force again; refuses ``no-such-pilot``."""
    stands = publication.pilots.open_in(area)
    if stands is None:
        reason = f"No version is piloted in {area}; `gridward workflow list` shows where one is."
        raise Refused("no-such-pilot", reason, name=publication.name, area=str(area))
    if to_day.isoformat() < stands.from_day:
        raise _too_early(area, stands.from_day)
    publication.tell(
        RulebookPilotEnded(
            act=act,
            kind=publication.kind,
            name=publication.name,
            area=str(area),
            to_day=to_day.isoformat(),
        )
    )


def _too_early(area: AreaCode, since: str) -> Refused:
    reason = f"In {area} a pilot begins on {since}; choose that day or a later one."
    return Refused("pilot-begins-later", reason, area=str(area), since=since)
