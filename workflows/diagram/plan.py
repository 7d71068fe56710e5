"""The plan of a drawing: the main path from top to bottom, the other stages beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from workflows.definition import STAYS, Definition, StepRule

_WANTED = ("settled", "done")
"""How a case, and a party, ends when all went well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A step from one stage to another."""

    source: str
    target: str
    rule: StepRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a stage stands: beside which stage of the main path, how far out, how far down."""

    band: int
    column: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Spots of all stages, and the edges between different stages."""

    main: tuple[str, ...]
    spots: dict[str, Spot]
    edges: tuple[Edge, ...]
    children: dict[str, list[str]] = field(default_factory=dict)

    def stack(self, band: int, column: int) -> list[str]:
        """Give the stages of one band and column from top to bottom."""
        there = [
            (spot.row, name)
            for name, spot in self.spots.items()
            if (spot.band, spot.column) == (band, column)
        ]
        return [name for _, name in sorted(there)]

    @property
    def columns(self) -> range:
        used = [spot.column for spot in self.spots.values()]
        return range(min(used), max(used) + 1)


def plan_of(definition: Definition) -> Plan:
    """Give every stage its spot."""
    edges = tuple(
        Edge(source=source, target=rule.target, rule=rule)
        for rule in definition.steps
        for source in rule.sources
        if rule.target not in (STAYS, source)
    )
    main = main_path(definition, edges)
    parents, order = _parents(definition, main, edges)
    children: dict[str, list[str]] = defaultdict(list)
    for name in order:
        if name in parents:
            children[parents[name]].append(name)
    return Plan(main=main, spots=_spots(main, children), edges=edges, children=dict(children))


def main_path(definition: Definition, edges: tuple[Edge, ...]) -> tuple[str, ...]:
    """Find the longest path to a settled end along steps that lead forward in the file.

    The clerk writes stages in the order of the work, so what leads back is no part of it.
    """
    names = list(definition.stages)
    place = {name: number for number, name in enumerate(names)}
    settled = {one.name for one in definition.stages.values() if one.final in _WANTED}
    ends = settled or {one.name for one in definition.stages.values() if one.final}
    best: dict[str, tuple[str, ...]] = {name: (name,) for name in ends}
    for name in reversed(names):
        for edge in edges:
            onward = best.get(edge.target)
            if edge.source != name or onward is None or place[edge.target] <= place[name]:
                continue
            if len(onward) >= len(best.get(name, ())):
                best[name] = (name, *onward)
    return best.get(definition.starts_in, (definition.starts_in,))


def _parents(
    definition: Definition, main: tuple[str, ...], edges: tuple[Edge, ...]
) -> tuple[dict[str, str], list[str]]:
    """Hang each other stage on the first stage that leads to it."""
    parents: dict[str, str] = {}
    order = list(main)
    for name in order:
        for edge in edges:
            if edge.source == name and edge.target not in order:
                parents[edge.target] = name
                order.append(edge.target)
    for name in definition.stages:
        if name not in order:
            parents[name] = main[-1]
            order.append(name)
    return parents, order


def _spots(main: tuple[str, ...], children: dict[str, list[str]]) -> dict[str, Spot]:
    """Single stages stand on the left, those with others behind them on the right."""
    spots = {name: Spot(band=band, column=0, row=0) for band, name in enumerate(main)}
    any_chain = any(child in children for name in main for child in children.get(name, ()))
    rows: dict[tuple[int, int], int] = defaultdict(int)
    for band, name in enumerate(main):
        for child in children.get(name, ()):
            side = 1 if child in children or not any_chain else -1
            _spread(child, band, side, children=children, spots=spots, rows=rows)
    return spots


def _spread(
    name: str,
    band: int,
    column: int,
    *,
    children: dict[str, list[str]],
    spots: dict[str, Spot],
    rows: dict[tuple[int, int], int],
) -> None:
    spots[name] = Spot(band=band, column=column, row=rows[band, column])
    rows[band, column] += 1
    outwards = 1 if column > 0 else -1
    for child in children.get(name, ()):
        _spread(child, band, column + outwards, children=children, spots=spots, rows=rows)
