"""How an area lies to the places where somebody serves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from domain.kernel.codes import AreaCode


class Relation(Enum):
    """Of an area, as seen from a post; the nearer comes first.

    ``UNIT`` is a matter that was given to the unit at which the role is held, or summons it.
    """

    OWN = "own"
    BELOW = "below"
    UNIT = "unit"
    ABOVE = "above"
    SIBLING = "sibling"
    FOREIGN = "foreign"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a role is held: at an area, at a unit, or at a unit for its work in an area."""

    area: AreaCode | None = None
    unit: str | None = None

    def has(self, area: AreaCode | None, units: Collection[str]) -> bool:
        """Tell whether a matter of these units, in this area, is the unit's at which one sits."""
        if self.unit not in units:
            return False
        return self.area is None or (area is not None and self.area.covers(area))


def relation_of(post: AreaCode, area: AreaCode | None) -> Relation:
    """Compare by whole codes, never by prefixes of them: 1201 and 12010 share one and no more.

    >>> relation_of(AreaCode("120101000000"), AreaCode("120101001000"))
    <Relation.BELOW: 'below'>
    >>> relation_of(AreaCode("120101001000"), AreaCode("120101002000"))
    <Relation.SIBLING: 'sibling'>
    """
    if area is None:
        return Relation.NOWHERE
    if post == area:
        return Relation.OWN
    if post.covers(area):
        return Relation.BELOW
    if area.covers(post):
        return Relation.ABOVE
    same_parent = post.level is area.level and post.path[:-1] == area.path[:-1]
    return Relation.SIBLING if same_parent and len(post.path) > 1 else Relation.FOREIGN


def nearest(posts: Iterable[AreaCode], area: AreaCode | None) -> Relation:
    """Give the nearest relation of several posts."""
    order = list(Relation)
    found = (relation_of(post, area) for post in posts)
    return min(found, key=order.index, default=Relation.FOREIGN)


def relation_of_matter(
    seats: Iterable[Seat], area: AreaCode | None, units: Collection[str] = ()
) -> Relation:
    """Give the nearest relation of a matter that lies in an area and is at some units.

    Whoever sits at a unit is near to what is at that unit, and not to all else in its area.

    >>> desk = Seat(unit="roads")
    >>> relation_of_matter([desk], AreaCode("120101001000"), ["roads"])
    <Relation.UNIT: 'unit'>
    >>> relation_of_matter([desk], AreaCode("120101001000"), ["parks"])
    <Relation.FOREIGN: 'foreign'>
    """
    sitting = list(seats)
    at_areas = [one.area for one in sitting if one.unit is None and one.area is not None]
    found = [nearest(at_areas, area)]
    found += [Relation.UNIT for one in sitting if one.unit and one.has(area, units)]
    return min(found, key=list(Relation).index)
