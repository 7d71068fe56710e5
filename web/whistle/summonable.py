"""Who can be summoned to a case, and who can blow: what the forms offer to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.codes import AreaCode
from projections.people.queries import UnitRow, units_serving
from web.city import Reading, the_city, today

if TYPE_CHECKING:
    from domain.rulebook.whistles import WhistleBook, WhistleKind
    from web.acting import Actor
    from workflows.definition import Definition


def book_of(definition: Definition) -> WhistleBook | None:
    """Give the whistles that cases of a workflow are blown by; None where it blows none."""
    if definition.whistles is None:
        return None
    shelf = the_city().shelf
    return shelf.whistles(shelf.latest("whistles", definition.whistles))


def kinds_for(book: WhistleBook, actor: Actor, area: AreaCode) -> list[WhistleKind]:
    """Give the kinds that somebody may blow for a case in an area."""
    seats = {(post.role, post.area) for post in actor.posts}
    return [
        kind
        for kind in book.kinds.values()
        if kind.blown_by.level <= area.level
        and actor.role in kind.blown_by.roles
        and (actor.role, kind.blown_by.area(area)) in seats
    ]


def units_for(conn: Reading, kind: WhistleKind, area: AreaCode) -> list[UnitRow]:
    """Give the units that a kind of whistle may summon to a case, the nearest first."""
    return [
        unit
        for unit in units_serving(conn, area, today())
        if unit.area.level in kind.unit_levels
        and (not kind.unit_kinds or unit.kind in kind.unit_kinds)
    ]
