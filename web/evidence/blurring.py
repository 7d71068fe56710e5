"""Blurring a photo by hand, and opening it unblurred for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused
from web.access import must_reach_case
from web.city import the_city
from web.evidence.limits import MOST_RECTANGLES
from web.evidence.picture import Rectangle, blurred
from web.evidence.receiving import ADD
from web.evidence.showing import as_answer, photo_shown, photos_for
from web.ordering import LONGEST_WAIT, Done, carry_out
from workflows.evidence.commands import BlurPhoto, UncoverPhoto

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from domain.incident.photos import Photo
    from web.acting import Actor
    from web.incident.case import Case

UNCOVER = "open a blurred photo"


def blur(
    case: Case, photo: str, rectangles: Sequence[Rectangle], actor: Actor, *, key: str
) -> tuple[Done, str]:
    """Keep a blurred photo and let it stand for this one; give its hash.

    Refuses ``rectangles-out-of-range`` where no part lies inside the photo.
    """
    must_reach_case(ADD, case.incident)
    shown = photo_shown(case, photo)
    if not 0 < len(rectangles) <= MOST_RECTANGLES:
        raise _no_parts()
    content, parts = blurred(the_city().photos.get(shown.shown, of=case.subject), rectangles)
    if parts == 0:
        raise _no_parts()
    kept = the_city().photos.take_in(content, by=actor.handle)
    command = BlurPhoto(incident=case.incident, photo=shown.shown, blurred=kept, parts=parts)
    act = actor.act(area=case.course.area, command_id=key, at=the_city().now())
    return carry_out(command, act, wait=LONGEST_WAIT), kept


def uncovered(case: Case, photo: str, actor: Actor, *, reason: str, key: str) -> Response:
    """Record why somebody opens a photo unblurred, then answer with it."""
    must_reach_case(UNCOVER, case.incident)
    one = _known(case, photo)
    command = UncoverPhoto(incident=case.incident, photo=one.picture.photo, reason=reason)
    act = actor.act(area=case.course.area, command_id=key, at=the_city().now())
    carry_out(command, act, wait=0)
    return as_answer(case, one.picture.photo, keep=False)


def _known(case: Case, photo: str) -> Photo:
    known = {hash_: one for one in photos_for(case) for hash_ in (one.picture.photo, one.shown)}
    if photo in known:
        return known[photo]
    return photo_shown(case, photo)  # which says that there is none


def _no_parts() -> Refused:
    reason = f"Mark 1 to {MOST_RECTANGLES} parts inside the photo, in its own pixels."
    return Refused("rectangles-out-of-range", reason, most=MOST_RECTANGLES)
