"""The API of photos: send one to a case, look at them, blur them, open them unblurred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for

from web.acting import api_actor
from web.evidence import schemas
from web.evidence.blurring import blur as blur_photo
from web.evidence.blurring import uncovered
from web.evidence.picture import Rectangle
from web.evidence.receiving import FORM, add_photo, of_body
from web.evidence.showing import as_answer, photo_shown, photos_for
from web.incident.api import COMMAND_HEADERS, DONE_HEADERS
from web.incident.case import case_of
from web.openapi import Blueprint, takes_photo
from web.ordering import Done, command_id, wait_wished
from web.statuses import TOO_LONG

if TYPE_CHECKING:
    from domain.incident.photos import Photo
    from web.incident.case import Case

blueprint = Blueprint("photos", __name__, description="Photos of incidents")
_MICRO = 1_000_000
_BINARY = {"type": "string", "format": "binary"}
_PICTURES: dict[str, Any] = {
    **{kind: {"schema": _BINARY} for kind in ("image/jpeg", "image/png", "image/webp")},
    FORM: {"schema": {"type": "object", "properties": {"picture": _BINARY}}},
}


@blueprint.route("/incidents/<uuid:incident>/photos", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS, requestBody={"required": True, "content": _PICTURES})
@blueprint.arguments(schemas.AddQuery, location="query")
@blueprint.response(201, schemas.PhotoDone, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(413, TOO_LONG.name)
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@takes_photo
def add(query: dict[str, Any], incident: UUID) -> Any:
    """Send a photo to a case: it is drawn anew, and what its camera wrote into it left out."""
    actor, key = api_actor(), command_id()
    case_of(incident)
    picture = of_body(actor, key)
    done = add_photo(incident, picture, actor, key=key, wait=wait_wished(), kind=query["kind"])
    return _done(incident, picture.photo, done)


@blueprint.route("/incidents/<uuid:incident>/photos", methods=["GET"])
@blueprint.response(200, schemas.PhotosOut)
@blueprint.alt_response(404, "NOT_FOUND")
def photos(incident: UUID) -> Any:
    """List the photos of a case."""
    api_actor()
    case = case_of(incident)
    return {"items": [_told(one, case) for one in photos_for(case)], "next": None}


@blueprint.route("/incidents/<uuid:incident>/photos/<photo>", methods=["GET"])
@blueprint.arguments(schemas.SizeQuery, location="query")
@blueprint.response(200, _BINARY, content_type="image/jpeg")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def show(query: dict[str, Any], incident: UUID, photo: str) -> Any:
    """Look at a photo."""
    api_actor()
    case = case_of(incident)
    found = photo_shown(case, photo)
    return as_answer(case, found.shown, thumb=query["size"] == "thumb")


@blueprint.route("/incidents/<uuid:incident>/photos/<photo>/blur", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.BlurIn)
@blueprint.response(201, schemas.PhotoDone, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def blur(body: dict[str, Any], incident: UUID, photo: str) -> Any:
    """Make parts of a photo unreadable; the new photo stands for it from then on."""
    actor, key = api_actor(), command_id()
    rectangles = [Rectangle(**one) for one in body["rectangles"]]
    done, kept = blur_photo(case_of(incident), photo, rectangles, actor, key=key)
    return _done(incident, kept, done)


@blueprint.route("/incidents/<uuid:incident>/photos/<photo>/original", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.UncoverIn)
@blueprint.response(200, _BINARY, content_type="image/jpeg")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def original(body: dict[str, Any], incident: UUID, photo: str) -> Any:
    """Open a photo as it was before it was blurred; who did and why is recorded."""
    actor, key = api_actor(), command_id()
    return uncovered(case_of(incident), photo, actor, reason=body["reason"], key=key)


def _done(incident: UUID, photo: str, done: Done) -> tuple[dict[str, Any], dict[str, str]]:
    url = url_for("photos.show", incident=incident, photo=photo)
    body = {"photo": photo, "url": url, "version": done.version}
    return body, {**done.headers, "Location": url}


def _told(one: Photo, case: Case) -> dict[str, Any]:
    picture, place = one.picture, one.picture.place if "place" in case.fields else None
    plain = ("original", "width", "height", "taken_at")
    return {
        **{name: getattr(picture, name) for name in plain},
        **{name: getattr(one, name) for name in ("kind", "step", "person", "added_at", "blurred")},
        "photo": one.shown,
        "url": url_for("photos.show", incident=case.incident, photo=one.shown),
        "place": place and {"lon": place.lon_e6 / _MICRO, "lat": place.lat_e6 / _MICRO},
    }
