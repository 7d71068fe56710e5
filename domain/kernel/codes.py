"""Area codes: 12 digits for a division, 15 for a grid; the code is the path.

Source: the statistical division codes of the National Bureau of Statistics (2 province + 2 city +
2 district + 3 street + 3 community) and the 15-digit grid codes built on them.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import Self

from domain.kernel.refusals import Refused

DIVISION_DIGITS = 12
GRID_DIGITS = 15
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_DIGITS = re.compile(r"[0-9]{12}(?:[0-9]{3})?", re.ASCII)
_PREFIX_DIGITS = (0, 4, 6, 9, 12, 15)


class Level(IntEnum):
    """The governance levels, from the top down; a lower number is a higher level."""

    CITY = 1
    DISTRICT = 2
    STREET = 3
    COMMUNITY = 4
    GRID = 5

    @property
    def word(self) -> str:
        """Give the level as events and pages write it, such as ``street``."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Level:
        """Find a level by its word; refuses ``unknown-level``."""
        try:
            return cls[word.upper()]
        except KeyError:
            known = ", ".join(level.word for level in cls)
            reason = f"'{word}' is not a level of the city. Use one of: {known}."
            raise Refused("unknown-level", reason, level=word) from None


class AreaCode(str):  # noqa: SLOT000  # cached_property needs a __dict__
    """A division of 12 digits or a grid of 15, checked.

    >>> AreaCode("120101001003007").parent
    '120101001003'
    >>> AreaCode("120101000000").level.word, AreaCode("120101000000").parent
    ('district', '120000000000')
    """

    def __new__(cls, code: str) -> Self:
        """Take 12 or 15 digits; refuses ``invalid-area-code``."""
        if not _DIGITS.fullmatch(code):
            reason = "An area code has 12 digits (a division) or 15 digits (a grid)."
            raise Refused("invalid-area-code", reason, code=str(code)[:40])
        if _level_of(code) is None:
            reason = "This code names no city, district, street, community or grid."
            raise Refused("invalid-area-code", reason, code=code)
        return super().__new__(cls, code)

    @cached_property
    def level(self) -> Level:
        """The governance level the code stands at."""
        level = _level_of(self)
        assert level is not None  # noqa: S101  # checked in __new__
        return level

    @property
    def parent(self) -> AreaCode | None:
        """The area above, or None for the city."""
        return None if self.level is Level.CITY else self.at(Level(self.level - 1))

    def at(self, level: Level) -> AreaCode:
        """Give the area itself or the one above it; refuses ``no-such-level`` below."""
        if level > self.level:
            reason = f"{self} is a {self.level.word}; it stands in no {level.word}."
            raise Refused("no-such-level", reason, code=str(self), level=level.word)
        if level is self.level:
            return self
        return AreaCode(self[: _prefix_digits(level, self)].ljust(DIVISION_DIGITS, "0"))

    @property
    def path(self) -> tuple[AreaCode, ...]:
        """The areas from the city down to this one."""
        return tuple(self.at(Level(level)) for level in range(Level.CITY, self.level + 1))

    @cached_property
    def number(self) -> int:
        """The code as an integer of 15 digits, the typed column of the ledger."""
        return int(self.ljust(GRID_DIGITS, "0"))

    @property
    def span(self) -> tuple[int, int]:
        """First and last number of the area and all below it, both included.

        >>> AreaCode("120101001000").span
        (120101001000000, 120101001999999)
        """
        prefix = self[: _prefix_digits(self.level, self)]
        return int(prefix.ljust(GRID_DIGITS, "0")), int(prefix.ljust(GRID_DIGITS, "9"))

    def covers(self, other: AreaCode) -> bool:
        """Tell whether the other area is this one or lies below it."""
        first, last = self.span
        return first <= other.number <= last and other.level >= self.level


def area_numbered(number: int) -> AreaCode:
    """Read a code back from its 15-digit number.

    >>> area_numbered(120101001000000)
    '120101001000'
    """
    digits = str(number).zfill(GRID_DIGITS)
    return AreaCode(digits[:DIVISION_DIGITS] if digits.endswith("000") else digits)


@lru_cache(maxsize=50_000)
def _level_of(code: str) -> Level | None:
    if len(code) == GRID_DIGITS:
        whole = code[9:12] != "000" and code[12:] != "000"
        return Level.GRID if whole and _level_of(code[:12]) is Level.COMMUNITY else None
    province, city, district, street, community = (
        code[:2],
        code[2:4],
        code[4:6],
        code[6:9],
        code[9:],
    )
    given = [part.strip("0") != "" for part in (province, city, district, street, community)]
    if province not in MUNICIPALITIES:
        return {2: Level.CITY, 3: Level.DISTRICT, 4: Level.STREET, 5: Level.COMMUNITY}.get(
            _filled(given)
        )
    return {1: Level.CITY, 3: Level.DISTRICT, 4: Level.STREET, 5: Level.COMMUNITY}.get(
        _filled(given)
    )


def _filled(given: list[bool]) -> int:
    """Count the leading parts that are given; 0 when a part is missing in between."""
    depth = sum(given)
    return depth if all(given[:depth]) else 0


def _prefix_digits(level: Level, code: str) -> int:
    if level is Level.CITY and code[:2] in MUNICIPALITIES:
        return 2
    return _PREFIX_DIGITS[level]
