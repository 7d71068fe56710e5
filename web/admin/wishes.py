"""Each order of administration: how it is made of what was sent, and where it reaches."""

from __future__ import annotations

from typing import Any

from domain.kernel.codes import AreaCode
from domain.people.rota import EVERY_DAY
from projections.incident.board import BoardFilter
from web.acting import api_actor
from web.admin.carrying import Wish, must_be_somebody
from web.admin.places import place, places_of, whole_city
from web.city import the_city
from workflows.area import commands as of_areas
from workflows.people import commands as of_people
from workflows.reading import rules_of
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import content_from

ROSTER, AREAS, RULES = "keep the roster", "change areas", "publish rules"
Body = dict[str, Any]


def enrol(body: Body) -> Wish:
    """Put somebody on the roster."""
    must_be_somebody(body["handle"])
    command = of_people.EnrolPerson(**body, key=the_city().desk.office.random_key())
    return Wish(action=ROSTER, command=command, places=())


def grant(body: Body, handle: str) -> Wish:
    """Let a person hold a role, perhaps as a deputy."""
    post = _post(body)
    command = of_people.GrantRole(handle=handle, **{**body, **post})
    return Wish(action=ROSTER, command=command, places=place(**post))


def end_role(body: Body, handle: str) -> Wish:
    """End a role."""
    post = _post(body)
    command = of_people.EndRole(handle=handle, **{**body, **post})
    return Wish(action=ROSTER, command=command, places=place(**post), cases=_cases_of(handle))


def leave(body: Body, handle: str) -> Wish:
    """Let a person leave the service."""
    command = of_people.LeaveService(handle=handle, **body)
    where = places_of(handle, body["from_day"])
    return Wish(action=ROSTER, command=command, places=where, cases=_cases_of(handle))


def absent(body: Body, handle: str) -> Wish:
    """Say that a person is away."""
    command = of_people.BeAbsent(handle=handle, **body)
    return Wish(action=ROSTER, command=command, places=places_of(handle), cases=_cases_of(handle))


def back(body: Body, handle: str) -> Wish:
    """Say that a person came back earlier."""
    command = of_people.ComeBack(handle=handle, **body)
    return Wish(action=ROSTER, command=command, places=places_of(handle))


def duty(body: Body, handle: str) -> Wish:
    """Put a person on duty."""
    post, days = _post(body), tuple(body.pop("weekdays", EVERY_DAY))
    command = of_people.GiveDuty(handle=handle, weekdays=days, **{**body, **post})
    return Wish(action=ROSTER, command=command, places=place(**post))


def end_duty(body: Body, number: int) -> Wish:
    """End a duty of a rota by its number."""
    post = _post(body)
    command = of_people.EndDuty(duty=number, **{**body, **post})
    return Wish(action=ROSTER, command=command, places=place(**post))


def found_unit(body: Body) -> Wish:
    """Found a unit."""
    area = AreaCode(body["area"])
    command = of_people.FoundUnit(**{**body, "area": area})
    return Wish(action=ROSTER, command=command, places=(area,))


def answer_for(body: Body, code: str) -> Wish:
    """Say for which categories a unit answers."""
    categories = tuple(body["categories"])
    command = of_people.AnswerFor(code=code, categories=categories, from_day=body["from_day"])
    cases = BoardFilter(unit=code)
    return Wish(action=ROSTER, command=command, places=place(None, code), cases=cases)


def close_unit(body: Body, code: str) -> Wish:
    """End a unit's work."""
    command = of_people.CloseUnit(code=code, **body)
    cases = BoardFilter(unit=code)
    return Wish(action=ROSTER, command=command, places=place(None, code), cases=cases)


def add_area(body: Body) -> Wish:
    """Add a division or grid."""
    code, before = AreaCode(body["code"]), body.get("predecessor")
    named = {"code": code, "predecessor": AreaCode(before) if before else None}
    command = of_areas.AddArea(**{**body, **named})
    return Wish(action=AREAS, command=command, places=(code,))


def rename_area(body: Body, code: str) -> Wish:
    """Change an area's name or kind."""
    area = AreaCode(code)
    command = of_areas.RenameArea(code=area, **body)
    return Wish(action=AREAS, command=command, places=(area,), cases=BoardFilter(area=area))


def move_area(body: Body, code: str) -> Wish:
    """End an area that goes on under another code."""
    area, to = AreaCode(code), AreaCode(body["code"])
    command = of_areas.MoveArea(code=area, to_code=to, from_day=body["from_day"])
    return Wish(action=AREAS, command=command, places=(area, to), cases=BoardFilter(area=area))


def merge_area(body: Body, code: str) -> Wish:
    """End an area that becomes part of another."""
    area, into = AreaCode(code), AreaCode(body["code"])
    command = of_areas.MergeArea(code=area, into_code=into, from_day=body["from_day"])
    return Wish(action=AREAS, command=command, places=(area, into), cases=BoardFilter(area=area))


def close_area(body: Body, code: str) -> Wish:
    """End an area."""
    area = AreaCode(code)
    command = of_areas.CloseArea(code=area, **body)
    return Wish(action=AREAS, command=command, places=(area,), cases=BoardFilter(area=area))


def publish(body: Body, kind: str, name: str) -> Wish:
    """Publish rules of the whole city; cases that run keep the version they began with."""
    content = content_from(body["toml"])
    if kind == "workflow":
        content = rules_of(dict(content))
    command = PublishRules(
        kind=kind,
        name=name,
        content=content,
        valid_from=body.get("valid_from"),
        seen_by=api_actor().handle if body["warnings_seen"] else None,
    )
    cases = BoardFilter(workflow=name) if kind == "workflow" else None
    return Wish(action=RULES, command=command, places=whole_city(), cases=cases)


def _post(body: Body) -> dict[str, Any]:
    area = body.get("area")
    return {"area": AreaCode(area) if area else None, "unit": body.get("unit")}


def _cases_of(handle: str) -> BoardFilter:
    return BoardFilter(handler=handle)
