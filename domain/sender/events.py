"""What can happen to a sender. Its signing keys lie in the vault; no fact holds one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # field types are read at run time by the decoder

from domain.kernel.facts import Confided, Fact, fact


@fact("sender.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRegistered(Fact):
    """A device or partner system may report as ``handle`` in ``role``: where, what and until when.

    ``channel`` is how its reports count among the sources of matters, such as ``device``.
    """

    sender: str
    title: str
    handle: str
    role: str
    channel: str
    area: str
    categories: tuple[str, ...]
    expires_at: datetime
    workflow: str | None = None


@fact("sender.revised")
@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRevised(Fact):
    """From now on it may report there, of these categories, until then."""

    sender: str
    area: str
    categories: tuple[str, ...]
    expires_at: datetime


@fact("sender.key-issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class SenderKeyIssued(Fact):
    """It signs with this key; the one before, if there is one, is good until ``earlier_until``."""

    sender: str
    key: str
    secret: Confided
    earlier_until: datetime | None = None


@fact("sender.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class SenderEnded(Fact):
    """Nothing it sends is taken any more."""

    sender: str
