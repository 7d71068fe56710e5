"""Accounts: open, invite, reset, disable, list; keys of machines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from domain.account.credentials import INVITATION, RESET, SCOPES
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ops.cli.acting import AREA, act_now, today, top_area
from ops.cli.telling import Told, local, pairs, table, telling

if TYPE_CHECKING:
    from domain.account.account import Account
    from ops.bootstrap import Gridward
    from ops.settings import Settings

_PAGE = 200
_LONGEST_LIFE = 366
_HEADS = ("handle", "state", "second factors", "keys", "link until")


@click.group()
def accounts() -> None:
    """Accounts: how people of the roster sign in."""


@accounts.command("open")
@click.argument("handle")
@telling("writing", to="keep accounts")
def open_(city: Gridward, handle: str) -> Told:
    """Open an account for a person of the roster, and make the first one-time link."""
    from workflows.account.commands import OpenAccount

    city.desk.do(OpenAccount(handle=handle), act_now(city))
    return _linked(city, handle, INVITATION)


@accounts.command()
@click.argument("handle")
@telling("writing", to="keep accounts")
def invite(city: Gridward, handle: str) -> Told:
    """Make a one-time link by which the person sets a password; an earlier one is void."""
    return _linked(city, handle, INVITATION)


@accounts.command()
@click.argument("handle")
@click.option("--factors", is_flag=True, help="Also take the second factors away: a lost phone.")
@telling("writing", to="keep accounts")
def reset(city: Gridward, handle: str, *, factors: bool) -> Told:
    """Make a one-time link for a person who forgot the password."""
    from workflows.account.commands import RemoveFactor

    told = _linked(city, handle, RESET)
    for factor in _account(city, handle).factors if factors else ():
        city.desk.do(RemoveFactor(handle=handle, name=factor.name), act_now(city))
    return told


@accounts.command()
@click.argument("handle")
@telling("writing", to="keep accounts")
def disable(city: Gridward, handle: str) -> Told:
    """Let nobody sign in with it; open sessions and keys end at once."""
    from workflows.account.commands import DisableAccount

    city.desk.do(DisableAccount(handle=handle), act_now(city))
    return Told(data={"handle": handle}, lines=[f"Nobody signs in as {handle} any more."])


@accounts.command()
@click.argument("handle")
@telling("writing", to="keep accounts")
def enable(city: Gridward, handle: str) -> Told:
    """Let the person sign in again."""
    from workflows.account.commands import EnableAccount

    city.desk.do(EnableAccount(handle=handle), act_now(city))
    return Told(data={"handle": handle}, lines=[f"{handle} may sign in again."])


@accounts.command("list")
@click.option("--area", type=AREA, help="Only people who serve in this area or below it.")
@click.option("--role", help="Only holders of this role.")
@click.option("--after", help="Go on after this handle.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=_PAGE, show_default=True)
@telling(to="keep accounts")
def list_(
    city: Gridward, *, area: AreaCode | None, role: str | None, after: str | None, limit: int
) -> Told:
    """List the people who serve today, and how their accounts stand."""
    from ops.cli.reaching import area_listed
    from projections.people.queries import serving
    from workflows.account.standing import standings

    within = area_listed("keep accounts", area) or top_area(city)
    if within is None:
        return Told(data=[], lines=["There are no areas yet, so nobody has a post."])
    with city.store.reading() as conn:
        handles = serving(conn, within, today(city), role=role, after=after, limit=limit)
    found = standings(city.ledger, handles, city.now())
    rows = [
        (one.handle, one.state, ", ".join(one.factors), one.keys, _day(city, one.link_until))
        for one in found
    ]
    lines = table(_HEADS, rows)
    if len(found) == limit:
        lines.append(f"There may be more: --after {found[-1].handle}")
    return Told(data=found, lines=lines or ["Nobody."])


@accounts.command()
@click.argument("handle")
@telling(to="keep accounts")
def show(city: Gridward, handle: str) -> Told:
    """Show how one account stands."""
    from ops.cli.reaching import must_see_person
    from workflows.account.standing import standing_of

    must_see_person("keep accounts", handle)
    found = standing_of(_account(city, handle), handle, city.now())
    told = {
        "handle": handle,
        "state": found.state,
        "second factors": ", ".join(found.factors) or "none",
        "keys": found.keys,
        "link until": _day(city, found.link_until),
        "sessions": city.sessions.count(handle, city.now()),
    }
    data = {"account": found, "sessions": told["sessions"]}
    return Told(data=data, lines=pairs(told))


@accounts.command()
@click.argument("handle")
@click.option("--provider", required=True, help="Its name in the file of GRIDWARD_OIDC.")
@click.option("--subject", prompt="Subject", help="Who the person is there (claim sub).")
@click.option("--remove", is_flag=True, help="Take the identity from the person.")
@telling("writing", to="keep accounts")
def bind(city: Gridward, handle: str, *, provider: str, subject: str, remove: bool) -> Told:
    """Let an identity of a sign-in provider sign a person in; only its digest is kept."""
    from domain.account.identity import identity_id
    from ops.providers import providers_of
    from workflows.account.commands import BindIdentity, UnbindIdentity

    known = {one.name: one.issuer for one in providers_of(city.settings.oidc)}
    if provider not in known:
        reason = f"There is no sign-in provider '{provider}'. GRIDWARD_OIDC names the file of them."
        raise Refused("no-such-provider", reason, known=sorted(known))
    identity = identity_id(known[provider], subject)
    if remove:
        city.desk.do(UnbindIdentity(handle=handle, identity=identity), act_now(city))
        said = f"This identity of {provider} signs nobody in any more."
    else:
        order = BindIdentity(handle=handle, provider=provider, identity=identity)
        city.desk.do(order, act_now(city))
        said = f"This identity of {provider} signs in as {handle}."
    return Told(data={"handle": handle, "provider": provider}, lines=[said])


@accounts.group()
def keys() -> None:
    """Keys by which machines act as a person."""


@keys.command("issue")
@click.argument("handle")
@click.option("--label", required=True, help="What the key is for.")
@click.option("--role", required=True, help="The role the machine acts in.")
@click.option("--area", type=AREA, required=True, help="It reaches this area and below.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), required=True)
@click.option("--days", type=click.IntRange(1, _LONGEST_LIFE), default=90, show_default=True)
@telling("writing", to="keep accounts")
def issue(  # click gives each option apart
    city: Gridward,
    handle: str,
    *,
    label: str,
    role: str,
    area: AreaCode,
    scopes: tuple[str, ...],
    days: int,
) -> Told:
    """Issue a key; it is shown this once."""
    from web.account.keys import new_secret, written
    from workflows.account.commands import IssueKey

    secret, digest = new_secret()
    order = IssueKey(
        handle=handle,
        label=label,
        role=role,
        area=area,
        scopes=scopes,
        digest=digest,
        expires_at=city.now() + timedelta(days=days),
    )
    city.desk.do(order, act_now(city))
    key = _account(city, handle).keys[-1]
    shown = written(handle, key.name, secret)
    lines = [shown, f"Shown this once. It lasts until {_day(city, key.expires_at)}."]
    return Told(data={"key": key.name, "secret": shown, "expires_at": key.expires_at}, lines=lines)


@keys.command("list")
@click.argument("handle")
@telling(to="keep accounts")
def list_keys(city: Gridward, handle: str) -> Told:
    """List a person's keys, revoked ones too."""
    from ops.cli.reaching import must_see_person

    must_see_person("keep accounts", handle)
    found = _account(city, handle).keys
    data = [
        {
            "key": key.name,
            "label": key.label,
            "role": key.role,
            "area": key.area,
            "scopes": key.scopes,
            "expires_at": key.expires_at,
            "revoked": key.revoked,
        }
        for key in found
    ]
    rows = [
        (
            *(key.name, key.label, key.role, key.area, ", ".join(key.scopes)),
            "revoked" if key.revoked else _day(city, key.expires_at),
        )
        for key in found
    ]
    lines = table(("key", "label", "role", "area", "scopes", "until"), rows)
    return Told(data=data, lines=lines or ["No keys."])


@keys.command("revoke")
@click.argument("handle")
@click.argument("key")
@telling("writing", to="keep accounts")
def revoke(city: Gridward, handle: str, key: str) -> Told:
    """Take a key back; it opens nothing from the next request on."""
    from workflows.account.commands import RevokeKey

    city.desk.do(RevokeKey(handle=handle, name=key), act_now(city))
    return Told(data={"handle": handle, "key": key}, lines=[f"{key} opens nothing any more."])


def _linked(city: Gridward, handle: str, purpose: str) -> Told:
    from web.account.links import LASTS, link_path, make_link

    secret = make_link(city.desk, handle, purpose, act_now(city))
    path, until = link_path(handle, secret), city.now() + LASTS
    data = {"handle": handle, "link": path, "expires_at": until}
    lines = [
        f"{_address(city.settings)}{path}",
        f"For {handle}, once, until {_day(city, until)}. Hand it over in private.",
    ]
    return Told(data=data, lines=lines)


def _account(city: Gridward, handle: str) -> Account:
    from domain.account.account import Account, account_id

    account = city.ledger.load(Account, account_id(handle))
    if not account.exists:
        reason = f"{handle} has no account. `gridward accounts open {handle}` opens one."
        raise Refused("no-such-account", reason, handle=handle)
    return account


def _address(settings: Settings) -> str:
    """Write where people reach the pages: under the first name, or on this machine."""
    if settings.hosts:
        return f"https://{settings.hosts[0]}"
    return f"http://{settings.host}:{settings.port}"


def _day(city: Gridward, at: object) -> str:
    from datetime import datetime

    return local(at, city.settings) if isinstance(at, datetime) else ""
