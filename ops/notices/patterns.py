"""Patterns: whom a channel takes notices for, and about what."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused

Matches = Callable[[str], bool]


def to_pattern(text: str) -> Matches:
    """Read ``role@place``: a place is ``*``, an area with all below it, or a unit or handle.

    >>> to_pattern("commander@120101000000")("commander@120101001000")
    True
    >>> to_pattern("*@120101001000")("commander@120101002000")
    False
    """
    role, _, place = text.partition("@")
    at_place = _place_pattern(place or "*")

    def matches(to: str) -> bool:
        to_role, _, to_place = to.partition("@")
        return fnmatchcase(to_role, role or "*") and at_place(to_place)

    return matches


def about_pattern(text: str) -> Matches:
    """Read ``incident.escalated``, or with stars ``whistle.*``."""

    def matches(about: str) -> bool:
        return fnmatchcase(about, text)

    return matches


def _place_pattern(place: str) -> Matches:
    area = _area(place)
    if area is None:
        return lambda to: fnmatchcase(to, place)

    def matches(to: str) -> bool:
        other = _area(to)
        return other is not None and area.covers(other)

    return matches


def _area(text: str) -> AreaCode | None:
    try:
        return AreaCode(text)
    except Refused:
        return None
