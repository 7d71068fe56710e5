"""A form that came without a sign-in, or too late: kept on a page, from where it is sent again."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, render_template, request, url_for

from domain.kernel.refusals import Refused
from web.problems import problem
from web.statuses import NOT_YOU, WHO
from web.watching import note

SECRETS = frozenset({"password", "current", "old", "code", "secret", "passkey", "token"})
"""Fields that no page repeats; a form that has none but these is begun anew."""
WORDS = frozenset({"words", "remark", "reason", "result", "name", "callback", "address", "said"})
"""Fields whose text is shown to who wrote it, so that it is seen to be there."""


class Unchosen(Exception):
    """Nobody is signed in in this browser, or nobody was chosen in the sample city."""


class FormExpired(Exception):
    """The form does not carry the token of this browser."""


def register_again(app: Flask) -> None:
    """Answer both with the form itself."""
    app.register_error_handler(Unchosen, sign_in_first)
    app.register_error_handler(FormExpired, _send_anew)


def sign_in_first(_error: Unchosen) -> Any:
    """Send a reader to sign in and back; keep what a writer wrote until that is done."""
    if request.path.endswith((".json", ".csv")):
        reason = "Sign in at /sign-in first, or use /api/v1 with a key."
        return problem(WHO, "sign-in-missing", reason)
    if request.method == "POST" and not _has_secrets():
        return _kept_form(signed_out=True), WHO
    target = request.full_path if request.method == "GET" else "/"
    return redirect(url_for("who.home", next=target.rstrip("?")), 303)


def _send_anew(_error: FormExpired) -> Any:
    note("form-expired")
    if not _has_secrets() and request.accept_mimetypes.accept_html:
        return _kept_form(signed_out=False), NOT_YOU
    reason = "This form has expired. Load the page again and send it once more."
    refusal = Refused("form-expired", reason)
    return problem(NOT_YOU, refusal.code, refusal.reason)


def _has_secrets() -> bool:
    return bool((SECRETS - {"token"}) & set(request.form))


def _kept_form(*, signed_out: bool) -> str:
    """Show the form with all that was typed; only a file has to be chosen once more."""
    fields = [(name, one) for name, one in request.form.items(multi=True) if name not in SECRETS]
    return render_template(
        "again.html",
        signed_out=signed_out,
        fields=fields,
        written=[one for name, one in fields if name in WORDS and one.strip()],
        files=sorted({name for name, one in request.files.items(multi=True) if one.filename}),
    )
