"""A dossier: what was done with one person's data, without any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.kernel.facts import Confided, Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.privacy import events as happened

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words

_SUBJECT = re.compile(
    r"(?:p-[a-z0-9-]{1,60}|case:[0-9a-f-]{36}|call:[0-9a-f-]{36}\.[0-9]{1,9})", re.ASCII
)
_BASIS = re.compile(r"[a-z][a-z0-9-]{2,59}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which words somebody wants to see."""

    stream: UUID
    version: int
    field: str


def dossier_id(subject: str) -> UUID:
    """Give the id of a person's dossier; refuses ``invalid-subject``."""
    if not _SUBJECT.fullmatch(subject):
        reason = "Name a person by the handle (p-…), a case as case: and its id, a caller as call:."
        raise Refused("invalid-subject", reason)
    return named_id("dossier", subject)


class Dossier(Record):
    """None, active or erased; ``life`` counts from 1 and rises by an explicit order only."""

    KIND: ClassVar[str] = "dossier"

    def __init__(self, record_id: UUID) -> None:
        """Begin before anything was done."""
        super().__init__(record_id)
        self.named = ""
        self.life = 1
        self.erased = False
        self.restricted = False
        self.held = False

    def erase(self, act: Act, *, subject: str, basis: str, life: int, fingerprint: str) -> None:
        """Erase the person; again records nothing. Refuses ``legal-hold`` and ``nothing-kept``."""
        must_be_basis(basis)
        if self.held:
            reason = "This person is under a legal hold. Release it first: persons release."
            raise Refused("legal-hold", reason, subject=subject)
        if not life:
            reason = "Nothing is kept of this person, so there is nothing to erase."
            raise Refused("nothing-kept", reason, subject=subject)
        if not (self.erased and self.life == life):
            self.tell(
                happened.PersonErased(
                    act=act, subject=subject, basis=basis, life=life, fingerprint=fingerprint
                )
            )

    def readmit(self, act: Act, *, subject: str, basis: str) -> None:
        """Begin a new life; refuses ``not-erased``."""
        must_be_basis(basis)
        if not self.erased:
            reason = "Only a person who was erased can be readmitted."
            raise Refused("not-erased", reason, subject=subject)
        self.tell(
            happened.PersonReadmitted(act=act, subject=subject, basis=basis, life=self.life + 1)
        )

    def restrict(self, act: Act, *, subject: str, basis: str, hold: bool) -> None:
        """Allow nothing but storage; the same restriction again records nothing."""
        must_be_basis(basis)
        self._must_not_be_erased(subject)
        if not (self.restricted and self.held == hold):
            self.tell(happened.PersonRestricted(act=act, subject=subject, basis=basis, hold=hold))

    def release(self, act: Act, *, subject: str, basis: str) -> None:
        """End restriction and hold; where there is none, nothing is recorded."""
        must_be_basis(basis)
        if self.restricted:
            self.tell(happened.PersonReleased(act=act, subject=subject, basis=basis))

    def reveal(self, act: Act, *, subject: str, looked: Looked, reason: Words) -> None:
        """Record who looked at what, and why; refuses ``person-restricted``."""
        self.must_be_usable(subject)
        confided = self.confide(reason, field="reason", subject=subject)
        self.tell(
            happened.PersonRevealed(
                act=act,
                subject=subject,
                stream=looked.stream,
                version=looked.version,
                field=looked.field,
                reason=confided or Confided(commitment=""),
            )
        )

    def export(self, act: Act, *, subject: str, basis: str, fields: int) -> None:
        """Record that the person's data were handed out; also while they are restricted."""
        must_be_basis(basis)
        self._must_not_be_erased(subject)
        told = happened.PersonExported(act=act, subject=subject, basis=basis, fields=fields)
        self.tell(told)

    def must_be_usable(self, subject: str) -> None:
        """Refuse ``person-restricted`` and ``person-is-erased``."""
        self._must_not_be_erased(subject)
        if self.restricted:
            reason = "These data are restricted: they may be stored, and nothing else."
            raise Refused("person-restricted", reason, subject=subject)

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case happened.PersonErased():
                self.named, self.erased, self.life = fact.subject, True, fact.life
                self.restricted = False
            case happened.PersonReadmitted():
                self.erased, self.life = False, fact.life
            case happened.PersonRestricted():
                self.named, self.restricted, self.held = fact.subject, True, fact.hold
            case happened.PersonReleased():
                self.restricted = self.held = False

    def _must_not_be_erased(self, subject: str) -> None:
        if self.erased:
            raise Refused("person-is-erased", "This person was erased.", subject=subject)


def must_be_basis(basis: str) -> None:
    """Refuse ``invalid-basis``: a name of the rules, so that no personal data stand in it."""
    if not _BASIS.fullmatch(basis):
        reason = "Name the legal basis by 3 to 60 small letters, digits, hyphens, like pipl-47."
        raise Refused("invalid-basis", reason)
