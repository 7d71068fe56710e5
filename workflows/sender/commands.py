"""Orders to one sender; a signing key travels in them on its way to the vault only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSender:
    """Let a device or partner system report as a person of the roster; it gets its first key."""

    code: str
    title: str
    handle: str
    role: str
    channel: str
    area: AreaCode
    categories: tuple[str, ...]
    expires_at: datetime
    secret: Words = field(metadata={"private": True})
    workflow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseSender:
    """Say anew where it may report, what, and until when."""

    code: str
    area: AreaCode
    categories: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSenderKey:
    """Give it another key; the one before stays good for ``overlap``."""

    code: str
    overlap: timedelta
    secret: Words = field(metadata={"private": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSender:
    """Take nothing from it any more."""

    code: str


SenderOrder: TypeAlias = RegisterSender | ReviseSender | RotateSenderKey | EndSender
