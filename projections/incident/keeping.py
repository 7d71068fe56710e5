"""Cases as text: what is kept of a case between two batches, without what says nothing."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from hashlib import sha256
from operator import attrgetter
from typing import Any

import msgspec

from domain.incident.course import Course
from projections.incident.case import Case
from projections.incident.counts import COUNTS

_encode = msgspec.json.Encoder().encode


class _Kept(msgspec.Struct):
    shape: str
    case: Case


_decode = msgspec.json.Decoder(_Kept).decode


class OtherShapeError(Exception):
    """A case was kept by a release that folds another course: rebuild the read model."""


def written(case: Case) -> str:
    """Write a case without the fields that have their first value: a third of the length."""
    told = _told(case, _CASE)
    told["course"] = _told(case.course, _COURSE)
    return _encode({"case": told, "shape": SHAPE}).decode()


def read(text: str) -> Case:
    """Read a case back; raises when its fold has other fields than today's."""
    kept = _decode(text)
    if kept.shape != SHAPE:
        raise OtherShapeError("the course of a case has other fields now; rebuild 'incidents'")
    return kept.case


class _Fields:
    """The fields of a class in order, each with the value a new object has."""

    def __init__(self, kind: type[Any], *, but: str = "") -> None:
        kept = [field for field in fields(kind) if field.name != but]
        self.names = [field.name for field in kept]
        self.first = [_first(field) for field in kept]
        self.values = attrgetter(*self.names)


def _first(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


_CASE, _COURSE = _Fields(Case, but="course"), _Fields(Course)
SHAPE = sha256(repr((_CASE.names, _COURSE.names, COUNTS)).encode()).hexdigest()[:8]


def _told(what: Case | Course, known: _Fields) -> dict[str, Any]:
    return {
        name: value
        for name, first, value in zip(known.names, known.first, known.values(what), strict=True)
        if value != first
    }
