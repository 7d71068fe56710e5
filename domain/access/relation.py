"""How an area lies to the places where somebody serves."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from domain.kernel.codes import AreaCode


class Relation(Enum):
    """Of an area, as seen from a post; the nearer comes first."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    SIBLING = "sibling"
    FOREIGN = "foreign"
    NOWHERE = "nowhere"


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
