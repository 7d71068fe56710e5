"""Cookies: by https a browser keeps them for this very host alone, and no script reads them.

Their names begin with ``__Host-`` then, so that neither plain http nor a neighbouring host can lay
one in (RFC 6265bis, 4.1.3). Plain http is for this machine only, and has no such names.
"""

from __future__ import annotations

from flask import request
from werkzeug import Response

EVERYWHERE = "/"


def cookie_name(name: str, path: str = EVERYWHERE) -> str:
    """Give the name that a cookie bears on the way this request came."""
    if not request.is_secure:
        return name
    return f"__Host-{name}" if path == EVERYWHERE else f"__Secure-{name}"


def given_cookie(name: str, path: str = EVERYWHERE) -> str:
    """Give what the browser kept; empty where it kept nothing."""
    return request.cookies.get(cookie_name(name, path), "")


def keep_cookie(
    answer: Response, name: str, value: str, *, seconds: int | None = None, path: str = EVERYWHERE
) -> None:
    """Let the browser keep something, until it is closed where no time is given.

    SameSite is Lax: who comes by a link from elsewhere is still signed in, no form from there is.
    """
    answer.set_cookie(
        cookie_name(name, path),
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
        path=path,
    )


def forget_cookie(answer: Response, name: str, path: str = EVERYWHERE) -> None:
    """Take a cookie back."""
    answer.delete_cookie(
        cookie_name(name, path),
        path=path,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
