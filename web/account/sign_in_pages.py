"""Pages of signing in: password, second factor, one-time link; and signing out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from domain.account.account import Account
from domain.account.credentials import TOTP
from domain.kernel.refusals import Refused
from ledger.sessions import Session
from web.account import choosing, keys, passwords
from web.account.entering import NO_ROLE, enter, leave, session_now
from web.account.ordering import set_password
from web.account.proving import account_of, prove_code, prove_password
from web.city import the_city
from web.pages import local

blueprint = Blueprint("entry", __name__)


@blueprint.route("/sign-in")
def sign_in() -> Any:
    """Ask for person and password; whoever proved them goes on to the second factor."""
    if _waiting():
        return redirect(url_for("entry.factor", next=_target()), 303)
    return render_template("sign_in.html", target=_target(), refusal=None, handle="")


@blueprint.route("/sign-in", methods=["POST"])
def send_password() -> Any:
    """Take the password; whoever has a second factor proves it next."""
    handle = request.form.get("handle", "").strip().lower()
    try:
        account = prove_password(handle, request.form.get("password", ""))
    except Refused as refusal:
        page = render_template("sign_in.html", target=_target(), refusal=refusal, handle=handle)
        return page, 429 if refusal.code == "too-many-tries" else 401
    _rehash(account, request.form.get("password", ""))
    answer = redirect(_target(), 303)
    enter(answer, account_of(handle), factor=False)
    return answer


@blueprint.route("/sign-in/factor")
def factor() -> Any:
    """Ask for the second factor, or let one be made where the role needs it."""
    session = _waiting()
    if session is None:
        return redirect(url_for("entry.sign_in", next=_target()), 303)
    account = account_of(session.handle)
    if not account.factors:
        return redirect(url_for("account.show", next=_target()), 303)
    return _factor_page(account, None)


@blueprint.route("/sign-in/factor", methods=["POST"])
def send_code() -> Any:
    """Take a code of the authenticator, or the proof of a passkey."""
    session = _waiting()
    if session is None:
        return redirect(url_for("entry.sign_in"), 303)
    account = account_of(session.handle)
    try:
        if proof := request.form.get("passkey"):
            from web.account import passkeys  # loads much: only when somebody has one

            passkeys.prove(account, session, proof)
        else:
            prove_code(account, request.form.get("code", ""), the_city().now())
    except Refused as refusal:
        return _factor_page(account, refusal), 401
    answer = redirect(_target(), 303)
    enter(answer, account, factor=True)
    return answer


@blueprint.route("/sign-in/passkey", methods=["POST"])
def passkey_wish() -> Any:
    """Give the browser what a passkey has to sign."""
    session = _waiting()
    if session is None:
        raise Refused("sign-in-missing", "Sign in with your password first.")
    from web.account import passkeys

    wish = passkeys.wish_to_prove(account_of(session.handle), session)
    return Response(wish, content_type="application/json")


@blueprint.route("/sign-out", methods=["POST"])
def sign_out() -> Any:
    """End the session."""
    answer = redirect(url_for("entry.sign_in"), 303)
    leave(answer)
    return answer


@blueprint.route("/link/<handle>/<secret>")
def link(handle: str, secret: str) -> Any:
    """Ask for a new password; the link is used up only when it is set."""
    account = account_of(handle)
    account.must_be_good_link(keys.digest_of(secret), the_city().now())
    return render_template("link.html", account=account, secret=secret, refusal=None)


@blueprint.route("/link/<handle>/<secret>", methods=["POST"])
def use_link(handle: str, secret: str) -> Any:
    """Set the password by a one-time link, and ask to sign in with it."""
    account, digest = account_of(handle), keys.digest_of(secret)
    account.must_be_good_link(digest, the_city().now())
    password = request.form.get("password", "")
    try:
        choosing.must_be_good(password, handle=handle)
    except Refused as refusal:
        page = render_template("link.html", account=account, secret=secret, refusal=refusal)
        return page, 422
    set_password(handle, password, how="link", digest=digest)
    return redirect(url_for("entry.sign_in"), 303)


def _rehash(account: Account, password: str) -> None:
    """Hash anew a password whose hash was made with weaker parameters."""
    kept = the_city().ledger.words(account.id, account.password_version or 0, "password") or ""
    if passwords.is_outdated(kept):
        set_password(account.handle, password, how="rehash")


def _waiting() -> Session | None:
    """Give a session whose second factor is still to be proved."""
    session = session_now()
    return session if session and session.role == NO_ROLE and not session.factor else None


def _factor_page(account: Account, refusal: Refused | None) -> str:
    kinds = {one.kind for one in account.factors}
    return render_template(
        "factor.html", target=_target(), refusal=refusal, kinds=kinds, totp=TOTP in kinds
    )


def _target() -> str:
    return local(request.values.get("next"), url_for("who.home"))
