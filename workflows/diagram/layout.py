"""The layout: how large each box is, where it stands, and at which heights arrows leave it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from workflows.definition import Definition
from workflows.diagram.boxes import Box
from workflows.diagram.plan import Edge, Plan
from workflows.diagram.words import Line, Wording

LABEL_GAP = 13
MOST_DIRECT = 2
BARE_SLOT = 16
BELOW_PORTS = 12
BETWEEN_ROWS = 30
BETWEEN_BANDS = 46
LEFT, RIGHT = -1, 1


class Point(NamedTuple):
    """A place in the drawing."""

    x: float
    y: float


@dataclass(slots=True, kw_only=True)
class Placed:
    """A box with its place; ``ports`` are heights at its sides, by (side, edge, end)."""

    box: Box
    band: int
    column: int
    row: int
    y: float = 0
    height: float = 0
    x: float = 0
    width: float = 0

    @property
    def name(self) -> str:
        return self.box.stage.name

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def side(self, side: int) -> float:
        """The x of the left or right edge."""
        return self.x if side == LEFT else self.x + self.width


@dataclass(slots=True, kw_only=True)
class Way:
    """How an edge goes: straight down or up, or out of one side and into another."""

    number: int
    edge: Edge
    label: tuple[Line, ...]
    direct: bool
    out_side: int = 0
    in_side: int = 0
    out_y: float = 0
    in_y: float = 0

    @property
    def label_height(self) -> float:
        return sum(line.height for line in self.label)

    @property
    def label_width(self) -> float:
        return max(line.width for line in self.label)


@dataclass(slots=True, kw_only=True)
class Layout:
    """Places of all boxes, ways of all edges, and the heights of bands."""

    plan: Plan
    placed: dict[str, Placed]
    ways: list[Way] = field(default_factory=list)
    height: float = 0

    def ends(self, way: Way) -> tuple[Placed, Placed]:
        """Give the boxes an edge joins."""
        return self.placed[way.edge.source], self.placed[way.edge.target]

    def direct_between(self, upper: str, lower: str) -> list[Way]:
        """Give the ways drawn straight between two boxes of one column."""
        return [
            way
            for way in self.ways
            if way.direct and {way.edge.source, way.edge.target} == {upper, lower}
        ]


def lay_out(definition: Definition, plan: Plan, boxes: dict[str, Box], wording: Wording) -> Layout:
    """Give every box its size and height in the drawing; columns get their x later."""
    placed = {
        name: Placed(box=boxes[name], band=spot.band, column=spot.column, row=spot.row)
        for name, spot in plan.spots.items()
    }
    layout = Layout(plan=plan, placed=placed)
    layout.ways = _ways(definition, plan, wording)
    y = 0.0
    for band in range(len(plan.main)):
        y = _lay_out_band(layout, band, y)
    layout.height = y
    return layout


def _ways(definition: Definition, plan: Plan, wording: Wording) -> list[Way]:
    ways: list[Way] = []
    straight: dict[tuple[str, str], int] = defaultdict(int)
    for number, edge in enumerate(plan.edges):
        label = tuple(wording.step(definition, edge.rule))
        key = (edge.source, edge.target)
        direct = _are_neighbours(plan, edge) and straight[key] < MOST_DIRECT
        straight[key] += direct
        way = Way(number=number, edge=edge, label=label, direct=direct)
        if not direct:
            way.out_side, way.in_side = _sides(plan, edge)
        ways.append(way)
    return ways


def _are_neighbours(plan: Plan, edge: Edge) -> bool:
    """Whether nothing stands between two boxes of one column."""
    one, other = plan.spots[edge.source], plan.spots[edge.target]
    if one.column != other.column:
        return False
    if one.column == 0:
        return abs(one.band - other.band) == 1
    return one.band == other.band and abs(one.row - other.row) == 1


def _sides(plan: Plan, edge: Edge) -> tuple[int, int]:
    """Choose the side to leave by and the side to come in by."""
    one, other = plan.spots[edge.source], plan.spots[edge.target]
    if one.column < other.column:
        return RIGHT, LEFT
    if one.column > other.column:
        return LEFT, RIGHT
    if one.column:
        inwards = LEFT if one.column > 0 else RIGHT
        return inwards, inwards
    back = other.band < one.band
    return (RIGHT, RIGHT) if back else (LEFT, LEFT)


def _lay_out_band(layout: Layout, band: int, y: float) -> float:
    """Place the boxes of a band from the middle outwards; gives where the next band begins."""
    plan = layout.plan
    name = plan.main[band]
    spine = layout.placed[name]
    spine.y = y
    spine.height = max(
        spine.box.height, *(_slots(layout, name, side, spine.y) for side in (LEFT, RIGHT))
    )
    bottom = spine.bottom
    for side in (LEFT, RIGHT):
        column = side
        while stack := plan.stack(band, column):
            bottom = max(bottom, _lay_out_stack(layout, stack, side, y))
            column += side
    below = plan.main[band + 1] if band + 1 < len(plan.main) else None
    if below is None:
        return bottom
    return max(bottom + BETWEEN_BANDS, spine.bottom + _room(layout, name, below))


def _lay_out_stack(layout: Layout, stack: list[str], side: int, top: float) -> float:
    y = top
    above: str | None = None
    for name in stack:
        placed = layout.placed[name]
        if above is not None:
            y += max(BETWEEN_ROWS, _room(layout, above, name))
        placed.y = y
        outer = _slots(layout, name, side, y)
        inner = _inner_ports(layout, name, -side, y)
        placed.height = max(placed.box.height, outer, inner)
        y, above = placed.bottom, name
    return y


def _room(layout: Layout, upper: str, lower: str) -> float:
    """The height that labels need between two boxes joined by straight arrows."""
    ways = layout.direct_between(upper, lower)
    down = sum(way.label_height + 4 for way in ways if way.edge.source == upper)
    up = sum(way.label_height + 4 for way in ways if way.edge.source == lower)
    return max(down, up) + 24 if ways else 0


def _slots(layout: Layout, name: str, side: int, y: float) -> float:
    """Give each arrow at the side away from the middle a port with room for its label above."""
    used = 6.0
    for way in _at(layout, name, side):
        labelled = _is_label_here(layout, way, name)
        used += way.label_height + LABEL_GAP if labelled else BARE_SLOT
        _set_port(way, name, side, y + used)
    return used + BELOW_PORTS if used > BELOW_PORTS else 0


def _inner_ports(layout: Layout, name: str, side: int, y: float) -> float:
    """Come in at the height the arrow has at its other end, where that lies beside the box."""
    used = 8.0
    for way in _at(layout, name, side):
        partner = layout.placed[way.edge.target if way.edge.source == name else way.edge.source]
        there = way.in_y if way.edge.source == name else way.out_y
        first = layout.placed[name].row == 0 and partner.band == layout.placed[name].band
        if _stacked_alike(layout, way):
            used += way.label_height + LABEL_GAP if way.edge.source == name else BARE_SLOT
            port = y + used
        elif first and there >= y + used:
            port = there
        else:
            port = y + used + BARE_SLOT
        used = port - y
        _set_port(way, name, side, port)
    return used + BELOW_PORTS if used > BELOW_PORTS else 0


def _stacked_alike(layout: Layout, way: Way) -> bool:
    one, other = layout.ends(way)
    return one.column == other.column


def _at(layout: Layout, name: str, side: int) -> list[Way]:
    """Give the ways at one side of a box, ordered by where they lead."""
    found = [
        way
        for way in layout.ways
        if not way.direct
        and (
            (way.edge.source == name and way.out_side == side)
            or (way.edge.target == name and way.in_side == side)
        )
    ]
    return sorted(found, key=lambda way: _order(layout, way, name))


def _order(layout: Layout, way: Way, name: str) -> tuple[int, int, int]:
    other = layout.placed[way.edge.target if way.edge.source == name else way.edge.source]
    return other.band, other.row, way.number


def _is_label_here(layout: Layout, way: Way, name: str) -> bool:
    """An arrow is labelled at the end nearer to the middle, or else where it begins."""
    one, other = layout.ends(way)
    if one.column == other.column:
        return way.edge.source == name
    inner = way.edge.source if abs(one.column) < abs(other.column) else way.edge.target
    return inner == name


def _set_port(way: Way, name: str, side: int, y: float) -> None:
    if way.edge.source == name and way.out_side == side:
        way.out_y = y
    if way.edge.target == name and way.in_side == side:
        way.in_y = y


def columns_of(layout: Layout, names: Iterable[str] | None = None) -> dict[int, float]:
    """Give the width of each column: that of its widest box."""
    widths: dict[int, float] = defaultdict(float)
    for name in names or layout.placed:
        placed = layout.placed[name]
        widths[placed.column] = max(widths[placed.column], placed.box.width)
    return dict(widths)
