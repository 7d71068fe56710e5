"""An account: opened for a person of the roster, with a password, second factors and keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from domain.account import events as happened
from domain.account.credentials import PASSKEY, Factor, Key, Link, must_fit
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.facts import Confided, Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused

MOST_KEYS = 50
MOST_FACTORS = 10


def account_id(handle: str) -> UUID:
    """Give the id of a person's account."""
    return named_id("account", handle)


class Account(Record):
    """``epoch`` is the version of the last change that ends every session begun before it."""

    KIND: ClassVar[str] = "account"
    GRANTS: ClassVar[bool] = True

    def __init__(self, record_id: UUID) -> None:
        """Begin before it was opened."""
        super().__init__(record_id)
        self.handle = ""
        self.disabled = False
        self.epoch = 0
        self.password_version: int | None = None
        self.link: Link | None = None
        self.factors: tuple[Factor, ...] = ()
        self.keys: tuple[Key, ...] = ()

    @property
    def subject(self) -> str:
        """Password and secret are the person's own."""
        return self.handle

    @property
    def usable(self) -> bool:
        """Whether somebody may sign in with it."""
        return self.exists and not self.disabled

    def factor(self, name: str) -> Factor | None:
        """Give a second factor by its name."""
        return next((one for one in self.factors if one.name == name), None)

    def key(self, name: str) -> Key | None:
        """Give a key of a machine by its name, revoked or not."""
        return next((one for one in self.keys if one.name == name), None)

    def open(self, act: Act, *, handle: str) -> None:
        """Open it; opening it again records nothing."""
        if not self.exists:
            self.tell(happened.AccountOpened(act=act, handle=handle))

    def disable(self, act: Act) -> None:
        """End all its sessions and let nobody sign in."""
        self._must_exist()
        if not self.disabled:
            self.tell(happened.AccountDisabled(act=act, handle=self.handle))

    def enable(self, act: Act) -> None:
        """Let the person sign in again."""
        self._must_exist()
        if self.disabled:
            self.tell(happened.AccountEnabled(act=act, handle=self.handle))

    def make_link(self, act: Act, *, purpose: str, digest: str, lasts: timedelta) -> None:
        """Make a one-time link; an earlier one is void."""
        self._must_be_usable()
        self.tell(
            happened.LinkMade(
                act=act,
                handle=self.handle,
                purpose=purpose,
                digest=digest,
                expires_at=act.at + lasts,
            )
        )

    def must_be_good_link(self, digest: str, at: datetime) -> None:
        """Refuse ``link-not-good``: used, replaced, expired, or never made."""
        link = self.link
        if not self.usable or link is None or link.digest != digest or link.expires_at <= at:
            reason = "This link was used before or has expired. Ask for a new one."
            raise Refused("link-not-good", reason)

    def use_link(self, act: Act, *, digest: str) -> None:
        """Use a good link up; refuses ``link-not-good``."""
        self.must_be_good_link(digest, act.at)
        self.tell(happened.LinkUsed(act=act, handle=self.handle))

    def set_password(self, act: Act, *, how: str, password: Words) -> None:
        """Set the password (its hash); the link, if one was open, is used up."""
        self._must_be_usable()
        confided = self.confide(password, field="password") or Confided(commitment="")
        self.tell(happened.PasswordSet(act=act, handle=self.handle, how=how, password=confided))

    def add_factor(
        self,
        act: Act,
        *,
        name: str,
        kind: str,
        secret: Words | None = None,
        public_key: str | None = None,
    ) -> None:
        """Add a second factor; a new TOTP replaces the old one. Refuses ``factor-exists``."""
        self._must_be_usable()
        if kind == PASSKEY and self.factor(name) is not None:
            raise Refused("factor-exists", "This passkey is registered already; use it.")
        if len(self.factors) >= MOST_FACTORS:
            reason = f"An account has at most {MOST_FACTORS} second factors; remove one first."
            raise Refused("too-many-factors", reason)
        self.tell(
            happened.FactorAdded(
                act=act,
                handle=self.handle,
                factor=name,
                kind=kind,
                public_key=public_key,
                secret=self.confide(secret, field="secret"),
            )
        )

    def remove_factor(self, act: Act, *, name: str) -> None:
        """Take a second factor away; one that is not there records nothing."""
        self._must_be_usable()
        if self.factor(name) is not None:
            self.tell(happened.FactorRemoved(act=act, handle=self.handle, factor=name))

    def issue_key(
        self,
        act: Act,
        *,
        label: str,
        role: str,
        area: AreaCode,
        scopes: tuple[str, ...],
        digest: str,
        expires_at: datetime,
    ) -> str:
        """Issue a key to a machine and give its name; refuses labels and times out of range."""
        self._must_be_usable()
        must_fit(label, act.at, expires_at)
        if sum(not key.revoked for key in self.keys) >= MOST_KEYS:
            reason = f"An account has at most {MOST_KEYS} keys; revoke one first."
            raise Refused("too-many-keys", reason)
        name = f"k{len(self.keys) + 1}"
        self.tell(
            happened.KeyIssued(
                act=act,
                handle=self.handle,
                key=name,
                label=label.strip(),
                role=role,
                area=str(area),
                scopes=scopes,
                digest=digest,
                expires_at=expires_at,
            )
        )
        return name

    def revoke_key(self, act: Act, *, name: str) -> None:
        """Take a key back; refuses ``no-such-key``. Taking it back again records nothing."""
        key = self.key(name)
        if key is None:
            raise Refused("no-such-key", "There is no such key. List the keys and choose one.")
        if not key.revoked:
            self.tell(happened.KeyRevoked(act=act, handle=self.handle, key=name))

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        version = fact.originator_version
        match fact:
            case happened.AccountOpened():
                self.handle, self.epoch = fact.handle, version
            case happened.AccountDisabled():
                self.disabled, self.epoch, self.link = True, version, None
            case happened.AccountEnabled():
                self.disabled, self.epoch = False, version
            case happened.LinkMade():
                self.link = Link(
                    purpose=fact.purpose, digest=fact.digest, expires_at=fact.expires_at
                )
            case happened.LinkUsed():
                self.link = None
            case happened.PasswordSet():
                self.password_version, self.link = version, None
                if fact.how != "rehash":
                    self.epoch = version
            case happened.FactorAdded() | happened.FactorRemoved():
                self._take_factor(fact)
                self.epoch = version
            case happened.KeyIssued() | happened.KeyRevoked():
                self._take_key(fact)

    def _take_factor(self, fact: happened.FactorAdded | happened.FactorRemoved) -> None:
        others = tuple(one for one in self.factors if one.name != fact.factor)
        if isinstance(fact, happened.FactorRemoved):
            self.factors = others
            return
        added = Factor(
            name=fact.factor,
            kind=fact.kind,
            version=fact.originator_version,
            public_key=fact.public_key,
        )
        self.factors = (*others, added)

    def _take_key(self, fact: happened.KeyIssued | happened.KeyRevoked) -> None:
        if isinstance(fact, happened.KeyRevoked):
            self.keys = tuple(
                replace(key, revoked=True) if key.name == fact.key else key for key in self.keys
            )
            return
        issued = Key(
            name=fact.key,
            label=fact.label,
            role=fact.role,
            area=AreaCode(fact.area),
            scopes=fact.scopes,
            digest=fact.digest,
            expires_at=fact.expires_at,
        )
        self.keys = (*self.keys, issued)

    def _must_exist(self) -> None:
        if not self.exists:
            raise Refused("no-such-account", "This person has no account. Open one first.")

    def _must_be_usable(self) -> None:
        self._must_exist()
        if self.disabled:
            raise Refused("account-disabled", "This account is disabled. Enable it first.")
