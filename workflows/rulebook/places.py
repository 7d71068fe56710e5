"""Places: the line of a TOML text in which a key was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*\[")


def line_of(text: str, key: str, given: object = None) -> int | None:
    """Find the line of a path like ``rule.2.handling``, or the only one that holds ``given``.

    A key that is missing has the line of the table it is missing from; no guess is made.
    """
    lines = text.splitlines()
    if given is not None:
        holding = [number for number, line in enumerate(lines, 1) if str(given) in line]
        return holding[0] if len(holding) == 1 else None
    return _followed(lines, key)


def _followed(lines: list[str], key: str) -> int | None:
    first, last, found = 0, len(lines), None
    for step, nth in _steps(key):
        headers = [n for n in range(first, last) if _is_header(lines[n], step)]
        if nth >= len(headers):
            assigned = _assigned(lines[first:last], step)
            return found if assigned is None else first + assigned + 1
        found = headers[nth] + 1
        first, last = found, headers[nth + 1] if nth + 1 < len(headers) else last
    return found


def _steps(key: str) -> Iterator[tuple[str, int]]:
    """Give each name of a path with the number that follows it, or 0."""
    for name, number in re.findall(r"([^.]+)(?:\.([0-9]+)(?=\.|$))?", key):
        yield name, int(number or 0)


def _is_header(line: str, step: str) -> bool:
    return bool(re.match(rf"\s*\[\[?\s*(?:[\w-]+\.)*{re.escape(step)}\s*\]", line))


def _assigned(lines: list[str], step: str) -> int | None:
    for number, line in enumerate(lines):
        if _HEADER.match(line):
            return None
        if re.match(rf"\s*{re.escape(step)}\s*=", line):
            return number
    return None
