"""Reading routing rules: each condition by its key, so that a check can name every wrong one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.kernel.codes import DIVISION_DIGITS, AreaCode
from domain.kernel.limits import OFFICE_DAY, parse_limit
from domain.rulebook.categories import CLASS_CODE, SUB_CODE
from domain.rulebook.content import Content, malformed, optional_text, table, tables, text
from domain.rulebook.hours import DAYS, Hours, hours_from, must_not_overlap
from domain.rulebook.names import named
from domain.rulebook.rings import Corner, ring_from
from domain.rulebook.routing import RoutingBook, RoutingRule, Then, When

ASK_THE_DISTRICT = "ask-the-district"
SHORT = (2, 4, 6, 9)
"""The digits of a city, a district and a street, where the rest is left out."""


def routing_from(reference: str, content: Content, *, day_minutes: int = OFFICE_DAY) -> RoutingBook:
    """Build the rules of content that was checked; refuses what cannot be read."""
    return RoutingBook(
        reference=reference,
        title=named(content, "title"),
        categories=text(content, "categories"),
        rules=tuple(rule_from(rule, day_minutes=day_minutes) for rule in tables(content, "rule")),
    )


def rule_from(written: Content, *, day_minutes: int = OFFICE_DAY) -> RoutingRule:
    """Read one rule; without ``when`` it always holds."""
    given = table(written, "when") if "when" in written else {}
    if unknown := next((key for key in given if key not in CONDITIONS), None):
        raise malformed("when", f"a table of {', '.join(CONDITIONS)}", unknown)
    conditions = {}
    for key, (field, read) in CONDITIONS.items():
        if key in given:
            conditions[field] = read(given)
    return RoutingRule(
        name=text(written, "name"),
        when=When(**conditions),
        then=then_from(table(written, "then"), day_minutes=day_minutes),
    )


def then_from(written: Content, *, day_minutes: int = OFFICE_DAY) -> Then:
    """Read where a rule sends: exactly one of ``unit``, ``unit_kind`` and ``district = true``."""
    named_targets = [key for key in ("unit", "unit_kind", "district") if key in written]
    if len(named_targets) != 1 or written.get("district", True) is not True:
        raise malformed("then", "one of unit, unit_kind and district = true")
    limit = optional_text(written, "limit")
    return Then(
        unit=optional_text(written, "unit"),
        unit_kind=optional_text(written, "unit_kind"),
        limit=parse_limit(limit, day_minutes=day_minutes) if limit else None,
    )


def _categories(given: Content) -> tuple[str, ...]:
    codes = _some(given, "category")
    for code in codes:
        if not CLASS_CODE.fullmatch(code) and not SUB_CODE.fullmatch(code):
            raise malformed("category", "codes like 04 or 01-02", code)
    return codes


def _areas(given: Content) -> tuple[AreaCode, ...]:
    return tuple(_area(code) for code in _some(given, "area"))


def _area(code: str) -> AreaCode:
    """A code may end with its level: 120101 is the district."""
    return AreaCode(code.ljust(DIVISION_DIGITS, "0") if len(code) in SHORT else code)


def _within(given: Content) -> tuple[Corner, ...]:
    return ring_from(given["within"])


def _hours(given: Content) -> tuple[Hours, ...]:
    hours = tuple(hours_from(one) for one in _some(given, "hours"))
    must_not_overlap(hours)
    return hours


def _days(given: Content) -> frozenset[int]:
    days = _some(given, "days")
    if unknown := next((day for day in days if day not in DAYS), None):
        raise malformed("days", f"some of {', '.join(DAYS)}", unknown)
    return frozenset(DAYS.index(day) for day in days)


def _working(given: Content) -> bool:
    value = given["working"]
    if not isinstance(value, bool):
        raise malformed("working", "true or false")
    return value


def _sources(given: Content) -> frozenset[str]:
    return frozenset(_some(given, "source"))


def _answers(given: Content) -> Mapping[str, str]:
    answers = table(given, "answers")
    if not answers or not all(isinstance(value, str) for value in answers.values()):
        raise malformed("answers", "a table of answers, each a text")
    return {name: str(value) for name, value in answers.items()}


def _load(given: Content) -> int:
    load = table(given, "load")
    below = load.get("unit_below")
    if list(load) != ["unit_below"] or type(below) is not int or below < 1:
        raise malformed("load", "{ unit_below = N } with N from 1")
    return below


def _some(content: Content, key: str) -> tuple[str, ...]:
    """Read one text or a list of them."""
    value = content.get(key)
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, (list, tuple)) or not found:
        raise malformed(key, "a text or a list of texts")
    if not all(isinstance(one, str) and one for one in found):
        raise malformed(key, "a text or a list of texts")
    return tuple(found)


# Any: each condition has a kind of its own, which the field of When says
CONDITIONS: Mapping[str, tuple[str, Callable[[Content], Any]]] = {
    "category": ("categories", _categories),
    "area": ("areas", _areas),
    "within": ("within", _within),
    "hours": ("hours", _hours),
    "days": ("days", _days),
    "working": ("working", _working),
    "source": ("sources", _sources),
    "answers": ("answers", _answers),
    "load": ("below", _load),
}
"""How each condition is read, by its key in ``when``, and the field that holds it."""
