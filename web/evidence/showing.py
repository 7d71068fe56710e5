"""Which photos of a case its reader sees, and a photo as an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from domain.kernel.refusals import Refused
from web.city import the_city
from web.evidence.picture import thumb_of

if TYPE_CHECKING:
    from domain.incident.photos import Photo
    from web.incident.case import Case

_KEPT = "private, max-age=31536000, immutable"


def photos_for(case: Case) -> list[Photo]:
    """Give the photos in the order they were added, without what is kept from this reader.

    Who reads no words of the case sees no photos of it either: both show people.
    """
    if "words" not in case.fields or not case.photos:
        return []
    return [photo for photo in _not_erased(case) if not _is_for_others(photo, case)]


def photo_shown(case: Case, photo: str) -> Photo:
    """Find a photo by its hash; refuses ``no-such-photo``, and ``photo-blurred`` to all."""
    for one in photos_for(case):
        if photo == one.shown:
            return one
        if photo == one.picture.photo:
            reason = (
                "This photo was blurred; another stands for it. A duty leader or an auditor may"
                " open it with a reason."
            )
            raise Refused("photo-blurred", reason, shown=one.shown)
    reason = "This case has no such photo. Open the case again and choose from those it has."
    raise Refused("no-such-photo", reason, photo=photo[:64])


def may_photograph(case: Case) -> bool:
    """Tell whether the reader works on cases of this kind, and so may add and blur photos."""
    role = case.definition.roles.get(case.reader.role)
    return role is not None and not role.reads_only


def as_answer(case: Case, photo: str, *, thumb: bool = False, keep: bool = True) -> Response:
    """Answer with a photo: a JPEG that is shown and never run, kept by this browser alone."""
    content = the_city().photos.get(photo, of=case.subject)
    answer = Response(thumb_of(content) if thumb else content, mimetype="image/jpeg")
    name = f"{case.number}-{photo[:8]}.jpg"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = _KEPT if keep else "no-store"
    answer.headers["Vary"] = "Authorization, Cookie"
    return answer


def _not_erased(case: Case) -> list[Photo]:
    life, kept = the_city().eraser.life(case.subject), the_city().photos
    if life.version > 1:  # a life before this one was erased, with the photos it had
        return [one for one in case.photos.values() if kept.has(one.shown, of=case.subject)]
    return [] if life.erased else list(case.photos.values())


def _is_for_others(photo: Photo, case: Case) -> bool:
    """A photo that a step asked is for who may read the answers to its field."""
    if photo.step is None or photo.person == case.reader.handle:
        return False
    definition = case.definition
    asked = [name for rule in definition.steps_named(photo.step) for name in rule.asks]
    fields = [definition.fields[name] for name in asked if definition.fields[name].kind == "photo"]
    return any(field.read_by and case.reader.role not in field.read_by for field in fields)
