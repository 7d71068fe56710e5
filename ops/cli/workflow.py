"""Workflows: check, publish, compare, draw and rehearse the definitions of a city."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from domain.kernel.refusals import Refused
from ops.cli.acting import today
from ops.cli.moving import migrate, migrations, pause, resume
from ops.cli.simulating import paths, simulate, what_if
from ops.cli.telling import Told, table, telling
from ops.cli.versions import (
    calendars_near,
    finding_lines,
    longest_near,
    pilot,
    pilot_lines,
    publish,
    schema,
    text_of,
    verdict,
)

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from ops.settings import Settings
    from workflows.definition import Definition, StepRule
    from workflows.rehearsal.rehearsing import Rehearsal

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_UNSOUND = 2
_SHOWN = 12


@click.group()
def workflow() -> None:
    """Definitions of workflows: what may happen to a case, by whom, and by when.

    Where a command takes NAME or FILE, a name is one that is published (`street-incident`, or
    `street-incident@1`), and anything that ends in .toml is a file.
    """


for _more in (
    *(publish, pilot, schema, migrate, migrations, pause, resume),
    *(simulate, paths, what_if),
):
    workflow.add_command(_more)


@workflow.command("list")
@telling(to="look at rules")
def list_(city: Gridward) -> Told:
    """List the published workflows."""
    from ops.publishing import published

    rows = [
        {
            "name": one.name,
            "latest": one.latest,
            "in_force": one.in_force(today(city)),
            "digest": one.digest(one.latest),
            "pilots": one.pilots.running(today(city)),
        }
        for one in published(city)
        if one.kind == "workflow"
    ]
    lines = table(
        ("name", "latest", "in force", "digest"),
        [(r["name"], r["latest"], r["in_force"], str(r["digest"])[:16]) for r in rows],
    )
    lines += pilot_lines(published(city), today(city))
    return Told(data=rows, lines=lines or ["No workflow is published: `gridward rules publish`."])


@workflow.command()
@click.argument("name")
@telling("nothing", to="look at rules")
def show(settings: Settings, name: str) -> Told:
    """Show the stages and steps of NAME or FILE."""
    definition = _definition(settings, name)
    stages = table(
        ("stage", "", "owner", "deadline", "then", "ends as"),
        [_stage_row(definition, stage) for stage in definition.stages],
    )
    steps = table(
        ("step", "", "from", "to", "by", "needs"), [_step_row(rule) for rule in definition.steps]
    )
    head = f"{definition.reference}: {definition.title.zh} {definition.title.en}"
    lines = [head, f"sha256 {definition.digest}", "", *stages, "", *steps]
    return Told(data=definition, lines=lines)


@workflow.command()
@click.argument("file", type=_FILE)
@telling("nothing", to="try out rules")
def check(settings: Settings, file: Path) -> Told:  # noqa: ARG001  # nothing is opened
    """Check a file.

    All that is wrong is said at once, with line, sentence and hint; status 2 when it cannot be
    published.
    """
    from workflows.checking import check_text

    text, known = text_of(file), calendars_near(file)
    definition, findings = check_text(text, calendars=known, longest=longest_near(file))
    data = {
        "sound": not findings.errors,
        "reference": definition.reference if definition else None,
        "findings": findings.found,
    }
    lines = [line for finding in findings.found for line in finding_lines(file, finding)]
    ends = "cannot be published" if findings.errors else "is sound"
    lines.append(verdict(file, findings, ends))
    return Told(data=data, lines=lines, status=_UNSOUND if findings.errors else 0)


@workflow.command()
@click.argument("old")
@click.argument("new")
@telling("nothing", to="try out rules")
def diff(settings: Settings, old: str, new: str) -> Told:
    """Compare two definitions.

    OLD and NEW are each a NAME, NAME@VERSION or FILE.
    """
    from workflows.differ import differences

    found = differences(_definition(settings, old), _definition(settings, new))
    data = {
        "old": found.old,
        "new": found.new,
        "differences": [
            {name: getattr(one, name) for name in (*one.__dataclass_fields__, "sentence")}
            for one in found.found
        ],
        "stages_removed": found.stages_removed,
    }
    lines = [one.sentence for one in found.found] or ["They do not differ."]
    if found.stages_removed:
        stages = ", ".join(found.stages_removed)
        lines.append(f"Running cases may still stand in: {stages}. They keep their version.")
    return Told(data=data, lines=lines)


@workflow.command()
@click.argument("name")
@click.option("--mermaid", "form", flag_value="mermaid", help="Write Mermaid text.")
@click.option("--svg", "form", flag_value="svg", default="svg", help="Write an SVG (the default).")
@click.option("--language", type=click.Choice(["zh", "en", "both"]), default="both")
@telling("nothing", to="try out rules")
def diagram(
    settings: Settings,
    name: str,
    form: Literal["mermaid", "svg"],
    language: Literal["zh", "en", "both"],
) -> Told:
    """Draw NAME or FILE, to standard output."""
    from workflows.diagram.drawing import svg
    from workflows.diagram.mermaid import mermaid

    definition = _definition(settings, name)
    spoken = "en" if language == "both" else language
    text = (
        mermaid(definition, language=spoken)
        if form == "mermaid"
        else svg(definition, language=language)
    )
    data = {"workflow": definition.reference, "form": form, "text": text}
    return Told(data=data, lines=[text.rstrip("\n")])


@workflow.command()
@click.argument("file", type=_FILE, required=False)
@telling("nothing", to="try out rules")
def test(settings: Settings, file: Path | None) -> Told:  # noqa: ARG001  # nothing is opened
    """Play the scenarios beside a definition.

    If no file is named, those of the whole book. Scenarios of NAME.v1.toml stand in
    NAME.v1.scenarios.toml. Status 2 when one goes wrong.
    """
    from workflows.reading import definition_files
    from workflows.rehearsal.rehearsing import rehearse_file

    done = [rehearse_file(path) for path in ([file] if file else definition_files())]
    lines = [line for rehearsal in done for line in _rehearsed(rehearsal)]
    passed = all(rehearsal.passed for rehearsal in done)
    data = [_rehearsal_data(rehearsal) for rehearsal in done]
    return Told(data=data, lines=lines, status=0 if passed else _UNSOUND)


def _definition(settings: Settings, given: str) -> Definition:
    """Read a file, or what is published under a name, in its latest version if none is named."""
    from workflows.reading import definition_from

    if given.endswith(".toml"):
        return _from_file(Path(given))
    from ops.opening import city_to_read

    with city_to_read(settings) as city:
        reference = given if "@" in given else city.shelf.latest("workflow", given)
        content = city.shelf.content("workflow", reference)
    return definition_from(dict(content), version=int(reference.rpartition("@")[2]))


def _from_file(file: Path) -> Definition:
    from workflows.reading import definition_from, read_content

    content, findings = read_content(text_of(file))
    if findings.errors:
        told = [str(finding) for finding in findings.errors]
        reason = f"{file.name} cannot be read as a definition: {told[0]}"
        raise Refused("definition-not-understood", reason, findings=told)
    return definition_from(content, version=content["version"])


def _stage_row(definition: Definition, name: str) -> tuple[object, ...]:
    from workflows.differ import limit_in_words

    stage = definition.stages[name]
    deadline = stage.deadline
    within = limit_in_words(deadline.within) if deadline and deadline.within else "case limit"
    return (
        stage.name,
        stage.label.zh,
        stage.owner,
        within if deadline else None,
        deadline.then if deadline else None,
        stage.final,
    )


def _step_row(rule: StepRule) -> tuple[object, ...]:
    lists = (", ".join(names) for names in (rule.by, rule.needs))
    return (rule.name, rule.label.zh, ", ".join(rule.sources), rule.target, *lists)


def _rehearsed(rehearsal: Rehearsal) -> Iterator[str]:
    """Say how it went: each scenario, what went wrong, and what nobody tried."""
    for one in rehearsal.played:
        mark = click.style("passed", fg="green") if one.passed else click.style("failed", fg="red")
        yield f"{mark}  {one.name}"
        for failure in one.failures:
            yield f"        {failure}"
    coverage = rehearsal.coverage
    count = len(rehearsal.played) - len(rehearsal.failed)
    yield (
        f"{rehearsal.workflow}: {count} of {len(rehearsal.played)} scenarios passed, "
        f"{coverage.percent} % of {coverage.steps} steps taken."
    )
    if coverage.steps_missing:
        yield f"No scenario takes: {', '.join(coverage.steps_missing)}."
    moves = [f"{move.step} from {move.stage}" for move in coverage.moves_missing]
    if moves and not coverage.steps_missing:
        more = f" and {len(moves) - _SHOWN} more" if len(moves) > _SHOWN else ""
        yield f"No scenario takes: {', '.join(moves[:_SHOWN])}{more}."


def _rehearsal_data(rehearsal: Rehearsal) -> dict[str, Any]:
    return {
        "workflow": rehearsal.workflow,
        "digest": rehearsal.digest,
        "passed": rehearsal.passed,
        "scenarios": [
            {"name": one.name, "line": one.line, "passed": one.passed, "failures": one.failures}
            for one in rehearsal.played
        ],
        "coverage": {
            "percent": rehearsal.coverage.percent,
            "steps_missing": rehearsal.coverage.steps_missing,
            "moves_missing": rehearsal.coverage.moves_missing,
            "stages_missing": rehearsal.coverage.stages_missing,
        },
    }
