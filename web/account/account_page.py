"""One's own account: role, password, second factors, keys of machines, sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyotp
import segno
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup

from domain.account.account import Account
from domain.account.credentials import PASSKEY, SCOPES, TOTP
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.offices import WITH_SECOND_FACTOR
from domain.kernel.refusals import Refused
from domain.kernel.shifts import instant_of
from ledger.sessions import Session
from web.account import choosing, keys
from web.account.anew import has_password, must_prove_anew
from web.account.entering import change_role, enter, leave, roles_of, session_now
from web.account.ordering import change_own, own_act, set_password
from web.account.proving import account_of, good_step, prove_password
from web.city import the_city
from web.naming import Naming
from web.pages import local, reason
from web.privacy.own_data import as_file, handed_out
from web.rights import own_rights
from web.statuses import status_of
from workflows.account.commands import AddFactor, IssueKey, RemoveFactor, RevokeKey

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.route("")
def show() -> Any:
    """Show the account, and a new authenticator's secret to take a picture of."""
    return _page(_session())


@blueprint.route("/role", methods=["POST"])
def act_as() -> Any:
    """Act in another of one's roles."""
    session = _session()
    if not session.factor and _must_prove_more(session):
        raise Refused("second-factor-missing", "Set up a second factor first, at /account.")
    answer = redirect(local(request.form.get("next"), url_for("who.home")), 303)
    change_role(answer, session, request.form.get("role", ""))
    return answer


@blueprint.route("/password", methods=["POST"])
def change_password() -> Any:
    """Change the password; whoever does must know the old one."""
    session = _session()
    wanted = request.form.get("password", "")
    try:
        prove_password(session.handle, request.form.get("old", ""))
        choosing.must_be_good(wanted, handle=session.handle)
    except Refused as refusal:
        return _page(session, refusal), 422
    set_password(session.handle, wanted, how="hand", rights=own_rights(session))
    return _again(session)


@blueprint.route("/totp", methods=["POST"])
def add_totp() -> Any:
    """Take an authenticator in, once it shows that it has the secret."""
    session = _session()
    secret, code = request.form.get("secret", ""), request.form.get("code", "")
    try:
        must_prove_anew(session)
    except Refused as refusal:
        return _page(session, refusal, secret=secret), status_of(refusal)
    step = _step_of(secret, code)
    if step is None:
        told = "This code does not come from the secret shown. Add it again and type the next."
        return _page(session, Refused("code-not-good", told), secret=secret), 422
    kept = Words(text=secret, key=the_city().desk.office.random_key())
    change_own(session, AddFactor(handle=session.handle, name=TOTP, kind=TOTP, secret=kept))
    the_city().factors.use(session.handle, TOTP, step)
    return _again(session, factor=True)


@blueprint.route("/passkey/wish", methods=["POST"])
def passkey_wish() -> Any:
    """Give the browser what it needs to make a passkey, or say why not."""
    session = _session()
    from web.account import passkeys  # loads much: only when somebody makes one

    try:
        must_prove_anew(session)
    except Refused as refusal:
        return jsonify({"code": refusal.code, "reason": reason(refusal)}), status_of(refusal)
    wish = passkeys.wish_to_register(account_of(session.handle), session)
    return Response(wish, content_type="application/json")


@blueprint.route("/passkey", methods=["POST"])
def add_passkey() -> Any:
    """Take a passkey in."""
    session = _session()
    from web.account import passkeys

    try:
        must_prove_anew(session)
    except Refused as refusal:
        return _page(session, refusal), status_of(refusal)
    name, public_key = passkeys.registered(session, request.form.get("passkey", ""))
    order = AddFactor(handle=session.handle, name=name, kind=PASSKEY, public_key=public_key)
    change_own(session, order)
    return _again(session, factor=True)


@blueprint.route("/factor/remove", methods=["POST"])
def remove_factor() -> Any:
    """Take a second factor away."""
    session = _session()
    try:
        must_prove_anew(session)
    except Refused as refusal:
        return _page(session, refusal), status_of(refusal)
    change_own(session, RemoveFactor(handle=session.handle, name=request.form.get("factor", "")))
    return _again(session)


@blueprint.route("/keys", methods=["POST"])
def issue_key() -> Any:
    """Issue a key to a machine; the secret is shown this once."""
    session = _session()
    secret, digest = keys.new_secret()
    now = the_city().now()
    days = min(max(request.form.get("days", 90, int), 1), 366)
    order = IssueKey(
        handle=session.handle,
        label=request.form.get("label", ""),
        role=session.role,
        area=AreaCode(request.form.get("area", "")),
        scopes=tuple(scope for scope in SCOPES if scope in request.form.getlist("scope")),
        digest=digest,
        expires_at=now + timedelta(days=days),
    )
    try:
        must_prove_anew(session)
        change_own(session, order, role=session.role)
    except Refused as refusal:
        return _page(session, refusal), 422
    name = account_of(session.handle).keys[-1].name
    return _page(session, issued=keys.written(session.handle, name, secret))


@blueprint.route("/keys/revoke", methods=["POST"])
def revoke_key() -> Any:
    """Take a key back."""
    session = _session()
    change_own(session, RevokeKey(handle=session.handle, name=request.form.get("key", "")))
    return redirect(url_for("account.show"), 303)


@blueprint.route("/sign-out-everywhere", methods=["POST"])
def sign_out_everywhere() -> Any:
    """End every session of this person."""
    session = _session()
    answer = redirect(url_for("entry.sign_in"), 303)
    the_city().sessions.end_all(session.handle)
    leave(answer)
    return answer


@blueprint.route("/data", methods=["POST"])
def own_data() -> Any:
    """Hand out all that is kept of oneself, as a file."""
    handle = _session().handle
    return as_file(handed_out(the_city(), handle, own_act(handle)), handle)


def _session() -> Session:
    session = session_now()
    if session is None:
        raise Refused("sign-in-missing", "You are not signed in (any more). Sign in again.")
    return session


def _must_prove_more(session: Session) -> bool:
    account = account_of(session.handle)
    return bool(account.factors or WITH_SECOND_FACTOR.intersection(roles_of(session.handle)))


def _again(session: Session, *, factor: bool | None = None) -> Any:
    """Begin a session anew: the change ended all that were open, this one too."""
    answer = redirect(url_for("account.show"), 303)
    account = account_of(session.handle)
    enter(answer, account, factor=session.factor if factor is None else factor, role=session.role)
    return answer


def _page(
    session: Session, refusal: Refused | None = None, *, secret: str = "", issued: str = ""
) -> str:
    account = account_of(session.handle)
    secret = secret or pyotp.random_base32()
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        name = naming.person(session.handle)
        roles = [(role, naming.role(role)) for role in roles_of(session.handle)]
    return render_template(
        "account.html",
        session=session,
        account=account,
        name=name,
        roles=roles,
        scopes=SCOPES,
        issued=issued,
        refusal=refusal,
        secret=secret,
        picture=_picture(account, secret),
        last_used=_last_used(account),
        open_sessions=the_city().sessions.count(session.handle, the_city().now()),
        has_password=has_password(account),
        must_have_factor=not session.role and not account.factors,
    )


def _picture(account: Account, secret: str) -> Markup:
    """Draw the secret as authenticators read it (otpauth URI as QR code)."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.handle, issuer_name="Gridward")
    drawn = segno.make(uri, micro=False).svg_inline(scale=4, border=2)
    return Markup(drawn)  # noqa: S704  # drawn by us from base32 and a handle


def _last_used(account: Account) -> dict[str, datetime]:
    factors = the_city().factors
    last = {key.name: factors.last(account.handle, f"key:{key.name}") for key in account.keys}
    return {name: instant_of(at) for name, at in last.items() if at}


def _step_of(secret: str, code: str) -> int | None:
    try:
        return good_step(secret, code, the_city().now())
    except ValueError:  # not base32: somebody changed the form
        return None
