"""Passing a case on within a department: by its own dispatcher, to a unit inside it."""

from __future__ import annotations

from datetime import date

from domain.incident import within
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.unit import Unit, unit_id
from ledger.ledger import Records
from workflows.definition import SUB_UNIT
from workflows.incident import city
from workflows.incident.move import Move


def pass_within(move: Move, incident: Incident, records: Records, act: Act, *, day: date) -> None:
    """Pass the case to a unit inside; refuses ``unknown-unit, unit-not-inside, not-in-unit``."""
    department, unit = incident.course.unit or "", move.answers.text(SUB_UNIT) or ""
    handler = move.answers.text("handler")
    city.must_work(records, unit, day)
    if records.load(Unit, unit_id(unit)).parent != department:
        reason = f"{unit} is no unit inside {department}. Choose one of its own units."
        raise Refused("unit-not-inside", reason, unit=unit, department=department)
    if handler is not None:
        area = AreaCode(incident.course.area)
        city.must_belong(records, handler, unit=unit, area=area, day=day)
    why = move.step.why
    within.pass_within(incident, act, unit=unit, department=department, handler=handler, why=why)


def must_dispatch_within(
    records: Records, act: Act, *, department: str, area: AreaCode, day: date
) -> None:
    """Refuse ``role-not-held`` to all but the department's own dispatchers."""
    person = records.load(Person, person_id(act.person))
    held = (grant.post for grant in person.grants if grant.holds_on(day))
    if not any(
        (post.role, post.unit) == (act.role, department) and post.reaches(area, department)
        for post in held
    ):
        reason = f"This is for a {act.role} of {department} itself. Ask who dispatches there."
        raise Refused("role-not-held", reason, role=act.role, unit=department)
