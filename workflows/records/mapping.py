"""A mapping: which column of a city's file means what, and which words mean which state."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date

from domain.kernel.codes import AreaCode
from workflows.records.times import LocalTimes

NEEDED = frozenset({"case", "opened", "closed", "category"})
FIELDS = NEEDED | {"due", "status", "outcome", "duplicate", "unit", "area", "source"}
FIELDS |= {"latitude", "longitude"}

OPEN = "open"
CLOSE, DECLINE, MERGE = "close", "decline", "merge"

_APART = re.compile(r"[^a-z0-9]+")
LONGEST_CODE = 60


def code_of(words: str) -> str:
    """Write the words of a list as a code.

    >>> code_of("Parks & Recreation / Trees")
    'parks-recreation-trees'
    """
    return _APART.sub("-", words.casefold()).strip("-")[:LONGEST_CODE].rstrip("-")


def same(words: str) -> str:
    """Give words as they are compared: case and the number of spaces do not count."""
    return " ".join(words.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedArea:
    """An area of the city and the words that stand for it in the file."""

    code: AreaCode
    name: str
    name_en: str | None
    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedUnit:
    """A department of the city."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Departments by their word in the file; one not listed is named by its word, and reported."""

    prefix: str
    kind: str
    listed: MappingOf[str, MappedUnit]

    def of(self, words: str) -> MappedUnit | None:
        """Find a department; None when no code can be made of the word."""
        if found := self.listed.get(same(words)):
            return found
        code = code_of(f"{self.prefix} {words}")[:40].rstrip("-")
        if code == self.prefix:
            return None
        return MappedUnit(code=code, name=words[:100], kind=self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What the words at the end of a record mean.

    ``pattern`` finds the leading words of a longer text, of which nothing else is kept.
    """

    states: MappingOf[str, str]
    steps: MappingOf[str, str]
    marked: frozenset[str]
    pattern: re.Pattern[str] | None
    unstated: str

    def state(self, status: str) -> str | None:
        """Tell what a status means; None when the mapping does not know it."""
        return self.states.get(same(status))

    def code(self, words: str) -> str:
        """Give the code of an outcome."""
        if not words.strip():
            return self.unstated
        if self.pattern is None:
            return code_of(words) or "other"
        found = self.pattern.match(words)
        return code_of(found[1]) if found and found[1] else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How the records of one city are read; ``register`` is the name its case ids belong to."""

    name: str
    register: str
    definition: str
    since: date
    city: MappedArea
    areas: tuple[MappedArea, ...]
    units: Units
    times: LocalTimes
    outcomes: Outcomes
    columns: MappingOf[str, tuple[str, ...]]
    sources: MappingOf[str, str] = field(default_factory=dict)

    def area_codes(self) -> dict[str, AreaCode]:
        """Give the areas by the words of the file."""
        return {same(value): area.code for area in self.areas for value in area.values}
