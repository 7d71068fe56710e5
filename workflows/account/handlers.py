"""Carrying out orders to an account: who may, then load it, tell it, save it."""

from __future__ import annotations

from domain.account.account import Account, account_id
from domain.account.credentials import must_be_scopes
from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from domain.kernel.offices import ADMINISTRATOR, WITH_SECOND_FACTOR
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.unit import Unit, unit_id
from ledger.ledger import Answer
from workflows.account import commands as ordered
from workflows.account.commands import AccountOrder, IdentityOrder
from workflows.claiming import changing
from workflows.incident.city import city_day
from workflows.office import Office


def change_account(command: AccountOrder, office: Office, act: Act) -> Answer:
    """Carry out an order to an account; refuses ``wrong-role`` and ``not-your-account``."""
    stream = account_id(command.handle)
    claim = changing(command, act.command_id, stream=stream)
    if answer := office.records.answered(stream, claim):
        return answer
    must_keep(command, office, act)
    account = office.records.load(Account, stream)
    _carry_out(command, account, act)
    return office.records.save(account, claim=claim)


def _carry_out(command: AccountOrder, account: Account, act: Act) -> None:
    match command:
        case ordered.OpenAccount(handle=handle):
            account.open(act, handle=handle)
        case ordered.DisableAccount():
            account.disable(act)
        case ordered.EnableAccount():
            account.enable(act)
        case ordered.MakeLink(purpose=purpose, digest=digest, lasts=lasts):
            account.make_link(act, purpose=purpose, digest=digest, lasts=lasts)
        case ordered.UseLink(digest=digest):
            account.use_link(act, digest=digest)
        case ordered.SetPassword():
            _set_password(command, account, act)
        case ordered.AddFactor(name=name, kind=kind, secret=secret, public_key=public_key):
            account.add_factor(act, name=name, kind=kind, secret=secret, public_key=public_key)
        case ordered.RemoveFactor(name=name):
            account.remove_factor(act, name=name)
        case ordered.IssueKey():
            _issue_key(command, account, act)
        case ordered.RevokeKey(name=name):
            account.revoke_key(act, name=name)


def _set_password(command: ordered.SetPassword, account: Account, act: Act) -> None:
    if command.link is not None:
        account.must_be_good_link(command.link, act.at)
    account.set_password(act, how=command.how, password=command.hashed)


def _issue_key(command: ordered.IssueKey, account: Account, act: Act) -> None:
    must_be_scopes(command.scopes)
    account.issue_key(
        act,
        label=command.label,
        role=command.role,
        area=command.area,
        scopes=command.scopes,
        digest=command.digest,
        expires_at=command.expires_at,
    )


def must_keep(command: AccountOrder | IdentityOrder, office: Office, act: Act) -> None:
    """Let people keep their own account, administrators those below them, the operator all.

    A password and a factor are set by nobody but the person: who has them acts as the person.
    """
    person = office.records.load(Person, person_id(command.handle))
    if not person.exists:
        reason = f"Nobody is on the roster as {command.handle}; enrol the person first."
        raise Refused("no-such-person", reason, handle=command.handle)
    if act.role == OPERATOR:
        return
    if act.person == command.handle and not isinstance(command, ordered.AdminOrder):
        return
    if act.role != ADMINISTRATOR or isinstance(command, ordered.PersonalOrder):
        reason = "Accounts of others are kept by administrators. Ask yours."
        raise Refused("wrong-role", reason, role=act.role, by=[ADMINISTRATOR])
    if isinstance(command, ordered.IssueKey) and command.role in WITH_SECOND_FACTOR:
        reason = "A key for this role is issued by the person, who proves a second factor first."
        raise Refused("key-by-the-person-only", reason, role=command.role)
    _must_administer(person, office, act)


def _must_administer(person: Person, office: Office, act: Act) -> None:
    """Refuse ``not-your-account``: some post of the person lies outside the administrator's.

    Posts still to come count too: whoever keeps an account could sign in with it later.
    """
    day = city_day(act, office.time_zone)
    administrator = office.records.load(Person, person_id(act.person))
    posts = [grant.post for grant in person.grants if grant.overlaps(day, None)]
    places = [post.area or _area_of(post.unit, office) for post in posts]
    if not all(area and administrator.holds(ADMINISTRATOR, area, day) for area in places):
        reason = "This person also serves outside your area. Ask the administrator above you."
        raise Refused("not-your-account", reason, handle=person.handle)


def _area_of(unit: str | None, office: Office) -> AreaCode | None:
    return office.records.load(Unit, unit_id(unit)).area if unit else None


HANDLERS = dict.fromkeys(
    (
        ordered.OpenAccount,
        ordered.DisableAccount,
        ordered.EnableAccount,
        ordered.MakeLink,
        ordered.UseLink,
        ordered.SetPassword,
        ordered.AddFactor,
        ordered.RemoveFactor,
        ordered.IssueKey,
        ordered.RevokeKey,
    ),
    change_account,
)
