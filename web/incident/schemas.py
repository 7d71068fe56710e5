"""What the API takes and gives about incidents."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from projections.incident.board import LONGEST_PAGE, PAGE
from web.moments import Day, Moment
from web.openapi import Asked
from web.sparse import Asked as Chosen
from web.sparse import Sparse

SOURCES = (
    "grid-member",
    "public",
    "hotline",
    "video",
    "media",
    "superior",
    "device",
)
LIGHTS = ("overdue", "soon", "on-time")
GROUPS = ("unit", "category", "class", "district", "street", "community")
LONGEST_WORDS = 2000
_SHORT = validate.Length(1, 60)
_CODE = validate.Length(1, 20)


def about(text: str) -> dict[str, str]:
    """Say in the document what a field is."""
    return {"description": text}


class Named(Schema):
    """A name in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class Point(Asked):
    """A point in WGS 84, in degrees, as phones and GeoJSON give it."""

    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))


class Contact(Asked):
    """Who reported, and how to reach the person: sealed, read by whoever answers."""

    name = fields.String(validate=validate.Length(0, 200))
    phone = fields.String(validate=validate.Length(0, 200))
    callback = fields.String(
        validate=validate.Length(0, 200), metadata=about("when the person wishes to be called")
    )


class ReportIn(Asked):
    """A report: where (an area code, a point, or both), what, and a line of words."""

    area = fields.String(validate=_CODE, metadata=about("12 digits, or 15 for a grid"))
    place = fields.Nested(Point, metadata=about("the grid is found from it where no area is given"))
    category = fields.String(required=True, validate=_CODE)
    source = fields.String(load_default="grid-member", validate=validate.OneOf(SOURCES))
    words = fields.String(validate=validate.Length(0, LONGEST_WORDS))
    workflow = fields.String(validate=_SHORT, metadata=about("the city's own where none is given"))
    unit = fields.String(validate=_SHORT, metadata=about("whom a supervision order is for"))
    contact = fields.Nested(Contact)
    happened_at = Moment(
        metadata=about("by the device's clock; not in the future, at most 30 days ago")
    )


class StepIn(Asked):
    """Answers to the form of a step, by field."""

    answers = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata=about("what the step asks; see the offers of the case"),
    )


class BoardQuery(Asked):
    """The filters of the board."""

    area = fields.String(validate=_CODE, metadata=about("this area and all below it"))
    stage = fields.String(validate=_SHORT)
    unit = fields.String(validate=_SHORT)
    handler = fields.String(validate=_SHORT)
    category = fields.String(validate=_CODE, metadata=about("the beginning of a category code"))
    level = fields.String(validate=_SHORT)
    source = fields.String(validate=_SHORT)
    workflow = fields.String(
        validate=_SHORT, metadata=about("name@version, or a name for every version")
    )
    light = fields.String(validate=validate.OneOf(LIGHTS))
    state = fields.String(
        load_default="open",
        validate=validate.OneOf(("open", "ended", "all")),
    )
    number = fields.String(validate=_SHORT, metadata=about("the beginning of a number"))
    backlog = fields.Boolean(metadata=about("suspended for longer than its workflow bears"))
    after = fields.String(validate=validate.Length(1, 400), metadata=about("`next` of a page"))
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LONGEST_PAGE))
    fields_asked = Chosen(lambda: RowOut)


class CaseQuery(Asked):
    """Which fields of a case."""

    fields_asked = Chosen(lambda: IncidentOut)


class ScopeQuery(Asked):
    """What a measure is asked of; the days are both included."""

    area = fields.String(validate=_CODE)
    first = Day()
    last = Day()
    category = fields.String(validate=_CODE, metadata=about("the beginning of a category code"))
    nature = fields.String(validate=validate.OneOf(("event", "component")))
    unit = fields.String(validate=_SHORT)
    by = fields.String(validate=validate.OneOf(GROUPS))


class DurationsQuery(ScopeQuery):
    """As a scope; ``minutes`` chooses the clock."""

    minutes = fields.String(
        load_default="working", validate=validate.OneOf(("working", "clock", "handling"))
    )


class Done(Schema):
    """What a command came to."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)


class RowOut(Sparse):
    """A case on the board."""

    id = fields.UUID(required=True, attribute="incident")
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    light = fields.String(required=True, validate=validate.OneOf(LIGHTS))
    open = fields.Boolean(required=True)
    area = fields.String(required=True)
    level = fields.String(required=True)
    category = fields.String(required=True)
    source = fields.String(required=True)
    reference = fields.String(allow_none=True)
    stage = fields.String(required=True)
    unit = fields.String(allow_none=True)
    handler = fields.String(allow_none=True)
    workflow = fields.String(required=True)
    reported_at = fields.DateTime(required=True)
    entered_at = fields.DateTime(required=True)
    due_at = fields.DateTime(allow_none=True)
    warn_at = fields.DateTime(allow_none=True)
    bundled_due_at = fields.DateTime(allow_none=True)
    paused_at = fields.DateTime(allow_none=True)
    backlog = fields.Boolean(required=True)
    ended_at = fields.DateTime(allow_none=True)
    final = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    on_time = fields.Boolean(allow_none=True)
    escalations = fields.Integer(required=True)


class BoardOut(Schema):
    """A page of the board; ``next`` is the ``after`` of the following one."""

    items = fields.List(fields.Nested(RowOut), required=True)
    next = fields.String(allow_none=True, required=True)


class FieldOut(Schema):
    """A field that a step asks."""

    name = fields.String(required=True)
    label = fields.Nested(Named, required=True)
    kind = fields.String(required=True)
    required = fields.Boolean(required=True)
    choices = fields.List(fields.String(), required=True)


class RefusalOut(Schema):
    """Why a step is closed."""

    code = fields.String(required=True)
    reason = fields.String(required=True)
    facts = fields.Dict(required=True)


class OfferOut(Schema):
    """A step from the present stage."""

    step = fields.String(required=True)
    label = fields.Nested(Named, required=True)
    to = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    by = fields.List(fields.String(), required=True)
    asks = fields.List(fields.Nested(FieldOut), required=True)
    refusal = fields.Nested(RefusalOut, allow_none=True, required=True)


class DeadlineOut(Schema):
    """An open deadline, or one already missed while the stage lasts."""

    name = fields.String(required=True)
    began_at = fields.DateTime(required=True)
    warn_at = fields.DateTime(required=True)
    due_at = fields.DateTime(required=True)
    minutes = fields.Integer(allow_none=True, required=True)
    clock = fields.String(required=True)


class RequestOut(Schema):
    """A request that waits for its decision."""

    id = fields.String(required=True)
    kind = fields.String(required=True)


class SubCaseOut(Schema):
    """A case that a step of this one opened."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    workflow = fields.String(required=True)
    step = fields.String(required=True)
    unit = fields.String(allow_none=True, required=True)
    independent = fields.Boolean(required=True)
    open = fields.Boolean(required=True)
    over = fields.String(
        allow_none=True, required=True, metadata=about("how it ended, or `withdrawn`")
    )
    outcome = fields.String(allow_none=True, required=True)


class IncidentOut(Sparse):
    """A case as it stands."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    light = fields.String(required=True)
    area = fields.String(required=True)
    level = fields.String(required=True)
    category = fields.String(required=True)
    source = fields.String(required=True)
    workflow = fields.String(required=True)
    stage = fields.String(required=True)
    stage_label = fields.Nested(Named, required=True)
    words = fields.String(allow_none=True)
    place = fields.Nested(Point, allow_none=True)
    reference = fields.String(allow_none=True)
    reporter = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    handler = fields.String(allow_none=True)
    reported_at = fields.DateTime(required=True)
    filed_at = fields.DateTime(allow_none=True)
    handled_at = fields.DateTime(allow_none=True)
    ended_at = fields.DateTime(allow_none=True)
    final = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    on_time = fields.Boolean(allow_none=True)
    escalations = fields.Integer(required=True)
    reworks = fields.Integer(required=True)
    wrong_dispatches = fields.Integer(required=True)
    request = fields.Nested(RequestOut, allow_none=True)
    leading = fields.UUID(allow_none=True, metadata=about("the case it is a duplicate of"))
    whistles = fields.List(fields.UUID(), required=True, metadata=about("those it waits for"))
    parent = fields.UUID(allow_none=True)
    asked = fields.String(allow_none=True, metadata=about("what the case above wants of it"))
    sub_cases = fields.List(fields.Nested(SubCaseOut), required=True)
    deadlines = fields.List(fields.Nested(DeadlineOut), required=True)
    offers = fields.List(fields.Nested(OfferOut), required=True)


class NoticeOut(Schema):
    """A notice on one channel; ``at`` is when its state began."""

    id = fields.String(required=True)
    to = fields.String(required=True, metadata=about("role@area, role@unit or reporter@person"))
    channel = fields.String(required=True)
    state = fields.String(required=True, metadata=about("waiting, delivered or given-up"))
    at = fields.DateTime(required=True)
    tries = fields.Integer(required=True)
    code = fields.String(allow_none=True, metadata=about("how the last try ended"))
    about = fields.String(required=True)


class EntryOut(Schema):
    """One fact of a case; ``words`` are those of the vault, by field."""

    version = fields.Integer(required=True)
    topic = fields.String(required=True)
    at = fields.DateTime(required=True)
    recorded_at = fields.DateTime(required=True)
    person = fields.String(required=True, metadata=about("empty where it is kept from you"))
    role = fields.String(required=True)
    area = fields.String(required=True)
    step = fields.String(allow_none=True)
    stage = fields.String(required=True)
    level = fields.String(required=True)
    marks = fields.List(fields.String(), required=True)
    minutes = fields.Integer(required=True, metadata=about("passed since the fact before"))
    due_at = fields.DateTime(allow_none=True, metadata=about("of the stage this fact ended"))
    over = fields.Integer(allow_none=True, metadata=about("minutes past that deadline"))
    facts = fields.Dict(required=True)
    why = fields.Dict(required=True)
    words = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    notices = fields.List(fields.Nested(NoticeOut), required=True)
    kept = fields.List(
        fields.String(), metadata=about("fields that were answered and are for other roles")
    )


class TimelineOut(Schema):
    """The whole history of a case, oldest first; a case has tens of facts, not thousands."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    items = fields.List(fields.Nested(EntryOut), required=True)


class DurationOut(Schema):
    """How long something took: nearest-rank percentiles in minutes, and how many were in time."""

    stage = fields.String(allow_none=True)
    group = fields.String(allow_none=True)
    count = fields.Integer(required=True)
    median = fields.Integer(required=True)
    p90 = fields.Integer(required=True)
    judged = fields.Integer(required=True)
    on_time = fields.Integer(required=True)
    limit_minutes = fields.Integer(allow_none=True)


class WeekOut(Schema):
    """One week of the trend."""

    first = fields.Date(required=True)
    durations = fields.Nested(DurationOut, allow_none=True, required=True)


class DurationsOut(Schema):
    """Stages, whole cases from report to closing, and thirteen weeks of them."""

    first = fields.Date(allow_none=True)
    last = fields.Date(allow_none=True)
    minutes = fields.String(required=True)
    stages = fields.List(fields.Nested(DurationOut), required=True)
    cases = fields.List(fields.Nested(DurationOut), required=True)
    weeks = fields.List(fields.Nested(WeekOut), required=True)


class RateOut(Schema):
    """A share with both its numbers."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    percent = fields.Decimal(
        as_string=True, allow_none=True, required=True, metadata={"type": "string"}
    )


class SumsOut(Schema):
    """The indicators of one group, and the counts they follow from."""

    group = fields.String(allow_none=True, required=True)
    rates = fields.Dict(keys=fields.String(), values=fields.Nested(RateOut), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class IndicatorsOut(Schema):
    """Indicators of the cases reported in a period."""

    first = fields.Date(allow_none=True)
    last = fields.Date(allow_none=True)
    items = fields.List(fields.Nested(SumsOut), required=True)
    absent = fields.List(fields.String(), required=True)
