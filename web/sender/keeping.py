"""Orders to senders: register, revise, rotate the key, end; a key is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.sender.sender import Sender, sender_id
from web.admin.carrying import Wish, carried
from web.city import the_city
from web.sender.signing import new_signing_key
from workflows.sender import commands as ordered

KEEP = "keep senders"
Body = dict[str, Any]


def register(body: Body, *, dry: bool) -> dict[str, Any]:
    """Register a sender and give its first key, once."""
    code, reason = body["code"], body.pop("reason", None)

    def wish(secret: Words) -> Wish:
        plain = {**body, **_reach(body)}
        return _wish(code, ordered.RegisterSender(**plain, secret=secret))

    return _with_key(code, wish, dry=dry, reason=reason)


def rotate(body: Body, code: str, *, dry: bool) -> dict[str, Any]:
    """Give a sender another key, once; the one before stays good for a while."""
    overlap = timedelta(hours=body["overlap_hours"])

    def wish(secret: Words) -> Wish:
        return _wish(code, ordered.RotateSenderKey(code=code, overlap=overlap, secret=secret))

    return _with_key(code, wish, dry=dry, reason=body.get("reason"))


def revise(body: Body, code: str, *, dry: bool) -> dict[str, Any]:
    """Say anew where it reports, what, and until when."""
    order = ordered.ReviseSender(code=code, **_reach(body))
    return carried(lambda: _wish(code, order), dry=dry, reason=body.get("reason"))


def end(body: Body, code: str, *, dry: bool) -> dict[str, Any]:
    """Take nothing from it any more."""
    order = ordered.EndSender(code=code)
    return carried(lambda: _wish(code, order), dry=dry, reason=body.get("reason"))


def _with_key(
    code: str, wish: Callable[[Words], Wish], *, dry: bool, reason: str | None
) -> dict[str, Any]:
    secret = new_signing_key()
    words = Words(text=secret, key=the_city().desk.office.random_key())
    told = carried(lambda: wish(words), dry=dry, reason=reason)
    # An order that was sent before is answered as before, and its key was another one.
    return {**told, "secret": None if dry or _newest(code) != secret else secret}


def _newest(code: str) -> str | None:
    sender = the_city().ledger.load(Sender, sender_id(code))
    if not sender.keys:
        return None
    return the_city().ledger.words(sender.id, sender.keys[-1].version, "secret")


def _reach(body: Body) -> dict[str, Any]:
    return {
        "area": AreaCode(body["area"]),
        "categories": tuple(body["categories"]),
        "expires_at": body["expires_at"],
    }


def _wish(code: str, command: Any) -> Wish:
    """An order reaches where the sender reports, and where it is to report."""
    now = the_city().ledger.load(Sender, sender_id(code)).area
    asked = getattr(command, "area", None)
    places = tuple(dict.fromkeys(area for area in (now, asked) if area is not None))
    return Wish(action=KEEP, command=command, places=places)
