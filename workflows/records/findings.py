"""What was found in a file that does not go into the ledger as it stands there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

REJECTED = "rejected"
CONFLICTING = "conflicting"
CLOSING_LEFT_OUT = "closing-left-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A row, or the closing of one, that was left out, and why, in a sentence."""

    line: int
    what: str
    why: str
    reason: str
    case: str = ""
    last_line: int = 0

    @property
    def where(self) -> str:
        """Give ``line 7`` or ``lines 7 to 9``."""
        if self.last_line > self.line:
            return f"lines {self.line} to {self.last_line}"
        return f"line {self.line}"


@dataclass(slots=True)
class Tally:
    """What was counted while a file was read."""

    rows: int = 0
    repeated: int = 0
    due_before_opened: int = 0
    places_unreadable: int = 0
    areas_unknown: Counter[str] = field(default_factory=Counter)
    units_unlisted: Counter[str] = field(default_factory=Counter)
    units_missing: int = 0
    categories_missing: int = 0
    sources_unlisted: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
