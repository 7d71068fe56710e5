"""How an account stands, in words that administrators and operators read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.account.account import Account, account_id
from ledger.ledger import Records

NONE, OPENED, INVITED, READY, DISABLED = "none", "opened", "invited", "ready", "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``state``: none, opened (nobody can sign in yet), invited (by link), ready or disabled.

    ``factors`` are the kinds of second factors, ``keys`` counts those that still open something.
    """

    handle: str
    state: str
    factors: tuple[str, ...]
    keys: int
    link_until: datetime | None


def standing_of(account: Account, handle: str, at: datetime) -> Standing:
    """Tell how one account stands."""
    link = account.link if account.link and account.link.expires_at > at else None
    return Standing(
        handle=handle,
        state=_state(account, invited=link is not None),
        factors=tuple(sorted({one.kind for one in account.factors})),
        keys=sum(not one.revoked and one.expires_at > at for one in account.keys),
        link_until=link.expires_at if link else None,
    )


def standings(records: Records, handles: Iterable[str], at: datetime) -> list[Standing]:
    """Tell how the accounts of some people stand, each person once, in the order given."""
    return [
        standing_of(records.load(Account, account_id(handle)), handle, at)
        for handle in dict.fromkeys(handles)
    ]


def _state(account: Account, *, invited: bool) -> str:
    if not account.exists:
        return NONE
    if account.disabled:
        return DISABLED
    if account.password_version is not None:
        return READY
    return INVITED if invited else OPENED
