"""The answers to a step's form: checked against its fields, free text kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from domain.kernel.refusals import Refused
from workflows.definition import Definition, Field, FieldKind, StepRule
from workflows.incident.commands import Given

LONGEST_WORDS = 2000
LONGEST_DEFERRAL = 60 * 480
NO_HASH = "Give the SHA-256 of the photo: 64 digits and small letters from a to f."
NO_CASE_ID = "Name the case by its id, as the suggestions give it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered: ``plain`` may stand in an event, ``words`` may not."""

    plain: Given
    words: str | None = None

    def text(self, name: str) -> str | None:
        """Give a plain answer that is a text."""
        answer = self.plain.get(name)
        return answer if isinstance(answer, str) else None

    @property
    def texts(self) -> dict[str, str]:
        """All plain answers that are texts."""
        return {name: value for name, value in self.plain.items() if isinstance(value, str)}

    @property
    def minutes(self) -> int | None:
        """The minutes asked or granted."""
        minutes = self.plain.get("minutes")
        return minutes if isinstance(minutes, int) else None

    def of_kind(self, definition: Definition, kind: FieldKind) -> str | None:
        """Give the answer to the field of a kind, as with a photo's hash."""
        names = (name for name in self.plain if definition.fields[name].kind == kind)
        return next((self.text(name) for name in names), None)


def read_answers(definition: Definition, rule: StepRule, given: Given) -> Answers:
    """Check the answers to a step; refuses ``answers-invalid`` with a sentence per field."""
    try:
        loaded: Given = answers_schema(definition, rule).load(given)
    except ValidationError as error:
        reason = f"Some answers to '{rule.name}' are missing or wrong; correct the fields named."
        raise Refused("answers-invalid", reason, fields=error.messages_dict) from error
    words = [name for name in rule.asks if definition.fields[name].kind == "words"]
    spoken = [str(loaded.pop(name)).strip() for name in words if loaded.get(name)]
    return Answers(plain=loaded, words=spoken[0] if spoken else None)


def answers_schema(definition: Definition, rule: StepRule) -> Schema:
    """Build the form of a step from the fields it asks."""
    return _schema(rule.name, tuple(definition.fields[name] for name in rule.asks))


@lru_cache(maxsize=1_000)
def _schema(step: str, asked: tuple[Field, ...]) -> Schema:
    """Build each form once: that takes longer than all the rest of a step."""
    schema = Schema.from_dict({one.name: _field(one) for one in asked}, name=f"{step}Answers")
    return schema(unknown=RAISE)


def _field(field: Field) -> fields.Field[str] | fields.Field[int]:
    return _KINDS[field.kind](field)


def _words(field: Field) -> fields.String:
    length = validate.Length(1 if field.required else 0, LONGEST_WORDS)
    return fields.String(required=field.required, validate=length)


def _code(field: Field) -> fields.String:
    shape = validate.Regexp(r"^[A-Za-z0-9_.@:-]{1,60}$", error="Use 1 to 60 letters, digits or -.")
    return fields.String(required=field.required, validate=shape)


def _units(field: Field) -> fields.String:
    shape = validate.Regexp(
        r"^\s*[A-Za-z0-9_.@:-]{1,60}([\s,]+[A-Za-z0-9_.@:-]{1,60}){0,49}[\s,]*$",
        error="Name up to 50 units by their codes, with commas between them.",
    )
    return fields.String(required=field.required, validate=shape)


def _incident(field: Field) -> fields.String:
    """A case is named by its id, as lists and suggestions give it."""
    shape = validate.Regexp(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", error=NO_CASE_ID)
    return fields.String(required=field.required, validate=shape)


def _photo(field: Field) -> fields.String:
    """A photo is named by its hash; the photo itself is no part of the answer."""
    shape = validate.Regexp(r"^[0-9a-f]{64}$", error=NO_HASH)
    return fields.String(required=field.required, validate=shape)


def _choice(field: Field) -> fields.String:
    return fields.String(required=field.required, validate=validate.OneOf(field.choices))


def _minutes(field: Field) -> fields.Integer:
    bounds = validate.Range(1, LONGEST_DEFERRAL)
    return fields.Integer(required=field.required, strict=True, validate=bounds)


_KINDS: dict[str, Callable[[Field], fields.Field[str] | fields.Field[int]]] = {
    "words": _words,
    "category": _code,
    "unit": _code,
    "units": _units,
    "person": _code,
    "code": _code,
    "incident": _incident,
    "choice": _choice,
    "minutes": _minutes,
    "photo": _photo,
    "limit_step": _code,
}
