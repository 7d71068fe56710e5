"""The shape of rules as they are written: which keys there are, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marshmallow import Schema, fields, validate

from domain.kernel.refusals import Refused
from domain.rulebook.calendars import WEEKDAYS
from domain.rulebook.categories import NATURES
from domain.rulebook.content import Content
from domain.rulebook.retention import KINDS_OF_DATA
from domain.rulebook.routing_content import ASK_THE_DISTRICT

Text = fields.String
_some = validate.Length(min=1)


class NamedSchema(Schema):
    """A name in both languages."""

    zh = Text(required=True, validate=_some)
    en = Text(required=True, validate=_some)


class HolidaySchema(NamedSchema):
    """Days off in a row, both ends included."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)


class YearSchema(Schema):
    """What the notice for one year moved."""

    year = fields.Integer(required=True, strict=True)
    off = fields.List(fields.Nested(HolidaySchema), required=True)
    on = fields.List(fields.Date(), required=True)


class SeasonSchema(Schema):
    """Other hours for part of a year."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    shifts = fields.List(Text(), required=True, validate=_some)


class SpecialDaySchema(Schema):
    """One date with its own hours; none closes it."""

    date = fields.Date(required=True)
    shifts = fields.List(Text(), required=True)
    name = fields.Nested(NamedSchema)


class CalendarSchema(Schema):
    """A calendar; without ``year`` it depends on no yearly notice."""

    title = fields.Nested(NamedSchema, required=True)
    time_zone = Text(required=True)
    week = fields.List(Text(validate=validate.OneOf(WEEKDAYS)), required=True, validate=_some)
    shifts = fields.List(Text(), required=True, validate=_some)
    year = fields.List(fields.Nested(YearSchema))
    season = fields.List(fields.Nested(SeasonSchema))
    special = fields.List(fields.Nested(SpecialDaySchema))


class SubClassSchema(Schema):
    """A sub-class; its unit kind is the class's unless it has its own."""

    code = Text(required=True)
    name = fields.Nested(NamedSchema, required=True)
    unit_kind = Text(validate=_some)


class ClassSchema(Schema):
    """A class with its sub-classes."""

    code = Text(required=True)
    name = fields.Nested(NamedSchema, required=True)
    nature = Text(required=True, validate=validate.OneOf(NATURES))
    unit_kind = Text(required=True, validate=_some)
    sub = fields.List(fields.Nested(SubClassSchema))


class CategoriesSchema(Schema):
    """All categories of a city."""

    title = fields.Nested(NamedSchema, required=True)
    class_ = fields.List(
        fields.Nested(ClassSchema), data_key="class", required=True, validate=_some
    )


class LimitStepSchema(Schema):
    """A step with a limit of its own."""

    code = Text(required=True)
    name = fields.Nested(NamedSchema, required=True)
    limit = Text(required=True)
    warn_percent = fields.Integer(strict=True)


class LimitRuleSchema(Schema):
    """The limits of a category under one filing condition."""

    category = Text(required=True)
    condition = Text()
    filing = fields.Nested(NamedSchema, required=True)
    handling = Text(required=True)
    warn_percent = fields.Integer(strict=True)
    emergency = fields.Boolean()
    step = fields.List(fields.Nested(LimitStepSchema))


class LimitsSchema(Schema):
    """All limits of a city."""

    title = fields.Nested(NamedSchema, required=True)
    day_minutes = fields.Integer(strict=True, validate=validate.Range(min=1, max=1440))
    rule = fields.List(fields.Nested(LimitRuleSchema), required=True, validate=_some)


class CauseSchema(Schema):
    """Why a whistle may be blown."""

    code = Text(required=True)
    name = fields.Nested(NamedSchema, required=True)


class LeadersSchema(Schema):
    """Who holds one of the roles at an area of this level."""

    level = Text(required=True)
    roles = fields.List(Text(), required=True, validate=_some)


class SummonsSchema(Schema):
    """Units of which levels and kinds may be summoned; of every kind if none is given."""

    levels = fields.List(Text(), required=True, validate=_some)
    kinds = fields.List(Text())


class WhistleRungSchema(Schema):
    """Who is told of a late party, and how long before the next is."""

    level = Text(required=True)
    owner = Text(required=True)
    grace = Text()


class WhistleKindSchema(Schema):
    """A kind of whistle."""

    code = Text(required=True)
    name = fields.Nested(NamedSchema, required=True)
    blown_by = fields.Nested(LeadersSchema, required=True)
    approved_by = fields.Nested(LeadersSchema)
    summons = fields.Nested(SummonsSchema, required=True)
    causes = fields.List(Text(), required=True, validate=_some)
    sign_for = Text()
    contact = Text()
    check_in = Text(required=True)
    done = Text()
    radius_m = fields.Integer(strict=True)
    photo = fields.Boolean()
    rung = fields.List(fields.Nested(WhistleRungSchema), required=True, validate=_some)


class WhistlesSchema(Schema):
    """All whistles of a city."""

    title = fields.Nested(NamedSchema, required=True)
    definition = Text(validate=_some)
    cause = fields.List(fields.Nested(CauseSchema), required=True, validate=_some)
    kind = fields.List(fields.Nested(WhistleKindSchema), required=True, validate=_some)


class RoutingThenSchema(Schema):
    """Where a rule sends a matter, and perhaps by when."""

    unit = Text()
    unit_kind = Text()
    district = fields.Boolean()
    limit = Text()


class RoutingRuleSchema(Schema):
    """A rule; its conditions are looked at one by one when it is read."""

    name = Text(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{0,59}$"))
    label = fields.Nested(NamedSchema)
    when = fields.Dict(keys=Text())
    then = fields.Nested(RoutingThenSchema, required=True)


class RoutingSchema(Schema):
    """All routing rules of a city, in the order in which they are asked."""

    title = fields.Nested(NamedSchema, required=True)
    categories = Text(required=True)
    unit_kinds = fields.List(Text(validate=_some))
    otherwise = Text(validate=validate.OneOf([ASK_THE_DISTRICT]))
    rule = fields.List(fields.Nested(RoutingRuleSchema), required=True, validate=_some)


class RetentionClassSchema(Schema):
    """One class of personal data."""

    name = Text(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{0,59}$"))
    of = Text(required=True, validate=validate.OneOf(KINDS_OF_DATA))
    after_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 36_500))
    basis = Text(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{2,59}$"))


class RetentionSchema(Schema):
    """How long a city keeps personal data."""

    title = fields.Nested(NamedSchema, required=True)
    _class = fields.List(
        fields.Nested(RetentionClassSchema), required=True, validate=_some, data_key="class"
    )


SCHEMAS: Mapping[str, type[Schema]] = {
    "calendar": CalendarSchema,
    "categories": CategoriesSchema,
    "limits": LimitsSchema,
    "whistles": WhistlesSchema,
    "routing": RoutingSchema,
    "retention": RetentionSchema,
}


def must_fit_schema(kind: str, content: Content) -> None:
    """Refuse ``rules-malformed`` with every key that is missing, unknown or of the wrong kind."""
    if kind not in SCHEMAS:
        return
    errors = SCHEMAS[kind]().validate(dict(content))
    if findings := [{"key": key, "finding": said} for key, said in _flat(errors, "")]:
        written = "; ".join(f"{found['key']}: {found['finding']}" for found in findings)
        reason = f"These rules cannot be published. Correct {written}"
        raise Refused("rules-malformed", reason, findings=findings)


def _flat(errors: object, path: str) -> Iterator[tuple[str, str]]:
    """Give marshmallow's nested errors as (path, sentence)."""
    if isinstance(errors, Mapping):
        for key, inner in errors.items():
            yield from _flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(errors, list):
        for said in errors:
            yield from _flat(said, path)
    else:
        yield path, str(errors)
