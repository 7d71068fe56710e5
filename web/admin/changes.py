"""What was changed of a person, unit, area, account, sender, rules or rota: when, by whom, why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.account.account import account_id
from domain.area.area import area_id
from domain.kernel.codes import AreaCode
from domain.kernel.reasons import ReasonGiven
from domain.kernel.refusals import Refused
from domain.people.person import person_id
from domain.people.roles import Post
from domain.people.rota import rota_id
from domain.people.unit import unit_id
from domain.rulebook.publication import publication_id
from domain.sender.sender import Sender, sender_id
from web.access import must_see, viewer
from web.acting import api_actor
from web.admin import schemas
from web.admin.places import Places, place, places_of, whole_city
from web.city import the_city
from web.openapi import Blueprint
from web.paging import page_of

blueprint = Blueprint("changes", __name__, description="What administrators changed, and why")
LOOK = "look at changes"
_AREA = re.compile(r"[0-9]{12}|[0-9]{15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a record: ``version`` counts them, ``what`` is the topic of the fact."""

    version: int
    at: datetime
    by: str
    role: str
    area: str
    what: str
    why: str | None


@blueprint.route("/admin/changes", methods=["GET"])
@blueprint.arguments(schemas.ChangesQuery, location="query")
@blueprint.response(200, schemas.ChangesOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def listed(query: dict[str, Any]) -> Any:
    """List the changes of one record, oldest first: who, when, what, and why."""
    api_actor()
    found = changes_of(query["kind"], query["code"])
    return page_of(found, query, lambda one: str(one.version))


def changes_of(kind: str, code: str) -> Sequence[Change]:
    """Give the changes of a record that the viewer may look at, oldest first.

    Refuses what the table refuses, ``no-such-record``, and a ``code`` that names none of its kind.
    """
    record, places = _RECORDS[kind](code)
    for where in places or viewer().places[:1] or (None,):
        must_see(LOOK, where)
    ledger = the_city().ledger
    facts = ledger.facts(record)
    if not facts:
        raise Refused("no-such-record", f"Nothing was ever recorded of the {kind} {code[:60]}.")
    words = ledger.words_of([record])
    said = {
        fact.act.command_id: words.get((record, fact.originator_version, "reason"))
        for fact in facts
        if isinstance(fact, ReasonGiven)
    }
    return [
        Change(
            version=fact.originator_version,
            at=fact.act.at,
            by=fact.act.person,
            role=fact.act.role,
            area=fact.act.area,
            what=fact.TOPIC,
            why=said.get(fact.act.command_id),
        )
        for fact in facts
        if not isinstance(fact, ReasonGiven)
    ]


def _person(code: str) -> tuple[UUID, Places]:
    return person_id(code), places_of(code)


def _account(code: str) -> tuple[UUID, Places]:
    return account_id(code), places_of(code)


def _unit(code: str) -> tuple[UUID, Places]:
    return unit_id(code), place(None, code)


def _area(code: str) -> tuple[UUID, Places]:
    return area_id(AreaCode(code)), (AreaCode(code),)


def _sender(code: str) -> tuple[UUID, Places]:
    area = the_city().ledger.load(Sender, sender_id(code)).area
    return sender_id(code), (area,) if area else ()


def _rules(code: str) -> tuple[UUID, Places]:
    """Rules hold in the whole city."""
    kind, _, name = code.partition("/")
    return publication_id(kind, name), whole_city()


def _rota(code: str) -> tuple[UUID, Places]:
    """A rota is of a role at an area, a unit or both: ``acceptor@120101001000``."""
    role, *at = code.split("@")
    area = next((AreaCode(one) for one in at if _AREA.fullmatch(one)), None)
    unit = next((one for one in at if not _AREA.fullmatch(one)), None)
    return rota_id(Post(role=role, area=area, unit=unit)), place(area, unit)


_RECORDS: Mapping[str, Callable[[str], tuple[UUID, Places]]] = {
    "account": _account,
    "area": _area,
    "person": _person,
    "rota": _rota,
    "rules": _rules,
    "sender": _sender,
    "unit": _unit,
}
