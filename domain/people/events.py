"""What can happen to people and units. ``to_day`` is the first day on which it no longer holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # field types are read at run time by the decoder

from domain.kernel.facts import Confided, Fact, fact


@fact("people.person-enrolled")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnrolled(Fact):
    """A person joined the roster under a handle; the vault keeps the name."""

    handle: str
    name: Confided


@fact("people.role-granted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Fact):
    """A role is held at an area, a unit or both; ``grant`` counts the person's grants from 1.

    ``deputy_for`` is the handle of the person for whom a deputy holds it.
    """

    handle: str
    grant: int
    role: str
    from_day: date
    to_day: date | None = None
    area: str | None = None
    unit: str | None = None
    deputy_for: str | None = None


@fact("people.role-ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded(Fact):
    """A grant ends on a day, earlier than it would have."""

    handle: str
    grant: int
    role: str
    to_day: date
    area: str | None = None
    unit: str | None = None


@fact("people.person-left")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLeft(Fact):
    """The person left the service; every grant ends on that day at the latest."""

    handle: str
    from_day: date


@fact("people.absent")
@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(Fact):
    """The person is away until ``to_day``, the first day back; roles stay, others answer."""

    handle: str
    absence: int
    from_day: date
    to_day: date


@fact("people.came-back")
@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack(Fact):
    """An absence ends earlier than it would have; ``to_day`` is the first day back."""

    handle: str
    absence: int
    to_day: date


@fact("people.duty-given")
@dataclass(frozen=True, slots=True, kw_only=True)
class DutyGiven(Fact):
    """Somebody is on duty for a post at these hours; ``duty`` counts the rota's duties from 1.

    ``begins`` and ``ends`` are minutes of the local day, over midnight where ``ends`` is not the
    later one. A duty belongs to the day it begins on, one of ``weekdays`` (Monday 0).
    """

    role: str
    duty: int
    handle: str
    from_day: date
    begins: int
    ends: int
    weekdays: tuple[int, ...]
    to_day: date | None = None
    area: str | None = None
    unit: str | None = None


@fact("people.duty-ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEnded(Fact):
    """A duty ends on a day, which is the first one without it."""

    role: str
    duty: int
    to_day: date
    area: str | None = None
    unit: str | None = None


@fact("people.unit-founded")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFounded(Fact):
    """A department began its work for an area, or a second-level unit inside one (``parent``)."""

    code: str
    name: str
    kind: str
    area: str
    from_day: date
    name_en: str | None = None
    parent: str | None = None


@fact("people.unit-answers-for")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAnswersFor(Fact):
    """From a day on the unit answers for exactly these categories; none given means for none."""

    code: str
    categories: tuple[str, ...]
    from_day: date


@fact("people.unit-closed")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClosed(Fact):
    """The unit ended its work."""

    code: str
    from_day: date
