"""Orders to accounts of others: open, invite, reset, disable, enable, keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.account.credentials import INVITATION, RESET
from domain.kernel.codes import AreaCode
from web.account.keys import new_secret, written
from web.account.links import LASTS, link_path
from web.account.proving import account_of
from web.admin.carrying import Wish
from web.admin.places import places_of
from web.city import the_city
from workflows.account import commands as ordered

KEEP = "keep accounts"
PURPOSES = {"invite": INVITATION, "reset": RESET}
PLAIN = {
    "open": ordered.OpenAccount,
    "disable": ordered.DisableAccount,
    "enable": ordered.EnableAccount,
}


Carry = Callable[[Callable[[], Wish]], dict[str, Any]]
"""Carries a wish out, or tries it out; the API and the page each have one."""


def change(handle: str, what: str, carry: Carry) -> dict[str, Any]:
    """Open, disable or enable an account."""
    command = PLAIN[what](handle=handle)
    return carry(lambda: _wish(command, handle))


def link(handle: str, what: str, carry: Carry) -> dict[str, Any]:
    """Make a one-time link and give its path, once."""
    secret, digest = new_secret()
    order = ordered.MakeLink(handle=handle, purpose=PURPOSES[what], digest=digest, lasts=LASTS)
    told = carry(lambda: _wish(order, handle))
    return {**told, "secret": None if told["dry_run"] else link_path(handle, secret)}


def issue_key(handle: str, body: dict[str, Any], carry: Carry) -> dict[str, Any]:
    """Issue a key to a machine and give it, once."""
    secret, digest = new_secret()

    def wish() -> Wish:
        order = ordered.IssueKey(
            handle=handle,
            label=body["label"],
            role=body["role"],
            area=AreaCode(body["area"]),
            scopes=tuple(body["scopes"]),
            digest=digest,
            expires_at=the_city().now() + timedelta(days=body["days"]),
        )
        return _wish(order, handle)

    told = carry(wish)
    name = next((one.name for one in account_of(handle).keys if one.digest == digest), "")
    return {**told, "secret": written(handle, name, secret) if name else None}


def revoke_key(handle: str, key: str, carry: Carry) -> dict[str, Any]:
    """Take a key back."""
    return carry(lambda: _wish(ordered.RevokeKey(handle=handle, name=key), handle))


def lose_factor(handle: str, factor: str, carry: Carry) -> dict[str, Any]:
    """Take a second factor away, such as one on a lost phone."""
    order = ordered.RemoveFactor(handle=handle, name=factor)
    return carry(lambda: _wish(order, handle))


def _wish(command: object, handle: str) -> Wish:
    return Wish(action=KEEP, command=command, places=places_of(handle))
