"""What the API takes and gives about requests."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from domain.incident.marks import REQUESTS
from projections.incident.requests import LONGEST_PAGE, PAGE
from web.incident.schemas import RateOut, about
from web.moments import Day
from web.openapi import Asked
from web.sparse import Asked as Chosen
from web.sparse import Sparse

DECISIONS = ("open", "granted", "refused", "lapsed")


class RequestsQuery(Asked):
    """Which requests; the days are those they were asked on, both included."""

    area = fields.String(validate=validate.Length(1, 20))
    first = Day()
    last = Day()
    category = fields.String(validate=validate.Length(1, 20))
    unit = fields.String(validate=validate.Length(1, 60))
    incident = fields.UUID(metadata=about("the requests of one case, whenever they were asked"))
    kind = fields.String(validate=validate.OneOf(sorted(REQUESTS)))
    decision = fields.String(validate=validate.OneOf(DECISIONS))
    after = fields.String(validate=validate.Length(1, 400), metadata=about("`next` of a page"))
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LONGEST_PAGE))
    fields_asked = Chosen(lambda: RequestLineOut)


class RequestLineOut(Sparse):
    """One request: who asked, who decided, and how."""

    named_by = "request"

    incident = fields.UUID(required=True)
    request = fields.String(required=True, metadata=about("its own id in the case"))
    kind = fields.String(required=True)
    area = fields.String(required=True)
    category = fields.String(required=True)
    unit = fields.String(allow_none=True)
    asked_at = fields.DateTime(required=True)
    asked_by = fields.String(required=True)
    asked_in = fields.String(required=True, metadata=about("the role it was asked in"))
    minutes = fields.Integer(allow_none=True)
    evidence = fields.String(allow_none=True, metadata=about("SHA-256 of a photo"))
    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    decided_at = fields.DateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decided_in = fields.String(allow_none=True)
    granted_minutes = fields.Integer(allow_none=True)


class AskedOut(Schema):
    """How many of a kind were asked and decided so."""

    kind = fields.String(required=True)
    decision = fields.String(required=True)
    requests = fields.Integer(required=True)


class RequestsOut(Schema):
    """A page of the ledger of requests, its totals, and the shares of the cases reported then."""

    items = fields.List(fields.Nested(RequestLineOut), required=True)
    next = fields.String(allow_none=True, required=True)
    asked = fields.List(fields.Nested(AskedOut), required=True)
    shares = fields.Dict(keys=fields.String(), values=fields.Nested(RateOut), required=True)
