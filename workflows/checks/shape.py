"""The shape of a definition: which keys there are and what they may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from domain.incident.marks import ENDINGS, MARKS, REQUESTS
from domain.incident.rising import CAUSES
from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import parse_limit
from domain.kernel.refusals import Refused
from domain.whistle.party import PARTY_ENDINGS, PARTY_MARKS
from domain.whistle.rules import MOST_PARTIES
from workflows.checks.findings import Finding
from workflows.checks.request_shape import RequestSchema
from workflows.definition import FieldKind

if TYPE_CHECKING:
    from workflows.checks.findings import Places

_LEVELS = [level.word for level in Level]
_NAME = validate.Regexp(r"^[a-z][a-z0-9_-]{0,59}$", error="Use small letters, digits, _ and -.")
_FIELD_KINDS = list(get_args(FieldKind))


def _names() -> fields.List[str]:
    return fields.List(fields.String(validate=_NAME))


def must_be_limit(text: str) -> None:
    """Take a limit as definitions write it."""
    if text != "case limit":
        _must_be_span(text)


def must_be_area(code: str) -> None:
    """Take the code of an area."""
    try:
        AreaCode(code)
    except Refused as refusal:
        raise ValidationError(refusal.reason) from refusal


def _must_be_span(text: str) -> None:
    try:
        parse_limit(text)
    except Refused as refusal:
        raise ValidationError(refusal.reason) from refusal


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class LabelSchema(_Strict):
    """A name in two languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class RoleSchema(_Strict):
    """``[roles.<name>]``."""

    label = fields.Nested(LabelSchema, required=True)
    level = fields.String(validate=validate.OneOf(_LEVELS))
    system = fields.Boolean()
    reads_only = fields.Boolean()
    nights = fields.Boolean()


class DeadlineSchema(_Strict):
    """``deadline = { within = …, then = … }``."""

    within = fields.String(required=True, validate=must_be_limit)
    then = fields.String(validate=_NAME)
    warn_percent = fields.Integer(strict=True, validate=validate.Range(1, 100))

    @validates_schema
    def _warns_of_its_own(self, given: dict[str, Any], **_: object) -> None:
        if given.get("within") == "case limit" and "warn_percent" in given:
            message = "The case limit warns as the published limits say; remove 'warn_percent'."
            raise ValidationError(message, "warn_percent")


class DoneWhen(fields.Field[Any]):
    """``all``, ``any`` or a number of them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        number = isinstance(value, int) and not isinstance(value, bool) and value > 0
        if number or value in ("all", "any"):
            return value
        raise ValidationError('Say "all", "any" or how many, such as 2.')


class WaitsForSchema(_Strict):
    """``waits_for = { workflow = …, done_when = …, then = … }``."""

    workflow = fields.String(required=True, validate=_NAME)
    done_when = DoneWhen(required=True)
    then = fields.String(required=True, validate=_NAME)


class OpeningSchema(_Strict):
    """``opens = { workflow = …, within = …, independent = … }``."""

    workflow = fields.String(required=True, validate=_NAME)
    within = fields.String(validate=must_be_limit)
    independent = fields.Boolean()


class StageSchema(_Strict):
    """``[[stage]]``."""

    name = fields.String(required=True, validate=_NAME)
    label = fields.Nested(LabelSchema, required=True)
    owner = fields.String(validate=_NAME)
    deadline = fields.Nested(DeadlineSchema)
    stops_clock = fields.Boolean()
    final = fields.String(validate=validate.OneOf(sorted(ENDINGS | PARTY_ENDINGS)))
    waits_for = fields.Nested(WaitsForSchema)


class StepSchema(_Strict):
    """``[[step]]``."""

    name = fields.String(required=True, validate=_NAME)
    label = fields.Nested(LabelSchema, required=True)
    sources = fields.List(fields.String(validate=_NAME), data_key="from", required=True)
    to = fields.String(required=True)
    by = fields.List(fields.String(validate=_NAME), required=True, validate=validate.Length(1))
    needs = _names()
    asks = _names()
    tells = _names()
    marks = fields.List(fields.String(validate=validate.OneOf(sorted(MARKS | PARTY_MARKS))))
    requests = fields.String(validate=validate.OneOf(sorted(REQUESTS)))
    grants = fields.String(validate=validate.OneOf(sorted(REQUESTS)))
    refuses = fields.String(validate=validate.OneOf(sorted(REQUESTS)))
    raises_level = fields.Boolean()
    opens = fields.Nested(OpeningSchema)
    undo = fields.String(validate=_NAME)
    because = fields.Nested(LabelSchema)
    raises_to = fields.String(validate=validate.OneOf(_LEVELS))
    cause = fields.String(validate=validate.OneOf(sorted(CAUSES)))
    acknowledges = fields.Boolean()
    passes_within = fields.Boolean()


class FieldSchema(_Strict):
    """``[fields.<name>]``."""

    label = fields.Nested(LabelSchema, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_FIELD_KINDS))
    required = fields.Boolean()
    choices = fields.List(fields.String())
    read_by = _names()


class RungSchema(_Strict):
    """One rung of ``[ladder]``."""

    level = fields.String(required=True, validate=validate.OneOf(_LEVELS))
    owner = fields.String(required=True, validate=_NAME)
    grace = fields.String(validate=_must_be_span)


class LadderSchema(_Strict):
    """``[ladder]``."""

    at_top = fields.String(required=True, validate=validate.OneOf(["stay_and_alarm"]))
    rungs = fields.List(fields.Nested(RungSchema), required=True, validate=validate.Length(1))
    skips_empty = fields.Boolean()
    way_down = _names()
    repeat = fields.String(validate=_must_be_span)
    important = fields.Dict(
        fields.String(validate=validate.OneOf(_LEVELS)), fields.List(fields.String(), required=True)
    )


class JointSchema(_Strict):
    """``[joint]``: the definition is the way of a whistle's parties."""

    kinds = fields.String(required=True)
    parties = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_PARTIES))
    done_when = DoneWhen()


class DefinitionSchema(_Strict):
    """A whole definition file."""

    workflow = fields.String(required=True, validate=_NAME)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    title = fields.Nested(LabelSchema, required=True)
    starts_in = fields.String(required=True)
    reported_by = fields.List(
        fields.String(validate=_NAME), required=True, validate=validate.Length(1)
    )
    starts_with = fields.List(fields.String(validate=validate.OneOf(sorted(MARKS))))
    calendar = fields.String(required=True)
    calendar_areas = fields.Dict(fields.String(validate=must_be_area), fields.String(required=True))
    emergency_calendar = fields.String()
    categories = fields.String()
    limits = fields.String()
    whistles = fields.String()
    routing = fields.String()
    levels = fields.List(fields.String(validate=validate.OneOf(_LEVELS)), required=True)
    roles = fields.Dict(fields.String(validate=_NAME), fields.Nested(RoleSchema), required=True)
    fields_ = fields.Dict(
        fields.String(validate=_NAME), fields.Nested(FieldSchema), data_key="fields"
    )
    stage = fields.List(fields.Nested(StageSchema), required=True, validate=validate.Length(1, 200))
    step = fields.List(fields.Nested(StepSchema), required=True, validate=validate.Length(1, 1000))
    ladder = fields.Nested(LadderSchema)
    joint = fields.Nested(JointSchema)
    requests = fields.Dict(
        fields.String(validate=validate.OneOf(sorted(REQUESTS))), fields.Nested(RequestSchema)
    )


_SCHEMA = DefinitionSchema()


def shape_findings(content: dict[str, Any], places: Places) -> list[Finding]:
    """Say every key that is missing, unknown or of the wrong kind."""
    return [
        Finding.error(
            "wrong-shape",
            where,
            sentence,
            hint="See docs/reference/workflow.md for the keys.",
            line=places.line(where),
        )
        for where, sentence in _flat("", _SCHEMA.validate(content))
    ]


def _flat(where: str, errors: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # marshmallow nests
    if isinstance(errors, dict):
        for key, inner in errors.items():
            yield from _flat(_below(where, key), inner)
    else:
        for sentence in errors if isinstance(errors, list) else [errors]:
            yield where, str(sentence)


def _below(where: str, key: object) -> str:
    if isinstance(key, int):
        return f"{where}[{key}]"
    return f"{where}.{key}" if where else str(key)
