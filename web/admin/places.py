"""Where an order of administration reaches, which is what the table of access is asked about."""

from __future__ import annotations

from datetime import date

from domain.kernel.codes import AreaCode, Level
from domain.people.person import Person, person_id
from domain.people.unit import Unit, unit_id
from projections.area.queries import tree_on
from web.city import the_city, today

Places = tuple[AreaCode, ...]


def place(area: AreaCode | None, unit: str | None) -> Places:
    """Give the area of a post, which is its unit's where it has none of its own."""
    if area is not None:
        return (area,)
    found = the_city().ledger.load(Unit, unit_id(unit)).area if unit else None
    return (found,) if found else ()


def places_of(handle: str, since: date | None = None) -> Places:
    """Give where a person serves, today or from a day on; nowhere is nobody's yet."""
    person = the_city().ledger.load(Person, person_id(handle))
    posts = [grant.post for grant in person.grants if grant.overlaps(since or today(), None)]
    found = [where for post in posts for where in place(post.area, post.unit)]
    return tuple(dict.fromkeys(found))


def whole_city() -> Places:
    """Give the city itself: rules hold in all of it."""
    with the_city().store.reading() as conn:
        return tuple(tree_on(conn, today(), down_to=Level.CITY))[:1]
