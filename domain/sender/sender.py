"""A sender: registered for an area and some categories, until a day, with one or two keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.facts import Confided, Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.sender.events import (
    SenderEnded,
    SenderKeyIssued,
    SenderRegistered,
    SenderRevised,
)

CHANNELS = ("device", "video", "media", "superior", "hotline", "public")
LONGEST_LIFE = timedelta(days=3 * 366)
LONGEST_OVERLAP = timedelta(days=30)
LONGEST_TITLE = 100
MOST_CATEGORIES = 500
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_CATEGORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?", re.ASCII)


def sender_id(code: str) -> UUID:
    """Give the id of a sender's record."""
    return named_id("sender", code)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key; ``version`` is that of the fact whose secret lies in the vault."""

    name: str
    version: int
    until: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        """Tell whether a message may be signed with it."""
        return self.until is None or at < self.until


class Sender(Record):
    """``categories`` are codes, or their beginnings: ``04`` stands for all of class 04."""

    KIND: ClassVar[str] = "sender"

    def __init__(self, record_id: UUID) -> None:
        """Begin before it was registered."""
        super().__init__(record_id)
        self.code = ""
        self.handle = ""
        self.role = ""
        self.channel = ""
        self.workflow: str | None = None
        self.area: AreaCode | None = None
        self.categories: tuple[str, ...] = ()
        self.expires_at: datetime | None = None
        self.keys: tuple[SigningKey, ...] = ()
        self.ended = False

    @property
    def subject(self) -> str:
        """Its keys are its own."""
        return f"sender:{self.code}"

    def good_keys(self, at: datetime) -> tuple[SigningKey, ...]:
        """Give the keys a message may be signed with now, the newest first."""
        return tuple(key for key in reversed(self.keys) if key.is_good(at))

    def must_take(self, at: datetime) -> None:
        """Refuse ``sender-ended`` and ``sender-expired``."""
        if self.ended or not self.exists:
            raise Refused("sender-ended", "This sender was ended. Ask the administrator why.")
        if self.expires_at is None or at >= self.expires_at:
            reason = "This sender's registration ran out. Ask the administrator to revise it."
            raise Refused("sender-expired", reason, expired_at=str(self.expires_at))

    def must_report(self, category: str, area: AreaCode) -> None:
        """Refuse ``category-not-for-sender`` and ``outside-sender``."""
        if not any(category == one or category.startswith(f"{one}-") for one in self.categories):
            reason = f"This sender does not report {category[:40]}. It is registered for others."
            raise Refused("category-not-for-sender", reason, categories=list(self.categories))
        if self.area is None or not self.area.covers(area):
            reason = f"This sender reports in {self.area} and below, not in {area}."
            raise Refused("outside-sender", reason, area=str(area))

    def register(
        self,
        act: Act,
        *,
        code: str,
        title: str,
        handle: str,
        role: str,
        channel: str,
        area: AreaCode,
        categories: tuple[str, ...],
        workflow: str | None,
        expires_at: datetime,
    ) -> None:
        """Register it once; refuses ``sender-exists`` and what is out of range."""
        if self.exists:
            raise Refused("sender-exists", f"The sender {code} is registered already.", sender=code)
        _must_be_named(code, title, channel)
        _must_fit(categories, act.at, expires_at)
        self.tell(
            SenderRegistered(
                act=act,
                sender=code,
                title=title.strip(),
                handle=handle,
                role=role,
                channel=channel,
                area=str(area),
                categories=_sorted(categories),
                workflow=workflow,
                expires_at=expires_at,
            )
        )

    def revise(
        self, act: Act, *, area: AreaCode, categories: tuple[str, ...], expires_at: datetime
    ) -> None:
        """Say anew where, what and until when; the same again records nothing."""
        self._must_stand()
        _must_fit(categories, act.at, expires_at)
        wanted = (area, _sorted(categories), expires_at)
        if wanted != (self.area, self.categories, self.expires_at):
            self.tell(
                SenderRevised(
                    act=act,
                    sender=self.code,
                    area=str(area),
                    categories=wanted[1],
                    expires_at=expires_at,
                )
            )

    def issue_key(self, act: Act, *, secret: Words, overlap: timedelta) -> None:
        """Give it a key; the one before stays good for ``overlap``, at most thirty days."""
        self._must_stand()
        if not timedelta() <= overlap <= LONGEST_OVERLAP:
            reason = f"Two keys are good at once for at most {LONGEST_OVERLAP.days} days."
            raise Refused("overlap-out-of-range", reason)
        kept = self.confide(secret, field="secret") or Confided(commitment="")
        self.tell(
            SenderKeyIssued(
                act=act,
                sender=self.code,
                key=f"k{self.keys_issued + 1}",
                secret=kept,
                earlier_until=act.at + overlap if self.keys else None,
            )
        )

    def end(self, act: Act) -> None:
        """Take nothing from it any more; ending it again records nothing."""
        if not self.exists:
            raise _unknown()
        if not self.ended:
            self.tell(SenderEnded(act=act, sender=self.code))

    @property
    def keys_issued(self) -> int:
        """How many keys it was ever given."""
        return int(self.keys[-1].name.removeprefix("k")) if self.keys else 0

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case SenderRegistered():
                self.code, self.handle, self.role = fact.sender, fact.handle, fact.role
                self.channel, self.workflow = fact.channel, fact.workflow
                self._reach(fact)
            case SenderRevised():
                self._reach(fact)
            case SenderKeyIssued():
                # Never more than two: of a key before the last nothing is taken any more.
                last = tuple(replace(one, until=fact.earlier_until) for one in self.keys[-1:])
                self.keys = (*last, SigningKey(name=fact.key, version=fact.originator_version))
            case SenderEnded():
                self.ended = True

    def _reach(self, fact: SenderRegistered | SenderRevised) -> None:
        self.area, self.categories = AreaCode(fact.area), fact.categories
        self.expires_at = fact.expires_at

    def _must_stand(self) -> None:
        if not self.exists:
            raise _unknown()
        if self.ended:
            raise Refused("sender-ended", "This sender was ended. Register another one.")


def _must_be_named(code: str, title: str, channel: str) -> None:
    if not _CODE.fullmatch(code):
        reason = "A sender's code is up to 40 small letters, digits and hyphens."
        raise Refused("invalid-sender", reason, sender=code[:40])
    if not 0 < len(title.strip()) <= LONGEST_TITLE or not title.isprintable():
        raise Refused("invalid-name", f"Name the sender in 1 to {LONGEST_TITLE} characters.")
    if channel not in CHANNELS:
        reason = f"Its reports count as one of: {', '.join(CHANNELS)}."
        raise Refused("unknown-channel", reason, channel=channel[:40])


def _must_fit(categories: tuple[str, ...], at: datetime, expires_at: datetime) -> None:
    if not 0 < len(categories) <= MOST_CATEGORIES:
        raise Refused("invalid-category", "Name the categories it may report, at least one.")
    if unusable := [one for one in categories if not _CATEGORY.fullmatch(one)]:
        reason = "A category code has 1 to 40 letters, digits, dots and hyphens."
        raise Refused("invalid-category", reason, category=unusable[0][:40])
    if not at < expires_at <= at + LONGEST_LIFE:
        reason = f"A registration lasts up to {LONGEST_LIFE.days} days from now; revise it later."
        raise Refused("expiry-out-of-range", reason)


def _sorted(categories: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(categories)))


def _unknown() -> Refused:
    return Refused("no-such-sender", "No sender was ever registered under this code.")
