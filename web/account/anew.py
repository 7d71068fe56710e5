"""Proving anew who one is, right before what opens an account changes: a session may be stolen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import request

from domain.kernel.refusals import Refused
from web.account.proving import account_of, prove_password
from web.city import the_city

if TYPE_CHECKING:
    from domain.account.account import Account
    from ledger.sessions import Session

FIELD = "current"
"""The field of a form that carries the password once more."""
RECENT = timedelta(minutes=10)


def must_prove_anew(session: Session) -> None:
    """Ask for the password, or for a sign-in of a moment ago where a provider keeps it.

    Refuses ``second-factor-missing`` (a stolen password alone changes nothing), ``sign-in-failed``,
    ``too-many-tries`` and ``sign-in-again``.
    """
    account = account_of(session.handle)
    if account.factors and not session.factor:
        raise Refused("second-factor-missing", "Prove your second factor first.")
    if has_password(account):
        prove_password(session.handle, request.form.get(FIELD, ""))
        return
    if the_city().now() >= session.begun_at + RECENT:
        minutes = int(RECENT.total_seconds()) // 60
        reason = f"Sign in once more and do this within {minutes} min: then it is surely you."
        raise Refused("sign-in-again", reason, minutes=minutes)


def has_password(account: Account) -> bool:
    """Tell whether a password was ever set; who signs in with a provider may have none."""
    return account.password_version is not None
