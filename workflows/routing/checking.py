"""Checking routing rules before they are published: every finding at once, with rule and hint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial

from domain.kernel.refusals import Refused
from domain.rulebook.categories import Categories
from domain.rulebook.content import Content, tables
from domain.rulebook.routing import ANY, OF_CATEGORY, RoutingBook, RoutingRule
from domain.rulebook.routing_content import (
    ASK_THE_DISTRICT,
    CONDITIONS,
    routing_from,
    rule_from,
    then_from,
)
from workflows.routing.shadows import shadowed

SOURCES = ("grid-member", "public", "hotline", "video", "media", "superior", "device", "records")

HINTS: Mapping[str, str] = {
    "invalid-ring": "Give corners as [longitude, latitude] in millionths of a degree, in order.",
    "invalid-hours": "Split hours that overlap; those over midnight are written 22:00-06:00.",
    "invalid-area-code": "Use 120101 for a district, 120101001 for a street, 15 digits for a grid.",
    "limit-not-understood": "Write '4 working hours' or '30 clock minutes'.",
    "rules-malformed": "Write it as the rules in workflows/book/routing do.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingFinding:
    """One thing wrong. ``key`` is its path, such as ``rule.2.when.hours``."""

    code: str
    rule: str
    key: str
    finding: str
    hint: str

    def __str__(self) -> str:
        return f"{self.rule or self.key}: {self.finding} {self.hint} [{self.code}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rules may name: the categories in force, and whether a unit was founded."""

    categories: Categories
    is_unit: Callable[[str], bool]


def must_route_soundly(content: Content, known: Known | None = None) -> None:
    """Refuse ``routing-refused`` with everything found; ``known`` is None where nobody knows."""
    found = list(routing_findings(content, known))
    if found:
        findings = [_plain(one) for one in found]
        reason = f"These rules have {len(found)} mistakes and are not published: {found[0]}"
        raise Refused("routing-refused", reason, findings=findings)


def routing_findings(content: Content, known: Known | None = None) -> Iterator[RoutingFinding]:
    """Say all that is wrong with content whose shape is right."""
    broken = list(_unreadable(content))
    yield from broken
    yield from _named_twice(content)
    yield from _otherwise(content)
    if broken:
        return
    book = routing_from("checked", content)
    for number, (later, earlier) in _numbered(book, shadowed(book.rules)):
        hint = f"Put it before '{earlier.name}', or take it out."
        sentence = f"it can never decide: '{earlier.name}' takes all of it before."
        yield _finding("rule-shadowed", later.name, f"rule.{number}", sentence, hint)
    for number, rule in enumerate(book.rules):
        yield from _unknown_sources(number, rule)
        yield from _unknown(number, rule, content, known) if known else ()


def _unreadable(content: Content) -> Iterator[RoutingFinding]:
    """Read each condition by itself, so that one mistake does not hide the next."""
    for number, written in enumerate(tables(content, "rule")):
        found = list(_conditions(number, written))
        yield from found or _tried(number, written, "", partial(rule_from, written))


def _conditions(number: int, written: Content) -> Iterator[RoutingFinding]:
    when, then = written.get("when", {}), written.get("then")
    for key, (_, read) in CONDITIONS.items():
        if isinstance(when, Mapping) and key in when:
            yield from _tried(number, written, f"when.{key}", partial(read, when))
    if isinstance(then, Mapping):
        yield from _tried(number, written, "then", partial(then_from, then))


def _tried(
    number: int, written: Content, key: str, read: Callable[[], object]
) -> Iterator[RoutingFinding]:
    try:
        read()
    except Refused as refusal:
        path = f"rule.{number}.{key}".rstrip(".")
        hint = HINTS.get(refusal.code, HINTS["rules-malformed"])
        yield _finding(refusal.code, str(written.get("name")), path, refusal.reason, hint)


def _named_twice(content: Content) -> Iterator[RoutingFinding]:
    names = [str(written.get("name")) for written in tables(content, "rule")]
    for name, times in Counter(names).items():
        if times > 1:
            number = len(names) - 1 - names[::-1].index(name)
            sentence = f"{times} rules have this name, and a decision is stored by it."
            yield _finding(
                "rule-named-twice", name, f"rule.{number}", sentence, "Name each its own."
            )


def _otherwise(content: Content) -> Iterator[RoutingFinding]:
    last = tables(content, "rule")[-1:]
    always = bool(last) and not last[0].get("when")
    if content.get("otherwise") != ASK_THE_DISTRICT and not always:
        sentence = "a matter that no rule takes would go nowhere."
        hint = f"Write otherwise = '{ASK_THE_DISTRICT}', or a last rule without 'when'."
        yield _finding("otherwise-missing", "", "otherwise", sentence, hint)


def _unknown_sources(number: int, rule: RoutingRule) -> Iterator[RoutingFinding]:
    for source in sorted(rule.when.sources - {*SOURCES}):
        yield _not_known("unknown-source", rule, f"rule.{number}.when.source", source, SOURCES)


def _unknown(
    number: int, rule: RoutingRule, content: Content, known: Known
) -> Iterator[RoutingFinding]:
    codes = known.categories.by_code
    for code in rule.when.categories:
        if code not in codes:
            key = f"rule.{number}.when.category"
            yield _not_known("unknown-category", rule, key, code, tuple(codes))
    kinds = {category.unit_kind for category in codes.values()} | {ANY, OF_CATEGORY}
    kinds |= {str(kind) for kind in _listed(content, "unit_kinds")}
    kind, unit = rule.then.unit_kind, rule.then.unit
    if kind is not None and kind not in kinds:
        key = f"rule.{number}.then.unit_kind"
        yield _not_known("unknown-unit-kind", rule, key, kind, tuple(sorted(kinds)))
    if unit is not None and not known.is_unit(unit):
        sentence, hint = f"there is no unit '{unit}'.", "Found it first, or correct its code."
        yield _finding("unknown-unit", rule.name, f"rule.{number}.then.unit", sentence, hint)


def _listed(content: Content, key: str) -> tuple[object, ...]:
    values = content.get(key, ())
    return tuple(values) if isinstance(values, (list, tuple)) else ()


def _not_known(
    code: str, rule: RoutingRule, key: str, name: str, known: tuple[str, ...]
) -> RoutingFinding:
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known[:20])}."
    what = code.removeprefix("unknown-").replace("-", " ")
    return _finding(code, rule.name, key, f"there is no {what} '{name}'.", hint)


def _numbered(
    book: RoutingBook, found: Iterator[tuple[RoutingRule, RoutingRule]]
) -> Iterator[tuple[int, tuple[RoutingRule, RoutingRule]]]:
    return ((book.rules.index(later), (later, earlier)) for later, earlier in found)


def _finding(code: str, rule: str, key: str, finding: str, hint: str) -> RoutingFinding:
    return RoutingFinding(code=code, rule=rule, key=key, finding=finding, hint=hint)


def _plain(one: RoutingFinding) -> dict[str, str]:
    return {
        "code": one.code,
        "rule": one.rule,
        "key": one.key,
        "finding": one.finding,
        "hint": one.hint,
    }
