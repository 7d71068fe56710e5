"""Checking a definition: every finding at once, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from domain.kernel.refusals import Refused
from workflows.checks.deadlines import check_deadlines
from workflows.checks.duplicates import check_duplicates
from workflows.checks.findings import Finding, Findings, Places
from workflows.checks.graph import check_graph, check_steps
from workflows.checks.names import check_names
from workflows.checks.people import check_ladder, check_people
from workflows.checks.shape import shape_findings
from workflows.definition import Definition
from workflows.guards import GUARDS
from workflows.reading import definition_from, read_content


def check_text(text: str, *, calendars: Collection[str]) -> tuple[Definition | None, Findings]:
    """Read and check a definition; the definition is None when its shape is wrong."""
    content, findings = read_content(text)
    if findings.errors:
        return None, findings
    definition = definition_from(content, version=content["version"])
    return definition, check_definition(definition, calendars=calendars, places=Places(text))


def check_definition(
    definition: Definition, *, calendars: Collection[str], places: Places | None = None
) -> Findings:
    """Check a definition whose shape is right."""
    found: list[Finding] = [
        *check_names(definition, guards=GUARDS),
        *check_graph(definition),
        *check_steps(definition),
        *check_people(definition),
        *check_ladder(definition),
        *check_deadlines(definition, calendars=calendars),
        *check_duplicates(definition),
    ]
    places = places or Places()
    return Findings([replace(finding, line=places.line(finding.where)) for finding in found])


def must_be_sound(content: Mapping[str, object], *, calendars: Collection[str]) -> Definition:
    """Give the definition, or refuse ``definition-refused`` with every error found."""
    shape = shape_findings({**content, "version": 1}, Places())
    if not shape:
        definition = definition_from(dict(content), version=1)
        shape = check_definition(definition, calendars=calendars).errors
        if not shape:
            return definition
    findings = [str(finding) for finding in shape]
    reason = f"The definition has {len(findings)} errors and is not published: {findings[0]}"
    raise Refused("definition-refused", reason, findings=findings)
