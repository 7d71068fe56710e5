"""The rows of a city's file, CSV or .csv.gz: each with its lines, and none lost on the way."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, cast

from domain.kernel.refusals import Refused
from workflows.records.mapping import NEEDED, Mapping

_GZIP = b"\x1f\x8b"
_APART = re.compile(r"[^a-z0-9]+")
DAMAGED = "\N{REPLACEMENT CHARACTER}"


class Row(NamedTuple):
    """A row with its first and last line; ``broken`` says why its cells cannot be told apart."""

    line: int
    last_line: int
    cells: Sequence[str]
    broken: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the columns stand; ``absent`` are those that the mapping knows and the file lacks."""

    width: int
    places: dict[str, int]
    absent: tuple[str, ...]


@contextmanager
def opened(path: Path) -> Iterator[Iterator[Row]]:
    """Open a file; the first row is its header. Refuses ``unreadable-file`` and ``empty-file``."""
    try:
        with path.open("rb") as raw, _unpacked(raw) as text:
            yield _rows(text, path)
    except (OSError, EOFError, zlib.error) as error:
        reason = f"{path.name} cannot be read to its end: {error}. Fetch it again."
        raise Refused("unreadable-file", reason, file=path.name) from error


@contextmanager
def _unpacked(raw: IO[bytes]) -> Iterator[IO[str]]:
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    plain = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
    # Unused columns hold free text in any encoding; damage counts only in a cell that is used.
    with io.TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline="") as text:
        yield text


def _rows(text: IO[str], path: Path) -> Iterator[Row]:
    reader = csv.reader(text)
    line, some = 1, False
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            some = True
            yield Row(line, reader.line_num, (), f"It is no CSV: {error}.")
        else:
            if cells:
                some = True
                yield Row(line, reader.line_num, cells)
        line = reader.line_num + 1
    if not some:
        reason = f"{path.name} is empty; its first line names the columns."
        raise Refused("empty-file", reason, file=path.name)


def header_of(row: Row, mapping: Mapping) -> Header:
    """Find the mapping's columns; refuses ``missing-columns`` when a needed one is not there.

    Case, spaces and underlines do not count: a city writes its columns in several ways.
    """
    named = [_plain(cell) for cell in row.cells]
    places: dict[str, int] = {}
    for field, names in mapping.columns.items():
        found = [named.index(_plain(name)) for name in names if _plain(name) in named]
        if found:
            places[field] = found[0]
    absent = tuple(sorted(mapping.columns.keys() - places.keys()))
    needed = (NEEDED | {"status"}) & mapping.columns.keys()
    if missing := sorted(needed - places.keys()):
        raise _missing(missing, mapping, named)
    return Header(width=len(row.cells), places=places, absent=absent)


def _plain(column: str) -> str:
    return _APART.sub("_", column.strip().casefold()).strip("_")


def _missing(missing: Sequence[str], mapping: Mapping, found: Sequence[str]) -> Refused:
    wanted = "; ".join(f"{field}: {' or '.join(mapping.columns[field])}" for field in missing)
    reason = (
        f"The first line does not name the columns that {mapping.name} needs ({wanted}). "
        "Choose the mapping that fits this file."
    )
    return Refused("missing-columns", reason, missing=list(missing), found=list(found)[:60])
