"""Reading a definition: TOML text to its canonical content, and content to a definition."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import OFFICE_DAY, Limit, parse_limit
from domain.rulebook.content import digest_of
from workflows.checks.findings import Finding, Findings, Places
from workflows.checks.shape import shape_findings
from workflows.definition import (
    Climbing,
    Definition,
    Field,
    Joint,
    Label,
    Opening,
    Role,
    Rung,
    Stage,
    StageDeadline,
    StepRule,
    WaitsFor,
)
from workflows.request_rules import RequestRule, request_rule_from

BOOK = Path(__file__).parent / "book"
CASE_LIMIT = "case limit"

Read = Callable[..., Limit]  # reads a limit by the working day of one calendar
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
Content = dict[str, Any]  # Any: TOML holds what the clerk wrote until its shape is checked


def read_content(text: str) -> tuple[Content, Findings]:
    """Parse TOML and check its shape; the findings say what is wrong, with the line."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, Findings([_not_toml(str(error), text)])
    return content, Findings(shape_findings(content, Places(text)))


def _not_toml(said: str, text: str) -> Finding:
    """Take the line out of what the parser says; without one it is the end of the file."""
    place = _PLACE.search(said)
    number = place and place.group(1)
    line = int(number) if number else max(len(text.splitlines()), 1)
    sentence = f"{_PLACE.sub('', said).strip()}."
    hint = "Correct the TOML at this place."
    return Finding.error("not-toml", "", sentence, hint=hint, line=line)


def definition_files(folder: Path = BOOK) -> list[Path]:
    """Give the files of definitions in a folder; scenario files stand beside them."""
    return sorted(path for path in folder.glob("*.v*.toml") if not _is_scenarios(path))


def scenarios_beside(path: Path) -> Path:
    """Give the file in which a definition's scenarios stand, whether or not it is there."""
    return path.with_name(f"{path.stem}.scenarios.toml")


def _is_scenarios(path: Path) -> bool:
    return path.name.endswith(".scenarios.toml")


def rules_of(content: Content) -> Content:
    """Give what is published: the version is left out, it rises only when the rules change."""
    return {key: value for key, value in content.items() if key != "version"}


def calendars_named(content: Mapping[str, Any]) -> set[str]:
    """Name every calendar a content names, whatever its shape."""
    areas = content.get("calendar_areas", {})
    named = [content.get("calendar"), content.get("emergency_calendar")]
    named += areas.values() if isinstance(areas, dict) else []
    return {str(name) for name in named if name is not None}


def definition_from(content: Content, *, version: int, day_minutes: int = OFFICE_DAY) -> Definition:
    """Build the definition from content whose shape was checked.

    Its working days have ``day_minutes``: those of the calendar by which a case counts.
    """
    read = partial(parse_limit, day_minutes=day_minutes)
    requests = {
        kind: request_rule_from(kind, given, day_minutes=day_minutes)
        for kind, given in content.get("requests", {}).items()
    }
    return Definition(
        name=content["workflow"],
        version=version,
        title=Label(**content["title"]),
        starts_in=content["starts_in"],
        starts_with=tuple(content.get("starts_with", ())),
        reported_by=tuple(content["reported_by"]),
        calendar=content["calendar"],
        calendar_areas=tuple(
            (AreaCode(code), name) for code, name in content.get("calendar_areas", {}).items()
        ),
        emergency_calendar=content.get("emergency_calendar"),
        categories=content.get("categories"),
        limits=content.get("limits"),
        whistles=content.get("whistles"),
        routing=content.get("routing"),
        levels=tuple(Level.named(word) for word in content["levels"]),
        digest=digest_of(rules_of(content)),
        roles={name: _role(name, given) for name, given in content["roles"].items()},
        stages={given["name"]: _stage(given, read) for given in content["stage"]},
        steps=tuple(_step(given, requests, read) for given in content["step"]),
        fields={name: _field(name, given) for name, given in content.get("fields", {}).items()},
        ladder=tuple(_rung(given, read) for given in content.get("ladder", {}).get("rungs", ())),
        joint=Joint(**content["joint"]) if "joint" in content else None,
        requests=requests,
        climbing=_climbing(content.get("ladder", {}), read),
    )


def _role(name: str, given: Content) -> Role:
    level = given.get("level")
    return Role(
        name=name,
        label=Label(**given["label"]),
        level=Level.named(level) if level else None,
        system=given.get("system", False),
        reads_only=given.get("reads_only", False),
        nights=given.get("nights", False),
    )


def _stage(given: Content, read: Read) -> Stage:
    return Stage(
        name=given["name"],
        label=Label(**given["label"]),
        owner=given.get("owner"),
        deadline=_deadline(given["deadline"], read) if "deadline" in given else None,
        stops_clock=given.get("stops_clock", False),
        final=given.get("final"),
        waits_for=WaitsFor(**given["waits_for"]) if "waits_for" in given else None,
    )


def _deadline(given: Content, read: Read) -> StageDeadline:
    return StageDeadline(within=_limit(given, read), then=given.get("then"))


def _limit(given: Content, read: Read) -> Limit | None:
    if given["within"] == CASE_LIMIT:
        return None
    return read(given["within"], warn_percent=given.get("warn_percent", 80))


def _step(given: Content, requests: Mapping[str, RequestRule], read: Read) -> StepRule:
    kinds = (given.get(key, "") for key in ("requests", "grants", "refuses"))
    return StepRule(
        name=given["name"],
        label=Label(**given["label"]),
        sources=tuple(given["from"]),
        target=given["to"],
        by=tuple(given["by"]),
        needs=tuple(given.get("needs", ())),
        asks=tuple(given.get("asks", ())),
        tells=tuple(given.get("tells", ())),
        marks=tuple(given.get("marks", ())),
        asks_for=given.get("requests"),
        grants=given.get("grants"),
        refuses=given.get("refuses"),
        raises_level=given.get("raises_level", False) or "raises_to" in given,
        raises_to=Level.named(given["raises_to"]) if "raises_to" in given else None,
        cause=given.get("cause"),
        acknowledges=given.get("acknowledges", False),
        passes_within=given.get("passes_within", False),
        opens=_opening(given["opens"], read) if "opens" in given else None,
        undo=given.get("undo"),
        because=Label(**given["because"]) if "because" in given else None,
        request=next((requests[kind] for kind in kinds if kind in requests), None),
    )


def _opening(given: Content, read: Read) -> Opening:
    within = given.get("within")
    return Opening(
        workflow=given["workflow"],
        within=read(within) if within not in (None, CASE_LIMIT) else None,
        by_case_limit=within == CASE_LIMIT,
        independent=given.get("independent", False),
    )


def _field(name: str, given: Content) -> Field:
    return Field(
        name=name,
        label=Label(**given["label"]),
        kind=given["kind"],
        required=given.get("required", True),
        choices=tuple(given.get("choices", ())),
        read_by=tuple(given.get("read_by", ())),
    )


def _rung(given: Content, read: Read) -> Rung:
    grace = given.get("grace")
    return Rung(
        level=Level.named(given["level"]),
        owner=given["owner"],
        grace=read(grace) if grace else None,
    )


def _climbing(given: Content, read: Read) -> Climbing:
    repeat = given.get("repeat")
    important = given.get("important", {})
    return Climbing(
        skips_empty=given.get("skips_empty", False),
        way_down=tuple(given.get("way_down", ())),
        repeat=read(repeat) if repeat else None,
        important=tuple((Level.named(level), tuple(important[level])) for level in important),
    )
