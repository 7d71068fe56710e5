"""Assumptions of a simulation: arrivals, people, how long steps take and which are chosen."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Self, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from domain.kernel.limits import Limit, parse_limit
from domain.kernel.refusals import Refused
from workflows.definition import STAYS, StepRule

DEFAULTS = Path(__file__).with_name("assumptions.toml")
DEFAULT = "default"
PLAIN = 1000
ASKING = PLAIN // 30
SELDOM = PLAIN // 100
PERMILLE = 1000
T = TypeVar("T")

_least_none = validate.Range(min=0)
_some = validate.Length(min=1)


def _not_all_none(weights: Sequence[int] | Mapping[str, int]) -> None:
    numbers = weights.values() if isinstance(weights, Mapping) else weights
    if not any(numbers):
        raise ValidationError("At least one must be more than 0.")


class ArrivalsSchema(Schema):
    """How many come, and when."""

    per_day = fields.Integer(strict=True, validate=validate.Range(min=1))
    hours_permille = fields.List(
        fields.Integer(strict=True, validate=_least_none),
        validate=[validate.Length(equal=24), _not_all_none],
    )
    weekdays_permille = fields.List(
        fields.Integer(strict=True, validate=_least_none),
        validate=[validate.Length(equal=7), _not_all_none],
    )
    limit = fields.String()


class TimesSchema(Schema):
    """Minutes at equally likely steps, the least first."""

    work = fields.List(
        fields.Integer(strict=True, validate=_least_none), required=True, validate=_some
    )
    wait = fields.List(
        fields.Integer(strict=True, validate=_least_none), load_default=[0], validate=_some
    )


class ShiftsSchema(Schema):
    """Who does not go home."""

    day_and_night = fields.List(fields.String())


_parts = fields.Dict(fields.String(), fields.Integer(strict=True, validate=_least_none))

_mix = fields.Dict(
    fields.String(), fields.Integer(strict=True, validate=_least_none), validate=_not_all_none
)


_permille = fields.Integer(strict=True, validate=validate.Range(min=0, max=PERMILLE))


class FilingSchema(Schema):
    """How many filed cases are emergencies where their category knows of any."""

    emergency_permille = _permille


class PartsSchema(Schema):
    """Among how many units a case is split."""

    units_permille = _mix


class AfterwardsSchema(Schema):
    """What follows the end: of those asked, and of the dissatisfied."""

    rated_permille = _permille
    dissatisfied_permille = _permille
    reopened_permille = _permille


class AssumptionsSchema(Schema):
    """A file of assumptions; it needs only what differs from the one that comes along."""

    arrivals = fields.Nested(ArrivalsSchema)
    sources_permille = _mix
    categories_permille = _mix
    staff = _parts
    shifts = fields.Nested(ShiftsSchema)
    filing = fields.Nested(FilingSchema)
    parts = fields.Nested(PartsSchema)
    afterwards = fields.Nested(AfterwardsSchema)
    steps = fields.Dict(fields.String(), fields.Nested(TimesSchema))
    choices = fields.Dict(fields.String(), _parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long a step keeps somebody busy, and what passes before; quantiles in minutes."""

    work: tuple[int, ...]
    wait: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Mixed:
    """Choices with their weights."""

    names: tuple[str, ...]
    up_to: tuple[int, ...]

    @classmethod
    def of(cls, weights: Mapping[str, int]) -> Self:
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def drawn(self, drawn: float) -> str:
        """Give the choice a number from 0 up to 1 falls on."""
        return self.names[bisect_right(self.up_to, drawn * self.up_to[-1])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Everything a simulation needs that no definition tells."""

    per_day: int
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    limit: Limit
    sources: Mixed
    categories: Mixed
    staff: Mapping[str, int]
    day_and_night: frozenset[str] = frozenset()
    steps: Mapping[str, Times] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    emergencies: int = 0
    parts: Mixed = Mixed(("1",), (1,))
    rated: int = 0
    dissatisfied: int = 0
    reopened: int = 0

    def people(self, role: str) -> int:
        """Give how many hold a role at once."""
        return self.staff.get(role, self.staff[DEFAULT])

    def people_at(self, role: str, level: str) -> int:
        """Give how many sit at a rung: those named ``role@level``, else all of the role."""
        return self.staff.get(f"{role}@{level}", self.people(role))

    def with_staff(self, staff: Mapping[str, int]) -> Assumptions:
        """Give the same with other numbers of people."""
        return replace(self, staff={**self.staff, **staff})

    def times(self, step: str) -> Times:
        """Give how long a step takes."""
        return self.steps.get(step) or self.steps[DEFAULT]

    def weight(self, stage: str, rule: StepRule) -> int:
        """Give how often a step is chosen in a stage; nobody raises a level there by hand."""
        named = self.choices.get(stage)
        if named is not None:
            return named.get(rule.name, 0)
        if rule.raises_level:
            return 0
        if rule.opens is not None and rule.target == STAYS:
            return SELDOM
        return ASKING if rule.asks_for else PLAIN


def assumed(path: Path | None = None) -> Assumptions:
    """Read the assumptions that come along, and a file that says otherwise in places.

    Refuses ``assumptions-not-understood`` with what is wrong.
    """
    content = _read(DEFAULTS)
    if path is not None:
        content = _laid_over(content, _read(path))
    return Assumptions(
        per_day=content["arrivals"]["per_day"],
        hours=tuple(content["arrivals"]["hours_permille"]),
        weekdays=tuple(content["arrivals"]["weekdays_permille"]),
        limit=parse_limit(content["arrivals"]["limit"]),
        sources=Mixed.of(content["sources_permille"]),
        categories=Mixed.of(content["categories_permille"]),
        staff=content["staff"],
        day_and_night=frozenset(content["shifts"]["day_and_night"]),
        steps={name: _times(given) for name, given in content["steps"].items()},
        choices=content["choices"],
        emergencies=content["filing"]["emergency_permille"],
        parts=Mixed.of(content["parts"]["units_permille"]),
        rated=content["afterwards"]["rated_permille"],
        dissatisfied=content["afterwards"]["dissatisfied_permille"],
        reopened=content["afterwards"]["reopened_permille"],
    )


def quantile(values: Sequence[int], drawn: float) -> int:
    """Read between values at equally likely steps; whole minutes.

    >>> quantile([0, 10, 20], 0.5), quantile([0, 10, 20], 0.75), quantile([7], 0.9)
    (10, 15, 7)
    """
    place = drawn * (len(values) - 1)
    below = int(place)
    if below >= len(values) - 1:
        return values[-1]
    return round(values[below] + (values[below + 1] - values[below]) * (place - below))


# Any: what a TOML file holds until the schema has read it
def _read(path: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        loaded: dict[str, Any] = AssumptionsSchema(unknown=RAISE).load(written)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _not_understood(path, str(error)) from None
    except ValidationError as error:
        raise _not_understood(path, str(error.messages)) from None
    return loaded


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Lay tables over tables; the mixes of sources and categories are replaced as a whole."""
    laid = dict(below)
    for name, given in above.items():
        whole = name.endswith("_permille")
        laid[name] = given if whole else {**below.get(name, {}), **given}
    return laid


def _times(given: dict[str, Any]) -> Times:
    return Times(work=tuple(given["work"]), wait=tuple(given["wait"]))


def _not_understood(path: Path, wrong: str) -> Refused:
    reason = f"{path.name} is no file of assumptions: {wrong}"
    return Refused("assumptions-not-understood", reason, file=path.name)
