"""What the API takes and gives about whistles."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from projections.incident.board import LONGEST_PAGE, PAGE
from web.incident.schemas import LIGHTS, LONGEST_WORDS, Named, Point, about
from web.moments import Day
from web.openapi import Asked
from web.sparse import Asked as Chosen
from web.sparse import Sparse

_CODE = validate.Length(1, 60)
MOST_PARTIES = 30
STATES = ("open", "over", "all")


def _words() -> fields.String:
    return fields.String(validate=validate.Length(0, LONGEST_WORDS))


class BlowIn(Asked):
    """Summon units to a case; without ``place`` they come to where the case lies."""

    kind = fields.String(required=True, validate=_CODE, metadata=about("such as work"))
    cause = fields.String(required=True, validate=_CODE, metadata=about("one that the kind names"))
    parties = fields.List(
        fields.String(validate=_CODE),
        required=True,
        validate=validate.Length(1, MOST_PARTIES),
        metadata=about("codes of units"),
    )
    place = fields.Nested(Point)
    words = _words()


class NothingIn(Asked):
    """Nothing to add: send an empty object."""


class ReasonIn(Asked):
    """Why, if it is to be said."""

    reason = _words()


class CheckInIn(Asked):
    """Where the party stands, and the SHA-256 of a photo taken there where the kind asks one."""

    place = fields.Nested(Point)
    photo = fields.String(validate=validate.Length(1, 64))


class FinishIn(Asked):
    """What was done."""

    result = _words()


class SubstituteIn(ReasonIn):
    """Which unit stands in."""

    by = fields.String(required=True, validate=_CODE)


class RateIn(Asked):
    """One to five stars."""

    stars = fields.Integer(required=True, strict=True)
    remark = _words()


class ConfirmIn(Asked):
    """How the matter stands: solved, partly-solved or not-solved."""

    result = fields.String(required=True, validate=_CODE)


class WhistlesQuery(Asked):
    """The filters of a list of whistles."""

    area = fields.String(validate=_CODE, metadata=about("blown in this area or below it"))
    unit = fields.String(validate=_CODE, metadata=about("that summon this unit"))
    kind = fields.String(validate=_CODE)
    state = fields.String(load_default="open", validate=validate.OneOf(STATES))
    overdue = fields.Boolean(metadata=about("in which somebody is late; with a unit: it itself"))
    after = fields.String(validate=validate.Length(1, 400), metadata=about("`next` of a page"))
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LONGEST_PAGE))
    fields_asked = Chosen(lambda: WhistleRowOut)


class ResponsesQuery(Asked):
    """Whose answers, to summons of which days; both days are included."""

    area = fields.String(validate=_CODE)
    unit = fields.String(validate=_CODE)
    first = Day()
    last = Day()


class WhistleDone(Schema):
    """What an order to a whistle came to."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)


class WhistleRowOut(Sparse):
    """A whistle in a list."""

    id = fields.UUID(required=True, attribute="whistle")
    incident = fields.UUID(required=True)
    area = fields.String(required=True)
    kind = fields.String(required=True)
    cause = fields.String(required=True)
    rules = fields.String(required=True)
    state = fields.String(required=True)
    result = fields.String(allow_none=True)
    asked_at = fields.DateTime(allow_none=True)
    blown_at = fields.DateTime(allow_none=True)
    over_at = fields.DateTime(allow_none=True)
    due_at = fields.DateTime(allow_none=True)
    summoned = fields.Integer(required=True)
    expected = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class WhistlesOut(Schema):
    """A page of whistles; ``next`` is the ``after`` of the following one."""

    items = fields.List(fields.Nested(WhistleRowOut), required=True)
    next = fields.String(allow_none=True, required=True)


class OwedOut(Schema):
    """What a party still owes."""

    duty = fields.String(required=True)
    due_at = fields.DateTime(required=True)
    warn_at = fields.DateTime(required=True)
    missed = fields.Boolean(required=True)


class PartyOut(Schema):
    """A party: where it stands, when it answered, how far away it checked in, its stars."""

    unit = fields.String(required=True)
    state = fields.String(required=True)
    light = fields.String(required=True, validate=validate.OneOf(LIGHTS))
    stands_for = fields.String(allow_none=True)
    summoned_at = fields.DateTime(required=True)
    signed_at = fields.DateTime(allow_none=True)
    contacted_at = fields.DateTime(allow_none=True)
    arrived_at = fields.DateTime(allow_none=True)
    began_at = fields.DateTime(allow_none=True)
    done_at = fields.DateTime(allow_none=True)
    left_at = fields.DateTime(allow_none=True)
    missed = fields.List(fields.String(), required=True)
    level = fields.String(allow_none=True)
    distance_m = fields.Integer(allow_none=True)
    photo = fields.String(allow_none=True)
    stars = fields.Integer(allow_none=True)
    owed = fields.List(fields.Nested(OwedOut), required=True)


class OpenOrderOut(Schema):
    """An order that is open to you now; ``party`` is absent where it is to the whole whistle."""

    order = fields.String(required=True)
    party = fields.String(allow_none=True, required=True)


class WhistleOut(Schema):
    """A whistle as it stands."""

    id = fields.UUID(required=True)
    incident = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.Nested(Named, required=True)
    cause = fields.String(required=True)
    cause_label = fields.Nested(Named, required=True)
    rules = fields.String(required=True)
    state = fields.String(required=True)
    result = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    place = fields.Nested(Point, allow_none=True)
    radius_m = fields.Integer(allow_none=True)
    photo_needed = fields.Boolean(required=True)
    asked_at = fields.DateTime(allow_none=True)
    blown_at = fields.DateTime(allow_none=True)
    over_at = fields.DateTime(allow_none=True)
    parties = fields.List(fields.Nested(PartyOut), required=True)
    orders = fields.List(fields.Nested(OpenOrderOut), required=True)


class ShareOut(Schema):
    """So many of so many."""

    part = fields.Integer(required=True)
    of = fields.Integer(required=True)
    percent = fields.Float(allow_none=True, required=True)


class StarsOut(Schema):
    """All stars of all ratings, and their mean."""

    part = fields.Integer(required=True)
    of = fields.Integer(required=True)
    mean = fields.Float(allow_none=True, required=True)


class ResponseOut(Schema):
    """How a unit answered: in time of all that were due, and its stars."""

    unit = fields.String(required=True)
    summoned = fields.Integer(required=True)
    signed = fields.Nested(ShareOut, required=True)
    contacted = fields.Nested(ShareOut, required=True)
    arrived = fields.Nested(ShareOut, required=True)
    done = fields.Nested(ShareOut, required=True)
    stars = fields.Nested(StarsOut, required=True)


class ResponsesOut(Schema):
    """How units answered, by unit."""

    items = fields.List(fields.Nested(ResponseOut), required=True)
