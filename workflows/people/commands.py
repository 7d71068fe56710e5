"""Orders to one person or one unit each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from domain.kernel.codes import AreaCode
from domain.people.rota import EVERY_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPerson:
    """Put somebody on the roster; ``key`` is 32 random bytes made where the command is made."""

    handle: str
    name: str = field(repr=False, metadata={"private": True})
    key: bytes = field(repr=False, metadata={"private": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Let a person hold a role at an area, a unit or both; ``to_day`` is the first day without.

    ``deputy_for`` names who holds the post and is stood in for.
    """

    handle: str
    role: str
    from_day: date
    to_day: date | None = None
    area: AreaCode | None = None
    unit: str | None = None
    deputy_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRole:
    """End a role; ``to_day`` is the first day it is no longer held."""

    handle: str
    role: str
    to_day: date
    area: AreaCode | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveService:
    """Let a person leave; all roles end."""

    handle: str
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BeAbsent:
    """Say that a person is away; ``to_day`` is the first day back."""

    handle: str
    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack:
    """End an absence earlier; ``to_day`` is the first day back."""

    handle: str
    to_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDuty:
    """Put a person on duty for a post at hours such as ``22:00-06:00``; weekdays from Monday 0."""

    handle: str
    role: str
    hours: str
    from_day: date
    to_day: date | None = None
    weekdays: tuple[int, ...] = EVERY_DAY
    area: AreaCode | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDuty:
    """End a duty of a post's rota; ``to_day`` is the first day without it."""

    role: str
    duty: int
    to_day: date
    area: AreaCode | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUnit:
    """Found a department, or with ``parent`` a second-level unit inside one."""

    code: str
    name: str
    kind: str
    area: AreaCode
    from_day: date
    name_en: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFor:
    """Say for which categories a unit answers from a day on; this replaces what it answered for."""

    code: str
    categories: tuple[str, ...]
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnit:
    """End a unit's work."""

    code: str
    from_day: date


PersonOrder: TypeAlias = EnrolPerson | GrantRole | EndRole | LeaveService | BeAbsent | ComeBack
RotaOrder: TypeAlias = GiveDuty | EndDuty
UnitOrder: TypeAlias = FoundUnit | AnswerFor | CloseUnit
