"""The report of an import: every row of the file in one of its numbers."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from domain.incident.incident import Incident
from workflows.records.findings import CLOSING_LEFT_OUT, CONFLICTING, REJECTED, Finding
from workflows.records.groundwork import Groundwork
from workflows.records.mapping import CLOSE, DECLINE, MERGE
from workflows.records.reading import Records
from workflows.sheets import Cell, harmless

SHOWN = 10


@dataclass(slots=True, kw_only=True)
class Report:
    """What an import did; the same file gives the same report, but for what was new to record."""

    mapping: str
    groundwork: Groundwork
    records: Records
    until: datetime
    commands: int = 0
    opened: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    missed: set[UUID] = field(default_factory=set)
    findings: list[Finding] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what was found while reading."""
        self.findings = list(self.records.tally.findings)

    def count_opened(self, incident: Incident) -> None:
        """Count a case that stands in the ledger, with what was recorded of it before."""
        self.opened += 1
        self.count_missed(incident)

    def count_missed(self, incident: Incident) -> None:
        """Count a case once if its own due time has passed."""
        if incident.course.bundled_missed_at is not None:
            self.missed.add(incident.id)

    def count_closed(self, step: str) -> None:
        """Count a case that ended."""
        self.ended[step] += 1

    def find(self, finding: Finding) -> None:
        """Add something that was left out."""
        self.findings.append(finding)

    def of_kind(self, what: str) -> list[Finding]:
        """Give the findings of a kind by their lines."""
        found = [finding for finding in self.findings if finding.what == what]
        return sorted(found, key=lambda finding: finding.line)

    @property
    def later(self) -> int:
        """Cases that were opened after the clock stopped."""
        return sum(one.opened_at > self.until for one in self.records.by_case.values())

    @property
    def counts(self) -> dict[str, int]:
        """Give every number; rows = imported + later + repeated + conflicting + rejected."""
        tally = self.records.tally
        return {
            "rows": tally.rows,
            "imported": self.opened,
            "closed": self.ended[CLOSE],
            "declined": self.ended[DECLINE],
            "merged": self.ended[MERGE],
            "never_closed": self.opened - self.ended.total(),
            "later": self.later,
            "repeated": tally.repeated,
            "conflicting": len(self.of_kind(CONFLICTING)),
            "rejected": len(self.of_kind(REJECTED)),
            "closings_left_out": len(self.of_kind(CLOSING_LEFT_OUT)),
            "deadlines_missed": len(self.missed),
            "due_before_opened": tally.due_before_opened,
            "areas_unknown": tally.areas_unknown.total(),
            "units_missing": tally.units_missing,
            "units_unlisted": tally.units_unlisted.total(),
            "categories_missing": tally.categories_missing,
            "places_unreadable": tally.places_unreadable,
            "sources_unlisted": tally.sources_unlisted.total(),
            "commands_recorded": self.commands,
        }

    def as_json(self) -> dict[str, Any]:
        """Give the report as JSON kinds."""
        tally = self.records.tally
        return {
            "mapping": self.mapping,
            "until": self.until.isoformat(),
            "counts": self.counts,
            "columns_absent": list(self.records.absent),
            "areas_unknown": dict(tally.areas_unknown.most_common()),
            "units_unlisted": dict(tally.units_unlisted.most_common()),
            "sources_unlisted": dict(tally.sources_unlisted.most_common()),
            "findings": [
                {"line": one.line, "what": one.what, "why": one.why, "reason": one.reason}
                for one in sorted(self.findings, key=lambda one: one.line)
            ],
        }

    def sentences(self) -> list[str]:
        """Give the report as lines for a person; long lists are cut."""
        said = [_told(name, number) for name, number in self.counts.items() if _says(name, number)]
        tally = self.records.tally
        said += _words("areas not in the mapping, kept at the city", tally.areas_unknown)
        said += _words("departments not in the mapping, named by their word", tally.units_unlisted)
        said += _words("sources not in the mapping, taken as records", tally.sources_unlisted)
        if self.records.absent:
            said.append(f"columns the file does not have: {', '.join(self.records.absent)}")
        for what in (REJECTED, CONFLICTING, CLOSING_LEFT_OUT):
            said += _lines(what, self.of_kind(what))
        return said

    def write_rejects(self, out: IO[str]) -> None:
        """Write what was left out as CSV; correct it in the city's file and import that again."""
        rejects = csv.writer(out, lineterminator="\n")
        rejects.writerow(("line", "last_line", "case", "what", "why", "reason"))
        for one in sorted(self.findings, key=lambda one: one.line):
            last_line = max(one.line, one.last_line)
            row: list[Cell] = [one.line, last_line, one.case, one.what, one.why, one.reason]
            rejects.writerow([harmless(cell) for cell in row])


_LABELS = {
    "rows": "rows in the file",
    "imported": "cases in the ledger",
    "closed": "  closed",
    "declined": "  declined",
    "merged": "  merged as duplicates",
    "never_closed": "  never closed",
    "later": "opened after the clock stopped",
    "repeated": "rows said again",
    "conflicting": "rows that tell a case otherwise, left out",
    "rejected": "rows rejected",
    "closings_left_out": "closings left out, the case stays open",
    "deadlines_missed": "cases whose due time passed before they ended",
    "due_before_opened": "due before they were opened",
    "areas_unknown": "without a known area",
    "units_missing": "without a department",
    "units_unlisted": "with a department not in the mapping",
    "categories_missing": "without a category",
    "places_unreadable": "places that cannot be read, left out",
    "sources_unlisted": "with a source not in the mapping",
    "commands_recorded": "commands recorded now",
}
_ALWAYS = frozenset({"rows", "imported", "closed", "never_closed", "commands_recorded"})


def _says(name: str, number: int) -> bool:
    return bool(number) or name in _ALWAYS


def _told(name: str, number: int) -> str:
    return f"{number:>10,}  {_LABELS[name]}"


def _words(what: str, counted: Counter[str]) -> list[str]:
    if not counted:
        return []
    some = [f"{words or '(empty)'} {number:,}" for words, number in counted.most_common(SHOWN)]
    more = len(counted) - SHOWN
    return [f"{what}: {', '.join(some)}{f', and {more} more' if more > 0 else ''}"]


def _lines(what: str, findings: list[Finding]) -> list[str]:
    said = [f"{what}, {one.where}: {one.reason}" for one in findings[:SHOWN]]
    more = len(findings) - SHOWN
    return [*said, f"{what}: and {more:,} more"] if more > 0 else said
