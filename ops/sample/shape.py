"""The shape of a city's incidents: figures measured from real records, and what they leave open."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ops.sample.drawing import by_weight, quantile

_HERE = Path(__file__).parent
_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How long real cities took with matters of a class; quantiles at 5, 10 ... 95 percent."""

    minutes: tuple[int, ...]
    share_of_limit_permille: tuple[int, ...]
    overdue_permille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Rates over day and week, the mix of categories and sources, handling, and turns taken."""

    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    categories: Mapping[str, int]
    sources: Mapping[str, int]
    handling: Mapping[str, Handling]
    desk: tuple[int, ...]
    chances: Mapping[str, float]
    reports_a_grid: float
    longest_share: float
    forgotten_days: tuple[int, int]

    def handling_of(self, category: str) -> Handling:
        """Give the figures of the category's class."""
        return self.handling[category.partition("-")[0]]

    def handling_share(self, category: str, drawn: float) -> float:
        """Give the part of the limit a case takes; more than 1 is late."""
        quantiles = self.handling_of(category).share_of_limit_permille
        return min(quantile(quantiles, drawn) / _THOUSAND, self.longest_share)

    def desk_share(self, drawn: float) -> float:
        """Give the part of a stage's own limit that somebody at a desk or on the way takes."""
        return quantile(self.desk, drawn) / _THOUSAND

    def hour(self, drawn: float) -> int:
        """Give the hour of the day of a report."""
        return by_weight(self.hours, drawn)

    def category(self, drawn: float) -> str:
        """Give the category of a report."""
        return list(self.categories)[by_weight(list(self.categories.values()), drawn)]

    def source(self, drawn: float) -> str:
        """Give the source of a report that is not self-handled."""
        return list(self.sources)[by_weight(list(self.sources.values()), drawn)]

    def reports(self, grids: int, weekday: int) -> float:
        """Give the reports to expect on a day, 0 is Monday."""
        return grids * self.reports_a_grid * self.weekdays[weekday] * 7 / sum(self.weekdays)


@cache
def sample_shape() -> Shape:
    """Read the figures that travel with the program."""
    measured = tomllib.loads((_HERE / "shape.toml").read_text(encoding="utf-8"))
    assumed = tomllib.loads((_HERE / "assumptions.toml").read_text(encoding="utf-8"))
    first, last = assumed["forgotten_days"]
    return Shape(
        hours=tuple(measured["hours_permille"]),
        weekdays=tuple(measured["weekdays_permille"]),
        categories=_mixed(measured["categories_permille"], assumed["categories_permille"]),
        sources=assumed["sources_permille"],
        handling=_handling(measured["handling"], assumed["handling"]),
        desk=tuple(assumed["desk_share_permille"]),
        chances=_chances(assumed),
        reports_a_grid=assumed["reports_per_thousand_grids_a_day"] / _THOUSAND,
        longest_share=assumed["longest_share_permille"] / _THOUSAND,
        forgotten_days=(first, last),
    )


def _mixed(measured: dict[str, int], assumed: dict[str, int]) -> dict[str, int]:
    """Put both into parts of a million: the measured ones share what the assumed leave."""
    rest = _THOUSAND - sum(assumed.values())
    mixed = {code: share * rest for code, share in measured.items()}
    for code, share in assumed.items():
        mixed[code] = mixed.get(code, 0) + share * _THOUSAND
    return dict(sorted(mixed.items()))


# Any: figures of a TOML file that travels with this module
def _handling(measured: dict[str, Any], stand_in: dict[str, str]) -> dict[str, Handling]:
    found = {
        kind: Handling(
            minutes=tuple(figures["minutes"]),
            share_of_limit_permille=tuple(figures["share_of_limit_permille"]),
            overdue_permille=figures["overdue_permille"],
        )
        for kind, figures in measured.items()
    }
    return found | {kind: found[other] for kind, other in stand_in.items()}


def _chances(assumed: dict[str, Any]) -> dict[str, float]:
    permille = {
        "self_handled": assumed["self_handled_permille"],
        "forgotten": assumed["forgotten_permille"],
        **assumed["roads_permille"],
        **{f"audit_{word}": share for word, share in assumed["audit_permille"].items()},
    }
    return {word: share / _THOUSAND for word, share in permille.items()}
