"""Passwords and authenticators of the sample city: random for each installation, for its own eyes.

They lie in one file that the owner alone may read. It is written before the accounts are made, so
that a first start that was killed locks nobody out.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyotp

from domain.account.account import Account, account_id
from domain.account.credentials import TOTP
from domain.kernel.act import OPERATOR, Act
from domain.kernel.confiding import Words
from domain.kernel.offices import ADMINISTRATOR, WITH_SECOND_FACTOR
from domain.people.person import Person, person_id
from ops.bootstrap import Gridward, random_key
from ops.sample.city import CITY
from ops.sample.people import KEEPER, SamplePerson
from web.account.passwords import hashed
from workflows.account.commands import AddFactor, OpenAccount, SetPassword
from workflows.people.commands import EnrolPerson, GrantRole

FILE = "sample-accounts.json"
KEEPER_NAME = "林静"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other."""
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one person signs in; ``secret`` is the authenticator's (base32), where one is needed."""

    password: str
    secret: str | None = None


def enrol_keeper(gridward: Gridward) -> None:
    """Let the sample city have an administrator; asked again it changes nothing."""
    if gridward.ledger.load(Person, person_id(KEEPER)).exists:
        return
    order = EnrolPerson(handle=KEEPER, name=KEEPER_NAME, key=random_key())
    gridward.desk.do(order, _act(gridward, "enrol", KEEPER))
    day = gridward.now().date()
    grant = GrantRole(handle=KEEPER, role=ADMINISTRATOR, area=CITY, from_day=day)
    gridward.desk.do(grant, _act(gridward, "grant", KEEPER))


def prepare_accounts(gridward: Gridward, people: Iterable[SamplePerson]) -> dict[str, Access]:
    """Give each of them an account with a password, once; give how everybody signs in."""
    path = gridward.settings.home / FILE
    known = _read(path)
    found = {one.handle: known.get(one.handle) or _new(one.role) for one in people}
    if found != known:
        _write(path, found)
    for handle, access in found.items():
        _set_up(gridward, handle, access)
    return found


def _set_up(gridward: Gridward, handle: str, access: Access) -> None:
    account = gridward.ledger.load(Account, account_id(handle))
    if not account.exists:
        gridward.desk.do(OpenAccount(handle=handle), _act(gridward, "open", handle))
    if account.password_version is None:
        words = Words(text=hashed(access.password), key=random_key())
        order = SetPassword(handle=handle, how="hand", hashed=words)
        gridward.desk.do(order, _act(gridward, "password", handle))
    if access.secret and account.factor(TOTP) is None:
        words = Words(text=access.secret, key=random_key())
        factor = AddFactor(handle=handle, name=TOTP, kind=TOTP, secret=words)
        gridward.desk.do(factor, _act(gridward, "factor", handle))


def _new(role: str) -> Access:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    secret = pyotp.random_base32() if role in WITH_SECOND_FACTOR else None
    return Access(password="-".join(groups), secret=secret)


def _read(path: Path) -> dict[str, Access]:
    if not path.exists():
        return {}
    kept = json.loads(path.read_text("utf-8"))
    return {handle: Access(**access) for handle, access in kept.items()}


def _write(path: Path, found: dict[str, Access]) -> None:
    """Write it whole or not at all, and never where others may read it."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    text = json.dumps({handle: asdict(access) for handle, access in found.items()}, indent=2)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _act(gridward: Gridward, what: str, handle: str) -> Act:
    return Act(
        person=OPERATOR,
        role=OPERATOR,
        area=CITY,
        command_id=f"sample:{what}:{handle}",
        at=gridward.now(),
    )
