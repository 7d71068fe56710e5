"""Limits as they are published: when a matter is filed, and how long each step of it may take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.limits import OFFICE_DAY, WARN_PERCENT, Limit, StampedLimit, parse_limit
from domain.kernel.refusals import Refused
from domain.rulebook.categories import CLASS_CODE, SUB_CODE
from domain.rulebook.content import malformed, tables, text, whole_number
from domain.rulebook.names import Named, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.rulebook.content import Content

ORDINARY = "ordinary"
"""The filing condition of a rule that names no other."""

DEFAULT = "default"
"""Where the search for a rule ends: sub-class, class, default."""

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStep:
    """A step with its own limit on the way, such as stopping an illegal building."""

    code: str
    name: Named
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """What applies to a category under one filing condition; ``handling`` is the bundled limit.

    ``found_by`` is the code that matched: the sub-class, its class, or ``default``.
    """

    found_by: str
    condition: str
    filing: Named
    handling: Limit
    steps: tuple[LimitStep, ...] = ()
    emergency: bool = False

    @property
    def stamped(self) -> tuple[StampedLimit, ...]:
        """Give its steps as a filing carries them."""
        return tuple(
            StampedLimit(code=one.code, limit=one.limit, zh=one.name.zh, en=one.name.en)
            for one in self.steps
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LimitBook:
    """One city's limits in one version."""

    reference: str
    title: Named
    rules: Mapping[tuple[str, str], LimitRule]

    def rule(self, category: str, condition: str | None = None) -> LimitRule:
        """Find the rule of the sub-class, else of its class, else the default.

        Refuses ``unknown-condition`` when none of them is written for this condition.
        """
        for code in _ways_up(category):
            found = self.rules.get((code, condition or ORDINARY))
            if found:
                return found
        reason = "No limit is written for this filing condition; pick one of the category's own."
        known = [rule.condition for rule in self.conditions(category)]
        raise Refused("unknown-condition", reason, condition=condition, known=known)

    def is_emergency(self, category: str, condition: str | None = None) -> bool:
        """Tell whether a matter counts by the emergency clock, day and night."""
        found = (self.rules.get((code, condition or ORDINARY)) for code in _ways_up(category))
        return next((rule.emergency for rule in found if rule), False)

    def conditions(self, category: str) -> tuple[LimitRule, ...]:
        """Give the rules to choose from when filing a matter of this category, one a condition."""
        nearest = {
            rule.condition: rule
            for code in reversed(_ways_up(category))
            for rule in self.rules.values()
            if rule.found_by == code
        }
        return tuple(nearest.values())


def limits_from(reference: str, content: Content, *, day_minutes: int = OFFICE_DAY) -> LimitBook:
    """Build the limits; refuses rules given twice, limits it cannot read, and a missing default.

    A working day has ``day_minutes``, those of the calendar, unless the limits state their own.
    """
    day = whole_number(content, "day_minutes") if "day_minutes" in content else day_minutes
    rules: dict[tuple[str, str], LimitRule] = {}
    for written in tables(content, "rule"):
        rule = _rule_from(written, _code_of(written), day)
        if (rule.found_by, rule.condition) in rules:
            raise malformed("category", "given once for each condition", rule.found_by)
        rules[rule.found_by, rule.condition] = rule
    if (DEFAULT, ORDINARY) not in rules:
        raise malformed("rule", "a list with a rule of category 'default' for all the rest")
    return LimitBook(reference=reference, title=named(content, "title"), rules=rules)


def _ways_up(category: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((category, category.partition("-")[0], DEFAULT)))


def _rule_from(written: Content, code: str, day_minutes: int) -> LimitRule:
    steps = tuple(_step_from(step, day_minutes) for step in tables(written, "step"))
    if len({step.code for step in steps}) < len(steps):
        raise malformed("step", "a list of steps with different codes", code)
    return LimitRule(
        found_by=code,
        condition=_word(written, "condition") if "condition" in written else ORDINARY,
        filing=named(written, "filing"),
        handling=_limit(written, "handling", day_minutes),
        steps=steps,
        emergency=_emergency(written),
    )


def _emergency(written: Content) -> bool:
    given = written.get("emergency", False)
    if not isinstance(given, bool):
        raise malformed("emergency", "true or false", str(given))
    return given


def _step_from(written: Content, day_minutes: int) -> LimitStep:
    return LimitStep(
        code=_word(written, "code"),
        name=named(written, "name"),
        limit=_limit(written, "limit", day_minutes),
    )


def _limit(written: Content, key: str, day_minutes: int) -> Limit:
    has_warning = "warn_percent" in written
    percent = whole_number(written, "warn_percent") if has_warning else WARN_PERCENT
    return parse_limit(text(written, key), day_minutes=day_minutes, warn_percent=percent)


def _code_of(written: Content) -> str:
    code = text(written, "category")
    if code != DEFAULT and not CLASS_CODE.fullmatch(code) and not SUB_CODE.fullmatch(code):
        raise malformed("category", "a code like 04 or 01-02, or 'default'", code)
    return code


def _word(written: Content, key: str) -> str:
    word = text(written, key)
    if not _WORD.fullmatch(word):
        raise malformed(key, "a short word in small letters, such as demolish", word)
    return word
