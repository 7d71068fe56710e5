"""Cases as text: what is kept of a case between two batches, without what says nothing."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from operator import attrgetter
from typing import Any

import msgspec

from domain.incident.course import Course
from projections.incident.case import Case

_encode = msgspec.json.Encoder().encode
read = msgspec.json.Decoder(Case).decode
"""Read a case back."""


def written(case: Case) -> str:
    """Write a case without the fields that have their first value: a third of the length."""
    told = _told(case, _CASE)
    told["course"] = _told(case.course, _COURSE)
    return _encode(told).decode()


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


def _told(what: Case | Course, known: _Fields) -> dict[str, Any]:
    return {
        name: value
        for name, first, value in zip(known.names, known.first, known.values(what), strict=True)
        if value != first
    }
