"""Checking a definition: every finding at once, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from domain.kernel.refusals import Refused
from workflows.checks.afterwards import check_afterwards
from workflows.checks.branching import check_branching
from workflows.checks.chain import check_chain, check_labels
from workflows.checks.clocks import check_clocks
from workflows.checks.deadlines import check_deadlines
from workflows.checks.duplicates import check_duplicates
from workflows.checks.findings import Finding, Findings, Places
from workflows.checks.graph import check_graph, check_steps
from workflows.checks.joint import check_joint
from workflows.checks.names import check_names
from workflows.checks.nights import check_nights
from workflows.checks.people import check_ladder, check_people
from workflows.checks.requests import check_requests
from workflows.checks.rising import check_rising
from workflows.checks.shape import shape_findings
from workflows.checks.undoing import check_undoing
from workflows.checks.whole import check_whole
from workflows.definition import Definition
from workflows.guards import GUARDS
from workflows.reading import definition_from, read_content
from workflows.whistle.guards import PARTY_GUARDS


def check_text(
    text: str, *, calendars: Collection[str], longest: int | None = None
) -> tuple[Definition | None, Findings]:
    """Read and check a definition; the definition is None when its shape is wrong.

    ``longest`` are the working minutes of the longest handling, where its limits are known.
    """
    content, findings = read_content(text)
    if findings.errors:
        return None, findings
    definition = definition_from(content, version=content["version"])
    places = Places(text)
    found = check_definition(definition, calendars=calendars, longest=longest, places=places)
    return definition, found


def check_definition(
    definition: Definition,
    *,
    calendars: Collection[str],
    longest: int | None = None,
    places: Places | None = None,
) -> Findings:
    """Check a definition whose shape is right."""
    found: list[Finding] = [
        *check_names(definition, guards=PARTY_GUARDS if definition.joint else GUARDS),
        *check_graph(definition),
        *check_steps(definition),
        *check_people(definition),
        *check_ladder(definition),
        *check_rising(definition),
        *check_deadlines(definition),
        *check_clocks(definition, calendars=calendars),
        *check_nights(definition),
        *check_whole(definition, longest=longest),
        *check_chain(definition),
        *check_labels(definition),
        *check_duplicates(definition),
        *check_joint(definition),
        *check_branching(definition),
        *check_undoing(definition),
        *check_requests(definition),
        *check_afterwards(definition),
    ]
    places = places or Places()
    return Findings([replace(finding, line=places.line(finding.where)) for finding in found])


def must_be_sound(
    content: Mapping[str, object], *, calendars: Collection[str], longest: int | None = None
) -> Findings:
    """Give what is to be warned of, or refuse ``definition-refused`` with every finding."""
    found = Findings(shape_findings({**content, "version": 1}, Places()))
    if not found.errors:
        definition = definition_from(dict(content), version=1)
        found = check_definition(definition, calendars=calendars, longest=longest)
    if not found.errors:
        return found
    told = [str(finding) for finding in (*found.errors, *found.warnings)]
    count = f"{len(found.errors)} error{'s' * (len(found.errors) > 1)}"
    reason = f"The definition has {count} and is not published: {told[0]}"
    raise Refused("definition-refused", reason, findings=told)


def must_be_seen(found: Findings, *, seen_by: str | None) -> tuple[str, ...]:
    """Give the warnings as they are kept, or refuse ``warnings-unseen`` with all of them."""
    warnings = tuple(f"{finding.code} {finding.where}".strip() for finding in found.warnings)
    if warnings and seen_by is None:
        told = [str(finding) for finding in found.warnings]
        reason = (
            f"The definition has {len(warnings)} warning{'s' * (len(warnings) > 1)}: {told[0]}"
            " Correct it, or publish it by `gridward workflow publish --seen-by`."
        )
        raise Refused("warnings-unseen", reason, findings=told)
    return warnings
