"""Sparse answers: ``?fields=id,stage`` leaves out all other fields of what would be answered.

Fields are left out after the answer was made, so nobody sees by it what the table of access masks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from flask import g, has_request_context
from marshmallow import Schema, fields, post_dump
from marshmallow.exceptions import ValidationError

LONGEST = 1_000
_MEANS = "names with commas between them; all others are left out, but for what names the record"


class Sparse(Schema):
    """Answers of which some fields may be asked; ``named_by`` is always there."""

    named_by: ClassVar[str] = "id"

    @post_dump
    def keep_what_was_asked(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Leave out the others; without ``fields`` all are there."""
        wanted = g.get("fields_asked") if has_request_context() else None
        if wanted is None:
            return data
        return {name: value for name, value in data.items() if name in {*wanted, self.named_by}}


class Asked(fields.String):
    """The parameter ``fields``: names of the answer's own fields; refuses any other."""

    def __init__(self, answer: Callable[[], type[Sparse]]) -> None:
        """Take the schema of the answer, which may stand further below."""
        super().__init__(data_key="fields", metadata={"description": _MEANS, "maxLength": LONGEST})
        self._answer = answer

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        names = {name.strip() for name in text[: LONGEST + 1].split(",")} - {""}
        known = names_of(self._answer())
        unknown = sorted(names - known)
        if unknown or not names:
            what = f"There is no field '{unknown[0][:60]}'." if unknown else "Name a field."
            raise ValidationError(f"{what} Known: {', '.join(sorted(known))}.")
        return frozenset(names)


def names_of(answer: type[Sparse]) -> set[str]:
    """Give the names of an answer's fields, as they stand on the wire."""
    return {field.data_key or name for name, field in answer().fields.items()}


def answer_only(query: Mapping[str, Any]) -> None:
    """Let the answer to this request hold what was asked for alone."""
    g.fields_asked = query.get("fields_asked")


def sparse_schemas() -> dict[str, str]:
    """Give the name of each schema whose fields may be left out, with the one that stays."""
    found, left = {}, list(Sparse.__subclasses__())
    while left:
        one = left.pop()
        found[one.__name__] = one.named_by
        left += one.__subclasses__()
    return found
