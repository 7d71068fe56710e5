"""Photos of a case: kept elsewhere by their SHA-256; the facts say which, of when and of where.

A photo with a face or a number plate is blurred by hand: a new photo stands for it from then on,
and whoever opens the one before says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.places import Place
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words

MOST_PHOTOS = 60
KINDS = ("before", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is kept: ``photo`` is its hex SHA-256, ``original`` that of what was sent.

    ``width`` and ``height`` in pixels; ``taken_at`` and ``place`` as the camera said, if it did.
    """

    photo: str
    original: str
    width: int
    height: int
    taken_at: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo of the case: ``shown`` is the photo that stands for it, itself until blurred."""

    picture: Picture
    kind: str
    step: str | None
    person: str
    added_at: datetime
    shown: str

    @property
    def blurred(self) -> bool:
        """Whether another stands for what was added."""
        return self.shown != self.picture.photo


@fact("incident.photo-added")
@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAdded(Fact):
    """A photo was added; ``kind`` says before or after the handling, ``step`` what it was for."""

    photo: str
    original: str
    kind: str
    width: int
    height: int
    taken_at: datetime | None = None
    place: Place | None = None
    step: str | None = None


@fact("incident.photo-blurred")
@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoBlurred(Fact):
    """Parts of a photo were made unreadable: ``blurred`` stands for ``photo`` from now on."""

    photo: str
    blurred: str
    parts: int


@fact("incident.photo-uncovered")
@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoUncovered(Fact):
    """Somebody opened a photo as it was before it was blurred, and said why."""

    photo: str
    reason: Confided | None = None


def add(incident: Incident, act: Act, *, picture: Picture, kind: str, step: str | None) -> None:
    """Add a photo, once; refuses ``photo-kind-unknown`` and ``photos-too-many``."""
    if kind not in KINDS:
        reason = f"A photo is taken {' or '.join(KINDS)} the handling; '{kind[:40]}' is neither."
        raise Refused("photo-kind-unknown", reason, known=list(KINDS))
    if picture.photo in shown_photos(incident):
        return
    if len(incident.photos) >= MOST_PHOTOS:
        reason = f"A case keeps at most {MOST_PHOTOS} photos. Add this one to a case of its own."
        raise Refused("photos-too-many", reason, most=MOST_PHOTOS)
    incident.tell(
        PhotoAdded(
            act=act,
            photo=picture.photo,
            original=picture.original,
            kind=kind,
            width=picture.width,
            height=picture.height,
            taken_at=picture.taken_at,
            place=picture.place,
            step=step,
        )
    )


def blur(incident: Incident, act: Act, *, photo: str, blurred: str, parts: int) -> None:
    """Let a blurred photo stand for the one that is shown; refuses ``no-such-photo``."""
    if blurred not in shown_photos(incident):
        added = photo_of(incident, photo).picture.photo
        incident.tell(PhotoBlurred(act=act, photo=added, blurred=blurred, parts=parts))


def uncover(incident: Incident, act: Act, *, photo: str, reason: Words) -> None:
    """Note that a photo is opened unblurred; refuses ``no-such-photo``."""
    added = photo_of(incident, photo).picture.photo
    confided = incident.confide(reason, field="reason")
    incident.tell(PhotoUncovered(act=act, photo=added, reason=confided))


def photo_of(incident: Incident, photo: str) -> Photo:
    """Give the photo of a case that is added or shown under a hash; refuses ``no-such-photo``."""
    for one in incident.photos.values():
        if photo in (one.picture.photo, one.shown):
            return one
    reason = "This case has no such photo. Open the case again and choose from those it has."
    raise Refused("no-such-photo", reason, photo=photo[:64])


def shown_photos(incident: Incident) -> set[str]:
    """Give every hash under which the case has a photo, blurred or not."""
    return {hash_ for one in incident.photos.values() for hash_ in (one.picture.photo, one.shown)}


def note(photos: dict[str, Photo], fact_: Fact) -> None:
    """Fold: facts of other kinds change nothing."""
    if isinstance(fact_, PhotoAdded):
        photos[fact_.photo] = Photo(
            picture=Picture(
                photo=fact_.photo,
                original=fact_.original,
                width=fact_.width,
                height=fact_.height,
                taken_at=fact_.taken_at,
                place=fact_.place,
            ),
            kind=fact_.kind,
            step=fact_.step,
            person=fact_.act.person,
            added_at=fact_.act.at,
            shown=fact_.photo,
        )
    elif isinstance(fact_, PhotoBlurred):
        photos[fact_.photo] = replace(photos[fact_.photo], shown=fact_.blurred)
