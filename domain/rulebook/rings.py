"""Rings: outlines in whole micro-degrees, as rules write them, and what lies inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from domain.kernel.places import Place
from domain.kernel.refusals import Refused

Corner = tuple[int, int]
LONGEST = 1_000
_FARTHEST_LON, _FARTHEST_LAT = 180_000_000, 90_000_000
_CORNERS = 3
_PAIR = 2


def ring_from(given: object) -> tuple[Corner, ...]:
    """Read ``[[lon, lat], …]`` in micro-degrees; refuses ``invalid-ring``.

    The last corner may be the first again. A ring has an inside and does not cross itself.
    """
    corners = _corners(given)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners = corners[:-1]
    if len(set(corners)) < _CORNERS or len(corners) > LONGEST:
        raise _invalid(f"it has {_CORNERS} to {LONGEST} different corners")
    if len(set(corners)) < len(corners) or _crosses_itself(corners):
        raise _invalid("it does not touch or cross itself")
    if not _double_area(corners):
        raise _invalid("its corners do not lie on one line")
    return corners


def is_inside(ring: Sequence[Corner], place: Place) -> bool:
    """Tell whether a place lies in the ring or on it, in whole numbers: no rounding decides.

    >>> is_inside(((0, 0), (10, 0), (10, 10), (0, 10)), Place(lon_e6=10, lat_e6=5))
    True
    """
    x, y = place.lon_e6, place.lat_e6
    inside = False
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        turn = _turn((x1, y1), (x2, y2), (x, y))
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside


def _corners(given: object) -> tuple[Corner, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise _invalid("it is a list of corners")
    return tuple(_corner(one) for one in given)


def _corner(given: object) -> Corner:
    is_pair = isinstance(given, Sequence) and not isinstance(given, str) and len(given) == _PAIR
    if not is_pair or not isinstance(given, Sequence):
        raise _invalid("each corner is a longitude and a latitude")
    lon, lat = given
    if type(lon) is not int or type(lat) is not int:
        raise _invalid("corners are whole micro-degrees")
    if abs(lon) > _FARTHEST_LON or abs(lat) > _FARTHEST_LAT:
        raise _invalid("its corners lie on the earth, longitude first")
    return lon, lat


def _turn(a: Corner, b: Corner, c: Corner) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _double_area(corners: Sequence[Corner]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise((*corners, corners[0])))


def _crosses_itself(corners: Sequence[Corner]) -> bool:
    sides = list(pairwise((*corners, corners[0])))
    last = len(sides) - 1
    return any(
        _cross(*sides[one], *sides[other])
        for one in range(len(sides))
        for other in range(one + 2, len(sides))
        if (one, other) != (0, last)
    )


def _cross(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    apart = max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0])
    if apart or max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _sign(_turn(a, b, c)) * _sign(_turn(a, b, d)) <= 0 and (
        _sign(_turn(c, d, a)) * _sign(_turn(c, d, b)) <= 0
    )


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _invalid(wanted: str) -> Refused:
    return Refused("invalid-ring", f"Draw the outline so that {wanted}.")
