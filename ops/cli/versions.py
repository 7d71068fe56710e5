"""Versions of a workflow: published with every finding on the table, piloted in an area."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.kernel.refusals import Refused
from ops.cli.acting import AREA, DAY, act_now, today
from ops.cli.telling import Told, as_text, table, telling

if TYPE_CHECKING:
    from domain.kernel.codes import AreaCode
    from domain.rulebook.publication import Publication
    from ops.bootstrap import Gridward
    from workflows.checks.findings import Finding, Findings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_UNSOUND = 2


@click.command()
@click.argument("file", type=_FILE)
@click.option("--seen-by", metavar="HANDLE", help="Who of the roster has seen the warnings.")
@click.option("--valid-from", type=DAY, help="The first local day it holds; at once if left out.")
@telling("writing", to="publish rules", whole=True)
def publish(city: Gridward, file: Path, seen_by: str | None, valid_from: date | None) -> Told:
    """Publish a definition.

    All findings are shown. Errors stop it; warnings stop it until a person of the roster is named
    who has seen them, which is kept with the version. The same rules again are no new version.
    Running cases keep the version they began with; new ones begin with this one from its day on.
    """
    from ops.publishing import publish as publish_one
    from workflows.rulebook.reading import read_workflow

    findings = _findings(city, file)
    lines = [line for finding in findings.found for line in finding_lines(file, finding)]
    unseen = bool(findings.warnings) and seen_by is None
    if findings.errors or unseen:
        code = "definition-refused" if findings.errors else "warnings-unseen"
        lines.append(verdict(file, findings, "is not published"))
        if unseen and not findings.errors:
            lines.append("Correct it, or publish with --seen-by and who has seen the warnings.")
        data = {"code": code, "findings": findings.found}
        return Told(data=data, lines=[*lines, f"[{code}]"], status=_UNSOUND)
    done = publish_one(
        city, read_workflow(file), act_now(city), valid_from=valid_from, seen_by=seen_by
    )
    told = "is published" if done.is_new else "was published before: nothing is new"
    return Told(data=done, lines=[*lines, f"{done.name}@{done.version} {told}."])


@click.command()
@click.argument("name", metavar="NAME[@VERSION]")
@click.option("--area", type=AREA, required=True, help="Where it is tried: here and below.")
@click.option("--from-day", type=DAY, help="The first local day; today if left out.")
@click.option("--end", type=DAY, help="End the pilot: the first local day without it.")
@telling("writing", to="publish rules")
def pilot(
    city: Gridward, name: str, area: AreaCode, from_day: date | None, end: date | None
) -> Told:
    """Try a version in an area.

    New cases there begin with NAME@VERSION, new cases elsewhere with the version in force. The
    nearest area with a pilot decides. --end lets the area go by the version in force again.
    """
    from domain.rulebook.publication import read_reference
    from workflows.rulebook.commands import EndPilot, PilotRules

    if end is not None:
        plain = name.partition("@")[0]
        ending = EndPilot(kind="workflow", name=plain, area=area, to_day=end)
        city.desk.do(ending, act_now(city))
        told = f"From {end} on, {area} goes by the version of {plain} in force."
        return Told(data=ending, lines=[told])
    named, version = read_reference(name)
    order = PilotRules(
        kind="workflow", name=named, version=version, area=area, from_day=from_day or today(city)
    )
    city.desk.do(order, act_now(city))
    return Told(
        data=order, lines=[f"From {order.from_day} on, new cases in {area} begin with {name}."]
    )


@click.command()
@telling("nothing", to="try out rules")
def schema(_settings: object) -> Told:
    """Write the JSON Schema of definition files, for an editor that completes and marks them."""
    from workflows.checks.json_schema import definition_schema

    found = definition_schema()
    return Told(data=found, lines=[as_text(found)])


def pilot_lines(publications: Iterable[Publication], day: date) -> list[str]:
    """Lay out where another version than the one in force is tried today."""
    rows = [
        (f"{one.name}@{found.version}", found.area, found.from_day, found.to_day)
        for one in publications
        for found in one.pilots.running(day)
    ]
    return ["", *table(("piloted", "in", "from", "until"), rows)] if rows else []


def finding_lines(file: Path, finding: Finding) -> Iterator[str]:
    """Say a finding with its place, and its hint below."""
    place = f"{file.name}:{finding.line}" if finding.line else file.name
    colour = "red" if finding.severity == "error" else "yellow"
    severity = click.style(finding.severity, fg=colour)
    yield f"{place}  {severity}  {finding.where}: {finding.sentence}  [{finding.code}]"
    yield f"    {finding.hint}"


def verdict(file: Path, findings: Findings, ends: str) -> str:
    """Say how a check ended, with its counts."""
    errors = _counted(len(findings.errors), "error")
    return f"{file.name} {ends}: {errors}, {_counted(len(findings.warnings), 'warning')}."


def text_of(file: Path) -> str:
    """Read a file; refuses ``not-readable``."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"The file {file} cannot be read: {error}."
        raise Refused("not-readable", reason) from None


def calendars_near(file: Path) -> set[str]:
    """Name the calendars of the book, and those in a folder beside the file."""
    from workflows.reading import BOOK

    return {
        path.stem
        for folder in (BOOK, file.parent)
        for path in (folder / "calendars").glob("*.toml")
    }


def longest_near(file: Path) -> int | None:
    """Give the longest handling by the limits that a definition names, beside it or in the book."""
    from workflows.checks.whole import longest_handling
    from workflows.reading import BOOK, read_content
    from workflows.rulebook.reading import read_rules

    name = read_content(text_of(file))[0].get("limits")
    for folder in (file.parent, BOOK):
        path = folder / "limits" / f"{name}.toml"
        if path.is_file():
            return longest_handling(read_rules(path).content)
    return None


def _findings(city: Gridward, file: Path) -> Findings:
    """Check a file against what is published, with the lines of the file."""
    from domain.rulebook.publication import Publication, publication_id
    from workflows.checking import check_text
    from workflows.reading import calendars_named, read_content
    from workflows.rulebook.handlers import longest_published

    text = text_of(file)
    content = read_content(text)[0]
    known = {
        name
        for name in calendars_named(content)
        if city.ledger.load(Publication, publication_id("calendar", name)).exists
    }
    longest = longest_published(content, city.ledger)
    return check_text(text, calendars=known, longest=longest)[1]


def _counted(number: int, what: str) -> str:
    return f"{number or 'no'} {what}" + ("" if number == 1 else "s")
