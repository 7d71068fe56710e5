"""One photo of a case as a page: seen large, blurred by hand, opened unblurred for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from domain.access.table import UNCOVERING
from domain.kernel.refusals import Refused
from web.city import the_city
from web.evidence.blurring import blur as blur_photo
from web.evidence.blurring import uncovered
from web.evidence.limits import MOST_RECTANGLES
from web.evidence.picture import Rectangle
from web.evidence.receiving import add_photo, of_form
from web.evidence.showing import may_photograph, photo_shown
from web.incident.case import case_of
from web.naming import Naming
from web.ordering import LONGEST_WAIT, usable_command_id
from web.pages import must_be_somebody
from web.statuses import status_of

if TYPE_CHECKING:
    from domain.incident.photos import Photo

blueprint = Blueprint("photo", __name__)
_PARTS = ("left", "top", "width", "height")
_HUNDRED = 100


@blueprint.route("/incidents/<uuid:incident>/photos", methods=["POST"])
def add(incident: UUID) -> Any:
    """Add a photo by the form on the case's page."""
    actor = must_be_somebody()
    case_of(incident)
    key = usable_command_id(request.form.get("key", ""))
    picture = of_form(actor, key)
    if picture is None:
        raise Refused("photo-missing", "Choose a photo first.")
    kind = request.form.get("kind", "before")
    add_photo(incident, picture, actor, key=key, wait=LONGEST_WAIT, kind=kind)
    return redirect(url_for("case.show", incident=incident, _anchor="photos"), 303)


@blueprint.route("/incidents/<uuid:incident>/photos/<photo>", methods=["GET"])
def show(incident: UUID, photo: str) -> Any:
    """Show a photo, and the tools for it."""
    must_be_somebody()
    return _page(incident, photo)


@blueprint.route("/incidents/<uuid:incident>/photos/<photo>/blur", methods=["POST"])
def blur(incident: UUID, photo: str) -> Any:
    """Blur the parts that were marked, or typed in hundredths of the photo."""
    actor = must_be_somebody()
    case = case_of(incident)
    try:
        key = usable_command_id(request.form.get("key", ""))
        parts = _marked(request.form.get("rectangles", "")) or _typed(photo_shown(case, photo))
        _, kept = blur_photo(case, photo, parts, actor, key=key)
    except Refused as refusal:
        if refusal.code in ("no-such-photo", "photo-blurred"):
            raise
        return _page(incident, photo, refusal=refusal), status_of(refusal)
    return redirect(url_for("photo.show", incident=incident, photo=kept), 303)


@blueprint.route("/incidents/<uuid:incident>/photos/<photo>/original", methods=["POST"])
def original(incident: UUID, photo: str) -> Any:
    """Answer with the photo as it was, once the reason is recorded."""
    actor = must_be_somebody()
    key = usable_command_id(request.form.get("key", ""))
    reason = request.form.get("reason", "").replace("\0", "")
    return uncovered(case_of(incident), photo, actor, reason=reason, key=key)


def _page(incident: UUID, photo: str, *, refusal: Refused | None = None) -> str:
    case = case_of(incident)
    one = photo_shown(case, photo)
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        naming.look_up(people=[one.person])
        return render_template(
            "photo.html",
            case=case,
            photo=one,
            what=naming.category(case.course.category),
            naming=naming,
            may_blur=may_photograph(case),
            may_uncover=one.blurred and case.reader.role in UNCOVERING,
            most=MOST_RECTANGLES,
            refusal=refusal,
        )


def _marked(given: str) -> list[Rectangle]:
    """Read what the script wrote: ``x,y,width,height`` in pixels, parted by semicolons."""
    found = [part.split(",") for part in given[:1000].split(";") if part]
    if not all(len(part) == len(_PARTS) and all(map(_is_short, part)) for part in found):
        return []
    return [Rectangle(*map(int, part)) for part in found]


def _typed(one: Photo) -> list[Rectangle]:
    """Read the fields that stand without scripts, in hundredths of the photo."""
    given = [request.form.get(name, "").strip() for name in _PARTS]
    if not all(map(_is_short, given)):
        return []
    left, top, width, height = map(int, given)
    wide, high = one.picture.width, one.picture.height
    return [
        Rectangle(
            x=left * wide // _HUNDRED,
            y=top * high // _HUNDRED,
            width=width * wide // _HUNDRED,
            height=height * high // _HUNDRED,
        )
    ]


def _is_short(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) < len("100000")
