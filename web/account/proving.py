"""Proving who one is: password, then second factor; failures wait, and tell nothing apart."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

import pyotp
from flask import request

from domain.account.account import Account, account_id
from domain.account.credentials import TOTP
from domain.kernel.refusals import Refused
from ledger.throttle import ACCOUNT, ADDRESS
from web.account import passwords
from web.city import the_city

STEP_SECONDS = 30
_log = logging.getLogger(__name__)
_WINDOW = 1  # a clock may be one step off (RFC 6238, 5.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """The names under which failures of one attempt are counted."""

    handle: str

    @property
    def account(self) -> str:
        """The account that is tried."""
        return f"account:{self.handle}"

    @property
    def address(self) -> str:
        """The address that tries."""
        return f"address:{request.remote_addr}"

    def must_not_wait(self) -> None:
        """Refuse ``too-many-tries`` with the moment from which it may be tried again."""
        city = the_city()
        until = city.throttle.waits_until(self.account, self.address, at=city.now())
        if until is not None:
            seconds = max(1, round((until - city.now()).total_seconds()))
            reason = f"Too many tries failed. Try again in {max(1, round(seconds / 60))} min."
            raise Refused("too-many-tries", reason, until=until.isoformat(), seconds=seconds)

    def failed(self) -> None:
        """Count a failure of both."""
        city = the_city()
        city.throttle.failed(self.account, ACCOUNT, at=city.now())
        city.throttle.failed(self.address, ADDRESS, at=city.now())
        _log.info("a try to sign in failed", extra={"account": str(account_id(self.handle))})

    def succeeded(self) -> None:
        """Begin to count anew for the account; an address that tries many stays counted."""
        the_city().throttle.succeeded(self.account)


def account_of(handle: str) -> Account:
    """Load a person's account."""
    return the_city().ledger.load(Account, account_id(handle))


def prove_password(handle: str, password: str) -> Account:
    """Give the account whose password this is.

    Refuses ``too-many-tries`` and ``sign-in-failed``, which says the same for an account that is
    not there, one that is disabled and a wrong password, and takes the same time.
    """
    tries = Tries(handle=handle)
    tries.must_not_wait()
    account = account_of(handle)
    kept = _kept_password(account)
    if kept is None:
        passwords.take_as_long(password)
    if kept is None or not passwords.fits(password, kept):
        tries.failed()
        reason = "Person and password do not belong together, or the account is closed."
        raise Refused("sign-in-failed", reason)
    tries.succeeded()
    return account


def prove_code(account: Account, code: str, at: datetime) -> None:
    """Take a code of the authenticator; refuses ``code-not-good``, also for one used before."""
    tries = Tries(handle=account.handle)
    tries.must_not_wait()
    secret = _totp_secret(account)
    step = good_step(secret, code, at) if secret else None
    if step is None or not the_city().factors.use(account.handle, TOTP, step):
        tries.failed()
        reason = "This code is not good (any more). Wait for the next one and type it in."
        raise Refused("code-not-good", reason)
    tries.succeeded()


def good_step(secret: str, code: str, at: datetime) -> int | None:
    """Give the time step a code is good for, or None (RFC 6238, 30 seconds, 6 digits)."""
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    typed = code.replace(" ", "")
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        if typed.isascii() and pyotp.utils.strings_equal(totp.generate_otp(step), typed):
            return step
    return None


def _kept_password(account: Account) -> str | None:
    if not account.usable or account.password_version is None:
        return None
    return the_city().ledger.words(account.id, account.password_version, "password")


def _totp_secret(account: Account) -> str | None:
    factor = account.factor(TOTP)
    return the_city().ledger.words(account.id, factor.version, "secret") if factor else None
