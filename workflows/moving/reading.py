"""Reading a plan from TOML, and checking it against the versions it names: all findings at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.moving.plan import WISHES, Plan
from domain.rulebook.publication import must_be_rule_name, read_reference
from workflows.definition import Definition
from workflows.rulebook.reading import content_from

_WISH = validate.OneOf(WISHES, error="Say carry, restart or drop.")
_FILLED = validate.Length(min=1, error="Fill in where it goes.")


class PlanSchema(Schema):
    """A plan file."""

    class Meta:
        """A key that nobody reads is a mistake."""

        unknown = RAISE

    plan = fields.String(required=True)
    left = fields.List(
        fields.String(), data_key="from", required=True, validate=validate.Length(min=1)
    )
    to = fields.String(required=True)
    area = fields.String()
    open_deadlines = fields.String(validate=_WISH)
    stages = fields.Dict(fields.String(), fields.String(validate=_FILLED))
    levels = fields.Dict(fields.String(), fields.String(validate=_FILLED))
    deadlines = fields.Dict(fields.String(), fields.String(validate=_WISH))


def read_plan(text: str) -> Plan:
    """Read a plan; refuses ``not-toml`` and ``plan-not-understood`` with every finding."""
    content = dict(content_from(text))
    schema = PlanSchema()
    if errors := schema.validate(content):
        findings = list(_flat("", errors))
        reason = f"The plan cannot be read: {findings[0]}"
        raise Refused("plan-not-understood", reason, findings=findings)
    given = schema.load(content)
    must_be_rule_name(given["plan"])
    for reference in (*given["left"], given["to"]):
        read_reference(reference)
    return Plan(
        name=given["plan"],
        left=tuple(given["left"]),
        workflow=given["to"],
        stages=given.get("stages", {}),
        levels=given.get("levels", {}),
        deadlines=given.get("deadlines", {}),
        open_deadlines=given.get("open_deadlines", "carry"),
        area=AreaCode(given["area"]) if "area" in given else None,
    )


def must_fit(plan: Plan, olds: Mapping[str, Definition], new: Definition) -> None:
    """Refuse ``plan-refused`` with everything that the named versions do not know."""
    findings = list(_findings(plan, olds, new))
    if findings:
        reason = f"The plan has {len(findings)} errors and is not made: {findings[0]}"
        raise Refused("plan-refused", reason, findings=findings)


def _findings(plan: Plan, olds: Mapping[str, Definition], new: Definition) -> Iterator[str]:
    if plan.workflow in plan.left:
        yield f"{plan.workflow} is both left and moved to: take it out of 'from'."
    for one in (*olds.values(), new):
        if one.joint is not None:
            yield f"{one.reference} is the way of a whistle's parties; they keep their version."
    known = {stage for old in olds.values() for stage in old.stages}
    for stage, target in plan.stages.items():
        yield from _unknown("stages", stage, known, ", ".join(olds))
        yield from _no_target(stage, target, new)
    for stage in plan.deadlines:
        yield from _unknown("deadlines", stage, known, ", ".join(olds))
    rungs = {rung.level.word for rung in new.ladder}
    for level, target in plan.levels.items():
        if target not in rungs:
            yield f"levels.{level}: the ladder of {new.reference} has no rung '{target}'."


def _unknown(table: str, stage: str, known: set[str], where: str) -> Iterator[str]:
    if stage not in known:
        yield f"{table}.{stage}: there is no such stage in {where}."


def _no_target(stage: str, target: str, new: Definition) -> Iterator[str]:
    found = new.stages.get(target)
    if found is None:
        yield f"stages.{stage}: there is no stage '{target}' in {new.reference}."
    elif found.final is not None:
        yield f"stages.{stage}: '{target}' is an end; a plan moves open cases and ends none."


def _flat(where: str, errors: Any) -> Iterator[str]:  # noqa: ANN401  # marshmallow nests
    if isinstance(errors, dict):
        for key, inner in errors.items():
            named = "" if key in ("key", "value") else str(key)
            yield from _flat(".".join(part for part in (where, named) if part), inner)
        return
    for sentence in errors:
        yield f"{where}: {sentence}"
