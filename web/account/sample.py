"""A sample city on one's own machine: everybody of it may be chosen without a password."""

from __future__ import annotations

from flask import current_app

from domain.account.account import Account
from domain.kernel.act import OPERATOR
from web.account.ordering import own_act
from web.account.proving import account_of
from web.city import the_city
from workflows.account.commands import OpenAccount

SAMPLE = "gridward-sample"


def is_sample() -> bool:
    """Tell whether this application serves a sample city; only the demo makes such a one."""
    return bool(current_app.extensions.get(SAMPLE))


def sample_account(handle: str) -> Account:
    """Give the account of somebody of the sample city, opened when it is first chosen."""
    account = account_of(handle)
    if not account.exists:
        act = own_act(handle, role=OPERATOR)
        the_city().desk.do(OpenAccount(handle=handle), act)
        account = account_of(handle)
    return account
