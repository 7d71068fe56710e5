"""Grids of a city that has none on file: made from its communities, a seed and a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.area.standing import Tree
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from workflows.area.commands import AddArea, AreaOrder, BoundArea
from workflows.area.layout import Box, drawn, split
from workflows.area.plan import ImportPlan

KIND = "grid"
MOST_IN_A_COMMUNITY = 999
_LIGHTEST = 0.5  # the weight of the smallest community; the largest has one more


def make_grids(
    boxes: Mapping[AreaCode, Box], count: int, *, tree: Tree, day: date, seed: int
) -> ImportPlan:
    """Plan ``count`` grids in the boxes of communities: coded from 001, named, centred, outlined.

    Refuses ``grid-count`` when there are fewer than communities or more than 999 in one of them.
    A grid that stands already is left as it is.
    """
    orders: list[AreaOrder] = []
    unchanged = 0
    for community, grids in shares(sorted(boxes), count, seed=seed).items():
        for index, box in enumerate(split(boxes[community], grids), start=1):
            code = AreaCode(f"{community}{index:03}")
            if code in tree:
                unchanged += 1
                continue
            orders.append(_added(code, index, day))
            orders.append(BoundArea(code=code, boundary=box.boundary, from_day=day))
    return ImportPlan(day=day, orders=tuple(orders), unchanged=unchanged)


def shares(communities: list[AreaCode], count: int, *, seed: int) -> dict[AreaCode, int]:
    """Share a number of grids out: one each, the rest by weights drawn from the seed."""
    if not len(communities) <= count <= MOST_IN_A_COMMUNITY * len(communities) or not communities:
        reason = (
            f"{len(communities)} communities take {len(communities)} to "
            f"{MOST_IN_A_COMMUNITY * len(communities)} grids."
        )
        raise Refused("grid-count", reason, count=count, communities=len(communities))
    if strange := [code for code in communities if code.level is not Level.COMMUNITY]:
        raise Refused("not-a-community", f"{strange[0]} is no community.", code=str(strange[0]))
    weights = {code: _LIGHTEST + drawn(seed, "weight", code) for code in communities}
    per_weight = (count - len(communities)) / sum(weights.values())
    shared = {
        code: min(MOST_IN_A_COMMUNITY, 1 + int(weights[code] * per_weight)) for code in communities
    }
    _hand_out(shared, count - sum(shared.values()), seed)
    return shared


def _hand_out(shared: dict[AreaCode, int], left: int, seed: int) -> None:
    """Give what rounding left over, one each, in an order drawn from the seed."""
    order = sorted(shared, key=lambda code: drawn(seed, "rest", code))
    while left:
        for code in order:
            if left and shared[code] < MOST_IN_A_COMMUNITY:
                shared[code] += 1
                left -= 1


def _added(code: AreaCode, index: int, day: date) -> AddArea:
    return AddArea(
        code=code, name=f"第{index}网格", name_en=f"Grid {index}", kind=KIND, from_day=day
    )
