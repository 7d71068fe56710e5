"""Reading a mapping from TOML: one of the book's, or a file of the user's own."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from workflows.records.mapping import (
    CLOSE,
    DECLINE,
    MERGE,
    NEEDED,
    OPEN,
    MappedArea,
    MappedUnit,
    Mapping,
    Outcomes,
    Units,
    code_of,
    same,
)
from workflows.records.schemas import checked
from workflows.records.times import ISO, LocalTimes

BOOK = Path(__file__).parent.parent / "book" / "mappings"

Content = dict[str, Any]  # Any: TOML holds what was written until its shape is checked


def known_mappings() -> list[str]:
    """Name the mappings that ship with the program."""
    return sorted(path.name for path in BOOK.glob("*.toml"))


def read_mapping(name: str) -> Mapping:
    """Read a file, or a mapping of the book by its name; refuses ``unknown-mapping``, and others.

    ``like`` names another mapping; what is written beside it takes the place of what that one
    says, table by table.
    """
    path = _found(name)
    content = _content(path)
    if like := content.pop("like", None):
        content = {**_content(_found(str(like), beside=path)), **content}
    try:
        return _built(path.stem, checked(content, file=path.name))
    except Refused as refusal:
        raise Refused(
            refusal.code, refusal.reason, **{**refusal.facts, "file": path.name}
        ) from None


def _found(name: str, *, beside: Path | None = None) -> Path:
    file_name = name if name.endswith(".toml") else f"{name}.toml"
    folders = [beside.parent] if beside else [Path()]
    for path in [*(folder / file_name for folder in folders), BOOK / file_name]:
        if path.is_file():
            return path
    known = ", ".join(known_mappings())
    reason = f"There is no mapping {name}. Give a TOML file, or one of: {known}."
    raise Refused("unknown-mapping", reason, mapping=name)


def _content(path: Path) -> Content:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = f"{path.name} cannot be read: {error}."
        raise Refused("mapping-malformed", reason, file=path.name) from None


def _built(name: str, content: Content) -> Mapping:
    missing = sorted(NEEDED - content["columns"].keys())
    if missing:
        raise _malformed(f"columns: name the columns for {', '.join(missing)}")
    return Mapping(
        name=name,
        register=content["register"],
        definition=content["definition"],
        since=_day(content["since"]),
        city=_area(content["city"]),
        areas=tuple(_area(given) for given in content["area"]),
        units=_units(content),
        times=_times(content["times"]),
        outcomes=_outcomes(content),
        columns={field: tuple(names) for field, names in content["columns"].items()},
        sources={same(words): source for words, source in content["sources"].items()},
    )


def _area(given: Content) -> MappedArea:
    return MappedArea(
        code=AreaCode(given["code"]),
        name=given["name"],
        name_en=given.get("name_en"),
        kind=given["kind"],
        values=tuple(given.get("values", [given["name"]])),
    )


def _units(content: Content) -> Units:
    prefix, kind = content["units"]["prefix"], content["units"]["kind"]
    listed = {
        same(given["value"]): MappedUnit(
            code=code_of(f"{prefix} {given['value']}"), name=given["name"], kind=kind
        )
        for given in content["unit"]
    }
    return Units(prefix=prefix, kind=kind, listed=listed)


def _times(given: Content) -> LocalTimes:
    try:
        zone = ZoneInfo(given["zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _malformed("times.zone: give a time zone like America/New_York") from None
    formats = tuple(given.get("formats", [ISO]))
    return LocalTimes(zone=zone, formats=formats, precision=given["precision"])


_WORDS_TO_STEPS = {"open": OPEN, "closed": CLOSE, "declined": DECLINE, "merged": MERGE}


def _outcomes(content: Content) -> Outcomes:
    states, outcomes = content["states"], content["outcomes"]
    try:
        pattern = re.compile(outcomes["pattern"], re.IGNORECASE) if "pattern" in outcomes else None
    except re.error as error:
        raise _malformed(f"outcomes.pattern: {error}") from None
    return Outcomes(
        states={
            same(words): step
            for state, step in _WORDS_TO_STEPS.items()
            for words in states.get(state, ())
        },
        steps={
            code_of(words): _WORDS_TO_STEPS[state]
            for state in ("declined", "merged")
            for words in outcomes.get(state, ())
        },
        marked=frozenset(same(words) for words in outcomes.get("marked", ())),
        pattern=pattern,
        unstated=outcomes["unstated"],
    )


def _day(given: object) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise _malformed("since: give a date like 2000-01-01")


def _malformed(finding: str) -> Refused:
    reason = f"This mapping cannot be used. Correct {finding}."
    return Refused("mapping-malformed", reason, findings=[finding])
