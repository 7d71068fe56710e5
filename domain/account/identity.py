"""An identity at a sign-in provider, and whose it is; issuer and subject stand in no fact."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from domain.account.events import IdentityBound, IdentityUnbound
from domain.kernel.act import Act
from domain.kernel.facts import Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused


def identity_id(issuer: str, subject: str) -> UUID:
    """Give the id of the record; a line break parts the two, as no issuer holds one."""
    digest = sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    return named_id("identity", digest)


class Identity(Record):
    """``handle`` is empty while it is nobody's."""

    KIND: ClassVar[str] = "identity"

    def __init__(self, record_id: UUID) -> None:
        """Begin before it was bound."""
        super().__init__(record_id)
        self.handle = ""
        self.provider = ""

    def bind(self, act: Act, *, handle: str, provider: str) -> None:
        """Say whose it is; again the same records nothing. Refuses ``identity-taken``."""
        if self.handle == handle:
            return
        if self.handle:
            reason = "This identity belongs to another person already. Take it from there first."
            raise Refused("identity-taken", reason)
        self.tell(IdentityBound(act=act, handle=handle, provider=provider))

    def unbind(self, act: Act) -> None:
        """Let it sign nobody in; what is nobody's records nothing."""
        if self.handle:
            self.tell(IdentityUnbound(act=act, handle=self.handle, provider=self.provider))

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case IdentityBound():
                self.handle, self.provider = fact.handle, fact.provider
            case IdentityUnbound():
                self.handle = ""
