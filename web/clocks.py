"""Times as people read them: in the city's zone, near ones relative, exact ones on hover."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from markupsafe import Markup

from web.city import city_zone, the_city
from web.languages import say

_HOUR = 60
_DAY = 24 * _HOUR
_LONG_HOURS = 48


def in_city_time(at: datetime) -> datetime:
    """Give an instant by the city's clock."""
    return at.astimezone(city_zone())


def exact(at: datetime) -> str:
    """Give day and minute."""
    return f"{in_city_time(at):%Y-%m-%d %H:%M}"


def short(at: datetime) -> str:
    """Give the minute, and the day where it is not today."""
    local, now = in_city_time(at), in_city_time(the_city().now())
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d %H:%M}"


def time_tag(at: datetime | None, shown: str | None = None) -> Markup:
    """Give the element: machine-readable, exact on hover."""
    if at is None:
        return Markup("—")
    tag = Markup('<time datetime="{}" title="{}">{}</time>')
    return tag.format(at.isoformat(), exact(at), short(at) if shown is None else shown)


def due_words(due_at: datetime, now: datetime) -> str:
    """Say how far away a deadline is: in 40 min, 22 min late."""
    minutes = int((due_at - now) / timedelta(minutes=1))
    if due_at < now:
        return say("{time} late", time=lasting(-minutes))
    return say("in {time}", time=lasting(minutes))


def lasting(minutes: int) -> str:
    """Say a length of time by the wall clock, in its two largest units."""
    if minutes < _HOUR:
        return say("{n} min", n=minutes)
    if minutes < _LONG_HOURS * _HOUR:
        return _hours(minutes)
    days, rest = divmod(minutes, _DAY)
    hours = rest // _HOUR
    return say("{d} d {h} h", d=days, h=hours) if hours else say("{d} d", d=days)


def worked(minutes: int) -> str:
    """Say working time: hours and minutes, as a working day has no fixed length."""
    return say("{n} min", n=minutes) if minutes < _HOUR else _hours(minutes)


def city_day(day: date) -> str:
    """Give a day."""
    return day.isoformat()


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    return say("{h} h {n} min", h=hours, n=rest) if rest else say("{h} h", h=hours)
