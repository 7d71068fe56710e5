"""Reading a script: its shape is checked, and every finding has its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from domain.kernel.codes import Level
from domain.kernel.refusals import Refused
from workflows.rehearsal.lines import ScriptLines
from workflows.rehearsal.script import Deed, Expected, Report, Scenario, Script
from workflows.rehearsal.town import UNITS, Roster

BEGINS = "2026-11-16 09:00"  # a Monday with no holiday near
Written = Mapping[str, Any]  # Any: TOML holds what the clerk wrote until its shape is checked


def _texts() -> fields.List[str]:
    return fields.List(fields.String())


def _by_party(of: fields.Field[Any]) -> fields.Dict:
    return fields.Dict(fields.String(), of)


class _Due(fields.Field[Any]):
    """One moment, ``none``, or a table of all that are open."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return value
        if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            return value
        message = "Write a moment, 'none', or a table like { bundled = \"monday 15:00\" }."
        raise ValidationError(message)


class ExpectedSchema(Schema):
    """``then``: what must be so."""

    class Meta:
        unknown = RAISE

    stage = fields.String()
    level = fields.String(validate=validate.OneOf([level.word for level in Level]))
    ended = fields.String()
    outcome = fields.String()
    unit = fields.String()
    sub_unit = fields.String()
    cause = fields.String()
    skipped = _texts()
    request = fields.String()
    leading = fields.String(validate=validate.OneOf(["earlier", "none"]))
    granted = _texts()
    backlog = fields.String(validate=validate.OneOf(["yes", "no"]))
    due = _Due()
    missed = _texts()
    fired = _texts()
    told = _texts()
    on_time = fields.String(validate=validate.OneOf(["yes", "no", "not judged"]))
    reworks = fields.Integer(strict=True)
    wrong_dispatches = fields.Integer(strict=True)
    open_whistles = fields.Integer(strict=True)
    whistles = _texts()
    whistle = fields.String()
    whistle_result = fields.String()
    parties = _by_party(fields.String())
    party_levels = _by_party(fields.String())
    party_missed = _by_party(_texts())
    stars = _by_party(fields.Raw())
    metres = _by_party(fields.Raw())
    stands_for = _by_party(fields.String())
    overdue = _texts()
    party_due = _Due()
    party_on_time = _by_party(fields.String())
    sub_cases = _texts()


class EarlierSchema(Schema):
    """``earlier``: another case, reported a minute before; answers name it ``earlier``."""

    class Meta:
        unknown = RAISE

    by = fields.String(required=True)
    source = fields.String()
    category = fields.String()
    area = fields.String()


class ReportSchema(Schema):
    """``given``: the report a scenario begins with."""

    class Meta:
        unknown = RAISE

    by = fields.String(required=True)
    person = fields.String()
    at = fields.String()
    source = fields.String()
    category = fields.String()
    area = fields.String()
    limit = fields.String()
    unit = fields.String()
    drawn = fields.Boolean(truthy={True}, falsy={False})
    beginning = fields.String()
    refused = fields.String()
    earlier = fields.Nested(EarlierSchema)
    absent = _texts()
    deputies = fields.Dict(fields.String(), fields.String())


class DeedSchema(Schema):
    """One line of ``when``; a key that is not listed is an answer to the step's form."""

    class Meta:
        unknown = INCLUDE

    at = fields.String()
    after = fields.String()
    stopped = fields.Boolean(truthy={True}, falsy={False})
    by = fields.String()
    person = fields.String()
    on = fields.Integer(strict=True, validate=validate.Range(1))
    do = fields.String()
    whistle = fields.String()
    party = fields.String()
    unheard = fields.Boolean(truthy={True}, falsy={False})
    refused = fields.String()
    facts = fields.Dict(fields.String())
    answers = fields.Dict(fields.String())
    then = fields.Nested(ExpectedSchema)


class ScenarioSchema(Schema):
    """``[[scenario]]``."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Length(1))
    given = fields.Nested(ReportSchema, required=True)
    when = fields.List(fields.Nested(DeedSchema))
    then = fields.Nested(ExpectedSchema)


class ScriptSchema(Schema):
    """A whole file of scenarios."""

    class Meta:
        unknown = RAISE

    workflow = fields.String(required=True)
    case = fields.String()
    begins = fields.String()
    units = _texts()
    inside = fields.Dict(fields.String(), fields.String())
    people = fields.Dict(fields.String(), _texts())
    beginnings = fields.Dict(fields.String(), fields.List(fields.Nested(DeedSchema)))
    scenario = fields.List(
        fields.Nested(ScenarioSchema), required=True, validate=validate.Length(1)
    )


_SCHEMA = ScriptSchema()
_DEED_KEYS = frozenset(DeedSchema().fields)


def read_script(path: Path) -> Script:
    """Read a file of scenarios; refuses ``scenarios-not-found`` when there is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        reason = f"There is no file {path.name} beside the definition. Write its scenarios there."
        raise Refused("scenarios-not-found", reason, file=path.name) from None
    return script_from(text, name=path.name)


def script_from(text: str, *, name: str = "scenarios") -> Script:
    """Read scenarios; refuses ``scenarios-not-understood`` with all that is wrong and its lines."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_understood(name, [f"This is not TOML: {error}."]) from None
    lines = ScriptLines(text)
    found = [
        f"line {lines.of(where)}, {where}: {sentence}"
        for where, sentence in _flat("", _SCHEMA.validate(written))
    ]
    found += list(_loose_ends(written, lines)) if not found else []
    if found:
        raise _not_understood(name, found)
    return _script(written, lines)


def _not_understood(name: str, found: list[str]) -> Refused:
    reason = f"{name} has {len(found)} mistakes, the first in {found[0]}"
    return Refused("scenarios-not-understood", reason, file=name, findings=found)


def _flat(where: str, errors: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # marshmallow nests
    if isinstance(errors, dict):
        for key, inner in errors.items():
            below = f"{where}[{key}]" if isinstance(key, int) else f"{where}.{key}".lstrip(".")
            yield from _flat(below, inner)
    else:
        for sentence in errors if isinstance(errors, list) else [errors]:
            yield where, str(sentence)


def _loose_ends(written: Written, lines: ScriptLines) -> Iterator[str]:
    """Beginnings that are nowhere, deeds that neither wait nor act, names given twice."""
    seen: set[str] = set()
    for number, scenario in enumerate(written["scenario"]):
        where = f"scenario[{number}]"
        beginning = scenario["given"].get("beginning")
        if beginning is not None and beginning not in written.get("beginnings", {}):
            yield f"line {lines.of(where + '.given')}: there is no beginning '{beginning}'."
        if scenario["name"] in seen:
            yield f"line {lines.of(where)}: another scenario has this name."
        seen.add(scenario["name"])
        for order, deed in enumerate(scenario.get("when", ())):
            yield from _loose_deed(deed, lines.of(f"{where}.when[{order}]"))


def _loose_deed(deed: Written, line: int) -> Iterator[str]:
    if "at" in deed and "after" in deed:
        yield f"line {line}: say 'at' or 'after', not both."
    if ("do" in deed) != ("by" in deed):
        yield f"line {line}: a step needs both 'by' and 'do'."
    if not {"do", "at", "after", "then"} & deed.keys():
        yield f"line {line}: nobody does anything and no time passes."


def _script(written: Written, lines: ScriptLines) -> Script:
    return Script(
        workflow=written["workflow"],
        case=written.get("case"),
        begins=written.get("begins", BEGINS),
        roster=Roster(
            units=written.get("units", UNITS),
            people=written.get("people", {}),
            inside=written.get("inside", {}),
        ),
        beginnings={
            name: _deeds(deeds, f"beginnings.{name}", lines)
            for name, deeds in written.get("beginnings", {}).items()
        },
        scenarios=tuple(
            _scenario(one, f"scenario[{number}]", lines)
            for number, one in enumerate(written["scenario"])
        ),
    )


def _scenario(written: Written, where: str, lines: ScriptLines) -> Scenario:
    line = lines.of(f"{where}.then")
    return Scenario(
        name=written["name"],
        line=lines.of(where),
        given=_report(written["given"], lines.of(f"{where}.given")),
        when=_deeds(written.get("when", ()), f"{where}.when", lines),
        then=Expected(line=line, wanted=written.get("then", {})),
    )


def _report(written: Written, line: int) -> Report:
    given = dict(written)
    earlier = given.pop("earlier", None)
    before = None if earlier is None else Report(line=line, **earlier)
    return Report(line=line, earlier=before, **given)


def _deeds(written: Any, where: str, lines: ScriptLines) -> tuple[Deed, ...]:  # noqa: ANN401
    return tuple(_deed(one, lines.of(f"{where}[{number}]")) for number, one in enumerate(written))


def _deed(written: Written, line: int) -> Deed:
    answers = {key: value for key, value in written.items() if key not in _DEED_KEYS}
    given = {key: value for key, value in written.items() if key in _DEED_KEYS}
    expected = given.pop("then", None)
    return Deed(
        line=line,
        answers={**answers, **given.pop("answers", {})},
        then=None if expected is None else Expected(line=line, wanted=expected),
        **given,
    )
