"""Pages of signing in with a provider: going there, and coming back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from domain.account.account import Account
from domain.account.identity import Identity, identity_id
from domain.kernel.refusals import Refused
from web.account import keys, visiting
from web.account.entering import enter
from web.account.id_tokens import Published
from web.account.ordering import own_act
from web.account.providers import PROVIDERS, Client, Provider, id_token_for
from web.account.proving import account_of
from web.city import the_city
from web.languages import language
from web.pages import local
from workflows.account.commands import BindIdentity, UseLink

blueprint = Blueprint("providers", __name__, url_prefix=visiting.PATH)


@blueprint.route("/<name>", methods=["POST"])
def go(name: str) -> Any:
    """Send the browser to the provider; a one-time link in the form binds who comes back.

    A page does it and no redirect: no form of ours may lead to another site (form-action).
    """
    published = _published(name)
    published.refresh()
    visit = visiting.new_visit(name, local(request.form.get("next"), url_for("who.home")), _link())
    with Client(published.provider, _back(name)) as client:
        address, _ = client.create_authorization_url(
            published.address("authorization_endpoint"),
            state=visit.state,
            code_verifier=visit.verifier,
            nonce=visit.nonce,
        )
    title = published.provider.title[language()]
    answer = Response(render_template("going.html", address=address, title=title))
    visiting.remember(answer, visit)
    return answer


@blueprint.route("/<name>/back")
def back(name: str) -> Any:
    """Take in who comes back; whoever needs a second factor proves it next."""
    published = _published(name)
    visit = visiting.returned(name, request.args.get("state", ""))
    published.refresh()
    _must_be_from(published)
    token = id_token_for(
        published.provider,
        published.address("token_endpoint"),
        code=request.args.get("code", ""),
        verifier=visit.verifier,
        redirect_uri=_back(name),
    )
    claims = published.claims(token, nonce=visit.nonce)
    account = _account(published.provider, claims, visit)
    answer = redirect(visit.target, 303)
    enter(answer, account, factor=_second_factor(published.provider, claims))
    visiting.forget(answer)
    return answer


def _published(name: str) -> Published:
    found: Published | None = current_app.extensions[PROVIDERS].get(name)
    if found is None:
        raise Refused("no-such-provider", "Nobody signs in with this provider here.")
    return found


def _must_be_from(published: Published) -> None:
    """Refuse an answer of another issuer (RFC 9207), and one that says no."""
    promised = published.metadata.get("authorization_response_iss_parameter_supported")
    given = request.args.get("iss", None if promised else published.provider.issuer)
    if given != published.provider.issuer or not request.args.get("code"):
        reason = "The provider did not let you in. Sign in once more, or with your password."
        raise Refused("provider-answer-not-good", reason, provider=published.provider.name)


def _account(provider: Provider, claims: dict[str, Any], visit: visiting.Visit) -> Account:
    """Give whose identity it is; refuses ``identity-unknown``."""
    identity = identity_id(provider.issuer, claims["sub"])
    handle = the_city().ledger.load(Identity, identity).handle
    if visit.link is not None:
        handle = _bound_by_link(provider, identity, *visit.link)
    elif not handle and provider.trusted_handles:
        handle = _bound_by_name(provider, identity, str(claims.get(provider.handle_claim, "")))
    account = account_of(handle)
    if not handle or not account.usable:
        reason = "This identity belongs to nobody here. Ask your administrator for a link."
        raise Refused("identity-unknown", reason, provider=provider.name)
    return account


def _bound_by_link(provider: Provider, identity: UUID, handle: str, digest: str) -> str:
    """Use the link up first: whatever happens next, it binds one identity only."""
    held_by = the_city().ledger.load(Identity, identity).handle
    if held_by and held_by != handle:
        reason = "This identity belongs to another person already. Sign in with another one."
        raise Refused("identity-taken", reason)
    the_city().desk.do(UseLink(handle=handle, digest=digest), own_act(handle))
    _bind(provider, identity, handle)
    return handle


def _bound_by_name(provider: Provider, identity: UUID, handle: str) -> str:
    if account_of(handle).usable:
        _bind(provider, identity, handle)
    return handle


def _bind(provider: Provider, identity: UUID, handle: str) -> None:
    order = BindIdentity(handle=handle, provider=provider.name, identity=identity)
    the_city().desk.do(order, own_act(handle))


def _second_factor(provider: Provider, claims: dict[str, Any]) -> bool:
    ways = claims.get("amr")
    proved = isinstance(ways, list) and set(map(str, ways)) & set(provider.second_factor_by_amr)
    return bool(proved) or claims.get("acr") in provider.second_factor_by_acr


def _link() -> tuple[str, str] | None:
    """Give the one-time link the form was sent from; refuses ``link-not-good`` at once."""
    handle, secret = request.form.get("link_handle", ""), request.form.get("link_secret", "")
    if not secret:
        return None
    digest = keys.digest_of(secret)
    account_of(handle).must_be_good_link(digest, the_city().now())
    return handle, digest


def _back(name: str) -> str:
    """Write the exact address to come back to, as the provider has it on its list."""
    return request.host_url.rstrip("/") + url_for("providers.back", name=name)
