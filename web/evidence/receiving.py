"""Taking a photo in: of a form or a bare body, drawn anew and kept, then added to a case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from flask import g, request

from domain.incident.photos import Picture
from domain.kernel.refusals import Refused
from web.access import must_reach_case
from web.city import city_zone, the_city
from web.evidence.limits import LONGEST_PHOTO
from web.evidence.picture import drawn_anew, too_large
from web.ordering import Done, carry_out
from web.scanning import must_be_clean
from workflows.evidence.commands import AddPhoto

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.datastructures import FileStorage

    from web.acting import Actor

ADD = "add a photo"
PICTURE = "picture"
BARE = frozenset({"image/jpeg", "image/png", "image/webp"})
FORM = "multipart/form-data"
_CLOCK_DIFFERENCE = timedelta(days=1)


class Receipt(msgspec.Struct, frozen=True):
    """Says that somebody sent a picture with the form of this key; kept beside the picture.

    A form that is shown again carries its hash, so that nobody takes the photo twice. Nobody can
    write one but we: whatever is sent is kept as a JPEG.
    """

    by: str
    key: str
    picture: Picture


def taken_in(content: bytes, actor: Actor, key: str) -> Picture:
    """Keep a picture and a receipt for it; refuses what ``drawn_anew`` refuses.

    Where the city has a virus scanner, it looks at what was sent before anything reads it.
    """
    must_be_clean(content)
    drawn, photos = drawn_anew(content, city_zone()), the_city().photos
    taken_at = drawn.said.taken_at
    if taken_at and taken_at > the_city().now() + _CLOCK_DIFFERENCE:
        taken_at = None  # a camera whose clock was never set
    picture = Picture(
        photo=photos.take_in(drawn.jpeg, by=actor.handle),
        original=drawn.original,
        width=drawn.width,
        height=drawn.height,
        taken_at=taken_at,
        place=drawn.said.place,
    )
    receipt = Receipt(by=actor.handle, key=key, picture=picture)
    g.receipt = photos.take_in(msgspec.json.encode(receipt), by=actor.handle)
    return picture


def of_form(actor: Actor, key: str, name: str = PICTURE) -> Picture | None:
    """Take in the picture of a form, or the one that came with it before; None where none did."""
    content = _content(request.files.get(name))
    if content:
        return taken_in(content, actor, key)
    receipt = request.form.get("receipt", "")
    return _received(receipt, actor, key) if receipt else None


def of_body(actor: Actor, key: str) -> Picture:
    """Take in the picture that a program sends, bare or as the only file of a form."""
    if request.mimetype == FORM:
        files = list(request.files.values())
        if len(files) != 1:
            reason = "Send one photo at a time, as the only file of the form."
            raise Refused("photo-missing", reason, files=len(files))
        content = _content(files[0])
    elif request.mimetype in BARE:
        content = request.get_data(cache=False)
    else:
        reason = "Send a JPEG, PNG or WebP, as it is or as the file of a form."
        raise Refused("photo-wrong-type", reason, given=request.mimetype[:60])
    return taken_in(content, actor, key)


def of_file(file: FileStorage | None, actor: Actor, key: str) -> Picture:
    """Take in one file among several of a form; refuses ``photo-missing``."""
    content = _content(file)
    if not content:
        reason = "The form holds no file in the field that this order names. Send it along."
        raise Refused("photo-missing", reason)
    return taken_in(content, actor, key)


def receipt_now() -> str:
    """Give the receipt that the form shown next carries on."""
    return str(g.get("receipt", ""))


def add_photo(
    incident: UUID,
    picture: Picture,
    actor: Actor,
    *,
    key: str,
    wait: float,
    kind: str = "before",
    step: str | None = None,
) -> Done:
    """Order that a picture be added; the act is of the case's area."""
    area = must_reach_case(ADD, incident).area
    act = actor.act(area=area, command_id=key, at=the_city().now())
    command = AddPhoto(incident=incident, picture=picture, kind=kind, step=step)
    return carry_out(command, act, wait=wait)


def photo_key(key: str) -> str:
    """Give the id of the order that adds the photo of a form, beside the order of the form."""
    return f"{key[:190]}:photo"


def _content(file: FileStorage | None) -> bytes:
    """Read a file, no further than is kept; its name and type are words of the sender."""
    if file is None:
        return b""
    content = file.stream.read(LONGEST_PHOTO + 1)
    if len(content) > LONGEST_PHOTO:
        raise too_large()
    return content


def _received(hash_: str, actor: Actor, key: str) -> Picture | None:
    photos = the_city().photos
    if not photos.has(hash_, of=actor.handle):
        return None
    try:
        receipt = msgspec.json.decode(photos.get(hash_, of=actor.handle), type=Receipt)
    except msgspec.MsgspecError:
        return None
    if (receipt.by, receipt.key) != (actor.handle, key):
        return None
    g.receipt = hash_
    return receipt.picture
