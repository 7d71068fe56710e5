"""Lines of a script: where each scenario, its given, its deeds and its expectations stand."""

from __future__ import annotations

import re
from collections import defaultdict

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
SCENARIO = "scenario"


class ScriptLines:
    """Knows the line of ``scenario[2].when[0]`` and of ``beginnings.filed[1]``."""

    def __init__(self, text: str) -> None:
        """Read the text once; what is written in an odd way has the line of what surrounds it."""
        self._lines: dict[str, int] = {}
        self._counts: dict[str, int] = defaultdict(int)
        self._table = self._key = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                self._enter(header.group(1), number)
            elif line.lstrip().startswith("{"):
                self._count(f"{self._table}.{self._key}", number)
            elif key := _KEY.match(line):
                self._key = key.group(1)
                self._lines[f"{self._table}.{self._key}"] = number

    def of(self, where: str) -> int:
        """Find the line, or that of the nearest place around it."""
        while where:
            if where in self._lines:
                return self._lines[where]
            where = where.rpartition(".")[0]
        return 1

    def _enter(self, header: str, number: int) -> None:
        if header == SCENARIO:
            self._table = self._count(SCENARIO, number)
        elif header.startswith(f"{SCENARIO}."):
            scenario = f"{SCENARIO}[{self._counts[SCENARIO] - 1}]"
            key = header.partition(".")[2]
            self._table = self._count(f"{scenario}.{key}", number) if key == "when" else header
            self._lines[f"{scenario}.{key}"] = number
        else:
            self._table = header
            self._lines[header] = number

    def _count(self, where: str, number: int) -> str:
        place = f"{where}[{self._counts[where]}]"
        self._counts[where] += 1
        self._lines[place] = number
        return place
