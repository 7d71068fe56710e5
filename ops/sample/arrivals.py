"""Arrivals: what is reported on a day, drawn from the seed and the day alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.kernel.act import Act
from domain.kernel.codes import Level
from domain.kernel.places import Place
from ops.sample.case import BORN_HERE
from ops.sample.city import City, member_of, staff_of
from ops.sample.drawing import lot, one_of
from ops.sample.phrases import phrase
from ops.sample.shape import Shape
from workflows.incident.commands import ReportIncident

UNEVEN = 0.3  # one day has so much more than another

Drawing = Callable[[str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A report on its way: who makes it, when, and under which command id."""

    at: datetime
    command_id: str
    person: str
    role: str
    command: ReportIncident

    def act(self, at: datetime) -> Act:
        """Give the act of reporting it at an instant."""
        return Act(
            person=self.person,
            role=self.role,
            area=str(self.command.area),
            command_id=self.command_id,
            at=at,
        )


def arrivals(
    city: City,
    shape: Shape,
    day: date,
    *,
    zone: ZoneInfo,
    pace: float = 1.0,
    at_least: int = 0,
) -> list[Arrival]:
    """Give the reports of a local day in order; a higher ``pace`` adds to those of a lower one.

    ``at_least`` so many are added to the hours that have fewer, such as those of the night.
    """
    expected = shape.reports(len(city.grids), day.weekday()) * pace
    expected *= 1 - UNEVEN / 2 + UNEVEN * lot(city.seed, day, "uneven")
    count = int(expected + lot(city.seed, day, "rounding"))
    found = [_arrival(city, shape, day, nth, zone) for nth in range(count)]
    hours = Counter(arrival.at.astimezone(zone).hour for arrival in found)
    for hour in range(24):
        for nth in range(at_least - hours[hour]):
            added = f"{hour}h{nth}"
            found.append(_arrival(city, shape, day, added, zone, hour=hour))
    return sorted(found, key=lambda arrival: (arrival.at, arrival.command_id))


def _arrival(
    city: City,
    shape: Shape,
    day: date,
    nth: int | str,
    zone: ZoneInfo,
    *,
    hour: int | None = None,
) -> Arrival:
    def draw(word: str) -> float:
        return lot(city.seed, day, nth, word)

    grid = one_of(city.grids, draw("grid"))
    category = shape.category(draw("category"))
    source = _source(shape, draw)
    by_member = source == "grid-member"
    if hour is None:
        hour = shape.hour(draw("hour"))
    lon, lat = city.outline.point(city.spots[grid].piece, 0.1 + 0.8 * draw("x"), draw("y"))
    return Arrival(
        at=_instant(day, hour, int(3600 * draw("second")), zone),
        command_id=f"{BORN_HERE}{day}:{nth}",
        person=member_of(grid) if by_member else staff_of("acceptor", grid.at(Level.STREET)),
        role="grid_member" if by_member else "acceptor",
        command=ReportIncident(
            area=grid,
            category=category,
            source=source,
            place=Place(lon_e6=lon, lat_e6=lat),
            words=phrase(category, draw("words")),
        ),
    )


def _source(shape: Shape, draw: Drawing) -> str:
    """Half of all is self-handled, and only a grid member's own report can be."""
    if draw("self-handled") < shape.chances["self_handled"]:
        return "grid-member"
    return shape.source(draw("source"))


def _instant(day: date, hour: int, second: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    return midnight + timedelta(hours=hour, seconds=second)
