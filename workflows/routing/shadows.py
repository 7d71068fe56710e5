"""Shadows: rules that can never decide, as an earlier one takes all that they would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from domain.rulebook.hours import Hours
from domain.rulebook.routing import RoutingRule, When, includes


def shadowed(rules: Sequence[RoutingRule]) -> Iterator[tuple[RoutingRule, RoutingRule]]:
    """Give each rule that an earlier one hides, with the first that does."""
    found: set[str] = set()
    for earlier, later in combinations(rules, 2):
        if later.name not in found and hides(earlier, later):
            found.add(later.name)
            yield later, earlier


def hides(earlier: RoutingRule, later: RoutingRule) -> bool:
    """Tell whether the earlier rule holds wherever the later one does; when unsure, it does not."""
    one, other = earlier.when, later.when
    return (
        _all_covered(one, other)
        and _time_covered(one, other)
        and (not one.within or one.within == other.within)
        and (not one.sources or (bool(other.sources) and other.sources <= one.sources))
        and one.answers.items() <= other.answers.items()
        and _load_covered(earlier, later)
    )


def _all_covered(one: When, other: When) -> bool:
    categories = other.categories and all(
        any(includes(wide, code) for wide in one.categories) for code in other.categories
    )
    areas = other.areas and all(
        any(wide.covers(code) for wide in one.areas) for code in other.areas
    )
    return (not one.categories or bool(categories)) and (not one.areas or bool(areas))


def _time_covered(one: When, other: When) -> bool:
    days = not one.days or (bool(other.days) and other.days <= one.days)
    working = one.working is None or one.working is other.working
    return days and working and _minutes(other.hours) <= _minutes(one.hours)


def _minutes(hours: Sequence[Hours]) -> frozenset[int]:
    """Give the minutes of the day; no hours are all of them."""
    whole = hours or (Hours(0, 24 * 60),)
    return frozenset[int]().union(*(one.minutes for one in whole))


def _load_covered(earlier: RoutingRule, later: RoutingRule) -> bool:
    """A rule that looks at loads hides only one that means the same units and asks no less."""
    below = earlier.when.below
    if below is None:
        return True
    targets = (earlier.then.unit, earlier.then.unit_kind)
    same = targets == (later.then.unit, later.then.unit_kind)
    return same and later.when.below is not None and later.when.below <= below
