"""Findings: what is wrong, where, in a sentence, with a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_TABLE = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"^([A-Za-z0-9_-]+)\s*=")
_NAME = re.compile(r'^\s*name\s*=\s*"([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong. ``where`` is a path such as ``step.dispatch``, ``line`` counts from 1."""

    severity: Literal["error", "warning"]
    code: str
    where: str
    sentence: str
    hint: str
    line: int | None = None

    @classmethod
    def error(
        cls, code: str, where: str, sentence: str, *, hint: str, line: int | None = None
    ) -> Finding:
        return cls(
            severity="error", code=code, where=where, sentence=sentence, hint=hint, line=line
        )

    @classmethod
    def warning(
        cls, code: str, where: str, sentence: str, *, hint: str, line: int | None = None
    ) -> Finding:
        return cls(
            severity="warning", code=code, where=where, sentence=sentence, hint=hint, line=line
        )

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{self.severity}: {place}{self.where}: {self.sentence} {self.hint} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of one definition at once."""

    found: list[Finding]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.found if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.found if finding.severity == "warning"]

    def codes(self) -> set[str]:
        return {finding.code for finding in self.found}


class Places:
    """Where things stand in a TOML text: the line of each table, named stage or step, and top key.

    What is missing has the line of the table it is missing from; the whole file has the first.
    """

    def __init__(self, text: str = "") -> None:
        self._lines: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._whole = 1 if text else None
        table, began = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _TABLE.match(line):
                table, began = header.group(1), number
                self._note_table(table, number)
            elif not table and (key := _KEY.match(line)):
                self._lines[key.group(1)] = number
            elif (name := _NAME.match(line)) and table:
                self._lines.setdefault(f"{table}.{name.group(1)}", began)

    def _note_table(self, table: str, number: int) -> None:
        count = self._counts.get(table, 0)
        self._lines[f"{table}[{count}]"] = number
        self._lines.setdefault(table, number)
        self._counts[table] = count + 1

    def line(self, where: str) -> int | None:
        """Find the nearest place known: the whole path, or what it begins with."""
        while where:
            if where in self._lines:
                return self._lines[where]
            where = where.rpartition(".")[0]
        return self._whole
