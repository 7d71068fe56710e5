"""Routes: where columns stand, which lane each arrow takes, and where its label goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from workflows.diagram.labels import apart
from workflows.diagram.layout import LEFT, RIGHT, Layout, Placed, Point, Way, columns_of
from workflows.diagram.route import Route

LANE = 18
FIRST_LANE = 24
LABEL_MARGIN = 10
LEAST_GAP = 60
APART = 26
Lanes = dict[int, tuple[int, int]]
Gaps = dict[int, tuple[float, float]]


def route(layout: Layout) -> tuple[list[Route], float]:
    """Give the x of every box and the corners of every arrow; also the width of it all.

    Labels that would stand out on the left move everything to the right.
    """
    lanes = _lanes(layout)
    gaps, width = _place_columns(layout, lanes, begin=0.0)
    routes = _routes(layout, lanes, gaps)
    beyond = -min((one.label_left for one in routes), default=0.0)
    if beyond > 0:
        gaps, width = _place_columns(layout, lanes, begin=beyond)
        routes = _routes(layout, lanes, gaps)
    routes = apart(routes, layout)
    lowest = max((one.at.y + one.way.label_height for one in routes), default=0.0)
    layout.height = max(layout.height, lowest)
    furthest = max((one.label_left + one.way.label_width for one in routes), default=0.0)
    return routes, max(width, furthest)


def _routes(layout: Layout, lanes: Lanes, gaps: Gaps) -> list[Route]:
    return [
        _direct(layout, way) if way.direct else _around(layout, way, lanes, gaps)
        for way in layout.ways
    ]


def _lanes(layout: Layout) -> Lanes:
    """Give each arrow with a bend its gap and a lane in it that no other takes at that height."""
    taken: dict[int, list[list[tuple[float, float]]]] = defaultdict(list)
    lanes: Lanes = {}
    for way in sorted(layout.ways, key=lambda one: abs(one.in_y - one.out_y)):
        if way.direct or abs(way.in_y - way.out_y) < 1:
            continue
        gap = _gap_of(layout, way)
        span = (min(way.in_y, way.out_y) - 4, max(way.in_y, way.out_y) + 4)
        lane = next(
            (
                number
                for number, spans in enumerate(taken[gap])
                if all(span[1] < low or span[0] > high for low, high in spans)
            ),
            len(taken[gap]),
        )
        if lane == len(taken[gap]):
            taken[gap].append([])
        taken[gap][lane].append(span)
        lanes[way.number] = (gap, lane)
    return lanes


def _gap_of(layout: Layout, way: Way) -> int:
    """Name a gap by the column on its left; an arrow bends in the first gap it comes to."""
    source, _ = layout.ends(way)
    return source.column if way.out_side == RIGHT else source.column - 1


def _place_columns(layout: Layout, lanes: Lanes, *, begin: float) -> tuple[Gaps, float]:
    """Give every box its x, and every gap that arrows use its two edges."""
    widths = columns_of(layout)
    gaps: Gaps = {}
    first, last = layout.plan.columns[0], layout.plan.columns[-1]
    used = {gap for gap, _ in lanes.values()}
    x = begin
    for gap in range(first - 1, last + 1):
        if gap >= first:
            x = _place_column(layout, gap, x, widths[gap])
        if gap in used or first <= gap < last:
            gaps[gap] = (x, x + _gap_width(layout, gap, lanes))
            x = gaps[gap][1]
    return gaps, x


def _place_column(layout: Layout, column: int, x: float, width: float) -> float:
    for placed in layout.placed.values():
        if placed.column == column:
            placed.x, placed.width = x, width
    return x + width


def _gap_width(layout: Layout, gap: int, lanes: Lanes) -> float:
    around = [way for way in layout.ways if not way.direct]
    labels = [way.label_width for way in around if _gap_of(layout, way) == gap]
    beside = [way.label_width / 2 for way in layout.ways if way.direct]
    used = max((lane + 1 for found, lane in lanes.values() if found == gap), default=0)
    bends = FIRST_LANE + LANE * used if used else 0
    facing = _facing(layout, [way for way in around if _label_gap(layout, way) == gap])
    widest = max([LEAST_GAP, *labels, *facing, *(beside if gap in (-1, 0) else [])])
    return widest + 2 * LABEL_MARGIN + bends


def _facing(layout: Layout, ways: list[Way]) -> Iterator[float]:
    """Give the width that two labels need side by side, where they face each other in a gap."""
    for one, other in combinations(ways, 2):
        (_, one_side, one_y), (_, other_side, other_y) = (
            _label_end(layout, way) for way in (one, other)
        )
        apart = one_y - one.label_height >= other_y or other_y - other.label_height >= one_y
        if one_side != other_side and not apart:
            yield one.label_width + other.label_width + LABEL_MARGIN


def _label_gap(layout: Layout, way: Way) -> int:
    """Name the gap in which a label is written by the column on its left."""
    box, side, _ = _label_end(layout, way)
    return box.column if side == RIGHT else box.column - 1


def _lane_x(gaps: Gaps, gap: int, lane: int) -> float:
    """Lanes lie at the side of a gap that is away from the middle, so labels keep the other."""
    left, right = gaps[gap]
    return right - FIRST_LANE - LANE * lane if gap >= 0 else left + FIRST_LANE + LANE * lane


def _direct(layout: Layout, way: Way) -> Route:
    """Draw straight down, or up, between two boxes of one column."""
    source, target = layout.ends(way)
    upper, lower = (source, target) if source.y < target.y else (target, source)
    between = layout.direct_between(upper.name, lower.name)
    downs = [one for one in between if one.edge.source == upper.name]
    ups = [one for one in between if one not in downs]
    same = downs if way in downs else ups
    order = same.index(way)
    offset = 0.0 if len(between) == 1 else APART * (1 + order) * (1 if way in downs else -1)
    x = source.middle + offset
    start = source.bottom if source is upper else source.y
    end = target.y if source is upper else target.bottom
    side = _label_side(source, downs=way in downs, alone=len(between) == 1)
    far = (
        x if len(between) == 1 else source.middle + APART * len(same) * (1 if way in downs else -1)
    )
    skipped = sum(one.label_height + 4 for one in same[:order])
    room = lower.y - upper.bottom
    needed = sum(one.label_height + 4 for one in same)
    top = upper.bottom + max((min(room, needed + 40) - needed) / 2, 8) + skipped
    return Route(
        way=way,
        points=(Point(x, start), Point(x, end)),
        label=way.label,
        at=Point(far + 8 * side, top),
        anchor="start" if side == RIGHT else "end",
    )


def _label_side(source: Placed, *, downs: bool, alone: bool) -> int:
    if alone and source.column < 0:
        return LEFT
    return RIGHT if downs or alone else LEFT


def _around(layout: Layout, way: Way, lanes: Lanes, gaps: Gaps) -> Route:
    """Leave by one side, take the lane, come in by a side."""
    source, target = layout.ends(way)
    start = Point(source.side(way.out_side), way.out_y)
    end = Point(target.side(way.in_side), way.in_y)
    points = [start, end]
    if way.number in lanes:
        x = _lane_x(gaps, *lanes[way.number])
        points = [start, Point(x, start.y), *_across(layout, way, x), end]
    at, anchor = _label_place(layout, way)
    return Route(way=way, points=tuple(points), label=way.label, at=at, anchor=anchor)


def _across(layout: Layout, way: Way, x: float) -> list[Point]:
    """Go on to the target's height, below the band where other columns lie between."""
    source, target = layout.ends(way)
    end = Point(target.side(way.in_side), way.in_y)
    if abs(source.column - target.column) <= 1:
        return [Point(x, end.y)]
    in_band = [one.bottom for one in layout.placed.values() if one.band == source.band]
    corridor = max(in_band) + 12 + 5 * (way.number % 4)
    last = end.x + 14 * way.in_side
    return [Point(x, corridor), Point(last, corridor), Point(last, end.y)]


def _label_place(layout: Layout, way: Way) -> tuple[Point, str]:
    """Write above the arrow, beside the box that is nearer to the middle."""
    box, side, y = _label_end(layout, way)
    top = y - way.label_height - 4
    return Point(box.side(side) + LABEL_MARGIN * side, top), "start" if side == RIGHT else "end"


def _label_end(layout: Layout, way: Way) -> tuple[Placed, int, float]:
    """Give the end at which an arrow is labelled: its box, the side of it, and the height."""
    source, target = layout.ends(way)
    if abs(source.column) <= abs(target.column):
        return source, way.out_side, way.out_y
    return target, way.in_side, way.in_y
