"""The picture that a signed message may carry: drawn anew like every photo, added to its case."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.refusals import Refused
from web.city import the_city
from web.evidence.limits import LONGEST_SENT_PHOTO
from web.evidence.picture import too_large
from web.evidence.receiving import photo_key, taken_in
from web.ordering import carry_out
from workflows.evidence.commands import AddPhoto

if TYPE_CHECKING:
    from domain.incident.photos import Picture
    from web.acting import Actor


def picture_in(written: str | None, actor: Actor, key: str) -> Picture | None:
    """Take a picture in; refuses what is no base64 and what the cleaning of photos refuses."""
    if written is None:
        return None
    try:
        content = b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        reason = "The picture is no base64. Encode the file as it is, without line breaks."
        raise Refused("fields-invalid", reason, fields={"picture": [reason]}) from None
    if len(content) > LONGEST_SENT_PHOTO:
        raise too_large()
    return taken_in(content, actor, key)


def add_picture(
    incident: UUID, picture: Picture, actor: Actor, *, area: str, key: str, wait: float
) -> None:
    """Add the picture to the case that the message opened; sent again it is added once."""
    act = actor.act(area=area, command_id=photo_key(key), at=the_city().now())
    carry_out(AddPhoto(incident=incident, picture=picture, kind="before"), act, wait=wait)
