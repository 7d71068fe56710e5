"""One's own data as one file: all that is kept of a person or case, with photos and whistles.

A ZIP of ``data.json`` and ``photos/``. Every word comes with the key that proves it against the
commitment in the log. Secrets that prove who somebody is are named and left out. Of what a member
of staff did in cases the acts are listed, without the words in them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import msgspec
from flask import Response

from domain.account.account import account_id
from domain.incident.incident import Incident
from domain.kernel.ids import incident_number
from domain.people.person import person_id
from domain.privacy.dossier import dossier_id
from domain.privacy.searches import searches_id
from ledger.acts import acts_of
from ledger.mapper import canonical_body
from workflows.privacy.commands import ExportPerson

if TYPE_CHECKING:
    from domain.incident.photos import Photo
    from domain.kernel.act import Act
    from domain.kernel.facts import Fact
    from ledger.vault import Opened, Place
    from web.city import City

BASIS = "pipl-45"
"""The right to a copy of one's own data."""
WITHHELD = frozenset({"password", "secret"})
_CASE, _CALL = "case:", "call:"


def handed_out(city: City, subject: str, act: Act, *, basis: str = BASIS) -> bytes:
    """Record that the data are handed out, then give them; refuses ``person-is-erased``."""
    data, photos = data_of(city, subject, act, basis=basis)
    return _packed(city, subject, data, photos)


def data_of(
    city: City, subject: str, act: Act, *, basis: str = BASIS
) -> tuple[dict[str, Any], list[Photo]]:
    """Record that the data are handed out, then give what is told of them, and the photos."""
    kept = city.eraser.kept_of(subject)
    city.desk.do(ExportPerson(subject=subject, basis=basis, fields=len(kept)), act)
    photos = _photos_of(city, subject)
    records = _records_of(city, subject, [place.stream for place in kept])
    data = {
        "subject": subject,
        "made_at": act.at.isoformat(),
        "basis": basis,
        "records": [_record(city, stream, kept, subject=subject) for stream in records],
        "acts": _acts(city, subject),
        "photos": [_told(one) for one in photos],
    }
    return data, photos


def _acts(city: City, subject: str) -> list[dict[str, Any]]:
    """List what somebody did in cases: which case, which step, when; the words are others' too."""
    if subject.startswith(_CASE):
        return []
    return [
        {
            "record": str(fact.originator_id),
            "case": incident_number(fact.originator_id) if _is_of_case(fact) else None,
            "version": fact.originator_version,
            "what": fact.TOPIC,
            "step": getattr(fact, "step", None),
            "at": fact.act.at.isoformat(),
            "role": fact.act.role,
            "area": fact.act.area,
        }
        for fact in acts_of(city.ledger, subject, rooms=("incident.", "whistle."))
    ]


def _is_of_case(fact: Fact) -> bool:
    return fact.TOPIC.startswith("incident.")


def as_file(content: bytes, name: str) -> Response:
    """Answer with the file; nobody between keeps it."""
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _records_of(city: City, subject: str, streams: Iterable[UUID]) -> list[UUID]:
    """Give the records about somebody: the case and its whistles, or person and account."""
    if subject.startswith(_CALL):
        return list(dict.fromkeys(streams))
    if subject.startswith(_CASE):
        case = UUID(subject.removeprefix(_CASE))
        whistles = city.ledger.load(Incident, case).course.whistles
        about = [case, *whistles]
    else:
        about = [person_id(subject), account_id(subject), searches_id(subject)]
    found = dict.fromkeys([*about, *streams, dossier_id(subject)])
    return [stream for stream in found if city.ledger.facts(stream)]


def _record(
    city: City, stream: UUID, kept: Mapping[Place, Opened], *, subject: str
) -> dict[str, Any]:
    words: dict[int, dict[str, Any]] = defaultdict(dict)
    for place, opened in kept.items():
        if place.stream == stream:
            words[place.version][place.field] = _opened(place.field, opened)
    facts = city.ledger.facts(stream)
    own = not subject.startswith((_CASE, _CALL))
    if subject.startswith(_CALL):  # the case is about others, too
        facts = [one for one in facts if one.originator_version in words]
    return {
        "record": str(stream),
        "facts": [_fact(one, words[one.originator_version], own=own) for one in facts],
    }


def _fact(fact: Fact, words: Mapping[str, Any], *, own: bool) -> dict[str, Any]:
    """Tell what happened; of who did it, a resident learns the role and no handle."""
    body = msgspec.json.decode(canonical_body(fact))
    body.pop("act", None)
    who = {"role": fact.act.role, "area": fact.act.area}
    if own:
        who["person"] = fact.act.person
    return {
        "version": fact.originator_version,
        "what": fact.TOPIC,
        "at": fact.act.at.isoformat(),
        **who,
        "told": body,
        "words": words,
    }


def _opened(field: str, opened: Opened) -> dict[str, str]:
    if field in WITHHELD:
        return {"withheld": "kept to recognise you; nobody is shown it"}
    return {"words": opened.words, "commitment_key": opened.key.hex()}


def _photos_of(city: City, subject: str) -> list[Photo]:
    if not subject.startswith(_CASE):
        return []
    case = city.ledger.load(Incident, UUID(subject.removeprefix(_CASE)))
    return [one for one in case.photos.values() if city.photos.has(one.shown, of=subject)]


def _told(one: Photo) -> dict[str, Any]:
    """Tell of a photo as it is shown: what was blurred may be the face of somebody else."""
    taken = one.picture.taken_at
    return {
        "file": f"photos/{one.shown}.jpg",
        "sha256": one.shown,
        "kind": one.kind,
        "added_at": one.added_at.isoformat(),
        "taken_at": taken.isoformat() if taken else None,
        "blurred": one.blurred,
    }


def _packed(city: City, subject: str, data: Mapping[str, Any], photos: Iterable[Photo]) -> bytes:
    """Pack it in memory: no temporary file holds it."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        for one in photos:
            content = city.photos.get(one.shown, of=subject)
            file.writestr(f"photos/{one.shown}.jpg", content, compress_type=ZIP_STORED)
    return packed.getvalue()
