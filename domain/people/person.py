"""A person of the roster: a handle for the log, a name for the vault, roles for a time."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Confided, Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.people.absence import Absence, ended_earlier
from domain.people.events import (
    Absent,
    CameBack,
    PersonEnrolled,
    PersonLeft,
    RoleEnded,
    RoleGranted,
)
from domain.people.roles import Post, must_be_holdable

LONGEST_NAME = 100
_HANDLE = re.compile(r"p-[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?", re.ASCII)


def person_id(handle: str) -> UUID:
    """Give the id of a person's record."""
    return named_id("person", handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A post held from its first day until ``to_day``, the first day it is no longer held.

    ``deputy_for`` is the handle of the person in whose place it is held.
    """

    number: int
    post: Post
    from_day: date
    to_day: date | None = None
    deputy_for: str | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the post is held on a day."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)

    def overlaps(self, from_day: date, to_day: date | None) -> bool:
        """Tell whether some day lies in both times."""
        begins_before_end = to_day is None or self.from_day < to_day
        return begins_before_end and (self.to_day is None or from_day < self.to_day)


class Person(Record):
    """Somebody of the service; the facts know only the handle."""

    KIND, GRANTS = "person", True

    def __init__(self, record_id: UUID) -> None:
        """Begin before the person was enrolled."""
        super().__init__(record_id)
        self.handle = ""
        self.left_day: date | None = None
        self.grants: tuple[Grant, ...] = ()
        self.absences: tuple[Absence, ...] = ()

    def enrol(self, act: Act, *, handle: str, name: str, key: bytes) -> None:
        """Enrol a person once; the name goes to the vault under ``key`` (32 random bytes)."""
        if self.exists:
            raise Refused("person-exists", f"{handle} is on the roster already.", handle=handle)
        if not _HANDLE.fullmatch(handle):
            reason = "A handle is p- and up to 60 small letters, digits and hyphens; never a name."
            raise Refused("invalid-handle", reason)
        words = name.strip()
        if not 0 < len(words) <= LONGEST_NAME or not words.isprintable():
            reason = f"A person's name has 1 to {LONGEST_NAME} printable characters."
            raise Refused("invalid-name", reason, handle=handle)
        commitment = Confided(commitment=hmac.new(key, words.encode(), sha256).hexdigest())
        self.entrust(words, field="name", key=key, confided=commitment, subject=handle)
        self.tell(PersonEnrolled(act=act, handle=handle, name=commitment))

    def grant_role(
        self,
        act: Act,
        *,
        post: Post,
        from_day: date,
        to_day: date | None = None,
        deputy_for: str | None = None,
    ) -> None:
        """Let the person hold a post for a time; the very same grant again records nothing.

        A deputy holds it like anybody else, and until a day that is known from the beginning.
        """
        self.must_serve(from_day)
        self._must_be_a_deputy(deputy_for, to_day)
        must_be_holdable(post.role, area=post.area, unit=post.unit)
        if to_day is not None and to_day <= from_day:
            raise Refused("days-out-of-order", "A role ends after the day it begins.")
        for grant in self.grants:
            if grant.post == post and (grant.from_day, grant.to_day) == (from_day, to_day):
                return
            if grant.post == post and grant.overlaps(from_day, to_day):
                reason = f"The role is held already from {grant.from_day}; end that first."
                raise Refused("role-already-held", reason, role=post.role, handle=self.handle)
        granted = RoleGranted(
            act=act,
            handle=self.handle,
            grant=len(self.grants) + 1,
            role=post.role,
            area=str(post.area) if post.area else None,
            unit=post.unit,
            from_day=from_day,
            to_day=to_day,
            deputy_for=deputy_for,
        )
        self.tell(granted)

    def end_role(self, act: Act, *, post: Post, to_day: date) -> None:
        """End a post on a day, which is the first one it is no longer held."""
        self._must_exist()
        same = [grant for grant in self.grants if grant.post == post]
        if any(grant.to_day == to_day for grant in same):
            return
        grant = next((grant for grant in same if grant.holds_on(to_day)), None)
        if grant is None:
            reason = f"This role is not held on {to_day}."
            raise Refused("role-not-held", reason, role=post.role, handle=self.handle)
        ended = RoleEnded(
            act=act,
            handle=self.handle,
            grant=grant.number,
            role=post.role,
            area=str(post.area) if post.area else None,
            unit=post.unit,
            to_day=to_day,
        )
        self.tell(ended)

    def leave(self, act: Act, *, from_day: date) -> None:
        """Let the person leave; all grants end on that day. Leaving again records nothing."""
        self._must_exist()
        if self.left_day is None:
            self.tell(PersonLeft(act=act, handle=self.handle, from_day=from_day))

    def is_absent_on(self, day: date) -> bool:
        """Tell whether the person is away on a day."""
        return any(absence.holds_on(day) for absence in self.absences)

    def holds(self, role: str, area: AreaCode, day: date, unit: str | None = None) -> bool:
        """Tell whether the person may act in a role for an area (and a unit) on a day."""
        return any(
            grant.post.role == role and grant.holds_on(day) and grant.post.reaches(area, unit)
            for grant in self.grants
        )

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case PersonEnrolled():
                self.handle = fact.handle
            case RoleGranted():
                self.grants = (*self.grants, _grant(fact))
            case RoleEnded():
                self.grants = tuple(
                    replace(grant, to_day=fact.to_day) if grant.number == fact.grant else grant
                    for grant in self.grants
                )
            case Absent():
                self.absences = (*self.absences, Absence(fact.from_day, fact.to_day))
            case CameBack():
                self.absences = ended_earlier(self.absences, fact.absence, fact.to_day)
            case PersonLeft():
                self.left_day = fact.from_day
                self.grants = tuple(_cut(grant, fact.from_day) for grant in self.grants)

    def _must_exist(self) -> None:
        if not self.exists:
            raise Refused("no-such-person", "Nobody is on the roster under this handle.")

    def _must_be_a_deputy(self, deputy_for: str | None, to_day: date | None) -> None:
        if deputy_for == self.handle:
            reason = "Nobody is his own deputy. Name somebody else."
            raise Refused("own-deputy", reason, handle=self.handle)
        if deputy_for is not None and to_day is None:
            reason = "A deputy stands in for a time: say until which day."
            raise Refused("deputy-needs-end", reason, handle=self.handle)

    def must_serve(self, day: date) -> None:
        """Refuse ``no-such-person`` and ``person-left``."""
        self._must_exist()
        if self.left_day is not None:
            reason = f"{self.handle} left on {self.left_day}; a role cannot begin on {day}."
            raise Refused("person-left", reason, handle=self.handle)


def _grant(fact: RoleGranted) -> Grant:
    area = AreaCode(fact.area) if fact.area else None
    post = Post(role=fact.role, area=area, unit=fact.unit)
    return Grant(
        number=fact.grant,
        post=post,
        from_day=fact.from_day,
        to_day=fact.to_day,
        deputy_for=fact.deputy_for,
    )


def _cut(grant: Grant, day: date) -> Grant:
    if grant.to_day is not None and grant.to_day <= day:
        return grant
    return replace(grant, to_day=max(day, grant.from_day))
