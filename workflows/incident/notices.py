"""Who is told of what: the roles a step names, the owner of a rung, the top of the ladder."""

from __future__ import annotations

from domain.incident.course import Course
from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode, Level
from domain.people.roles import ROLES
from ledger.ledger import Notice
from workflows.definition import Definition, Rung, StepRule


def of_step(incident: Incident, rule: StepRule) -> list[Notice]:
    """Tell the roles that a step names, those held at units only in the unit of the case."""
    course = incident.course
    facts = {"incident": str(incident.id), "stage": course.stage}
    about = f"incident.{rule.name}"
    places = {role: _place(role, course) for role in rule.tells}
    return [Notice(to=f"{role}@{at}", about=about, facts=facts) for role, at in places.items()]


def _place(role: str, course: Course) -> str:
    known = ROLES.get(role)
    only_at_units = known is not None and known.unit == "must"
    return course.acting_unit or course.area if only_at_units else course.area


def of_unclear_ownership(incident: Incident, definition: Definition) -> list[Notice]:
    """Tell the owner of the district's rung that no rule names a unit: it says whose it is."""
    course = incident.course
    rung = definition.rung_at(Level.DISTRICT)
    area = AreaCode(course.area)
    if course.routed_by is None or course.suggested or rung is None or area.level < Level.DISTRICT:
        return []
    facts = {"incident": str(incident.id), "rule": course.routed_by}
    to = f"{rung.owner}@{area.at(Level.DISTRICT)}"
    return [Notice(to=to, about="incident.ownership-unclear", facts=facts)]


def of_rise(incident: Incident, rung: Rung) -> Notice:
    """Tell the owner of the rung a case rose to."""
    area = AreaCode(incident.course.area).at(rung.level)
    facts = {"incident": str(incident.id), "level": rung.level.word}
    return Notice(to=f"{rung.owner}@{area}", about="incident.escalated", facts=facts)


def of_alarm(incident: Incident, top: Rung) -> Notice:
    """Tell the owner of the highest rung that a case there is late again."""
    area = AreaCode(incident.course.area).at(top.level)
    facts = {"incident": str(incident.id), "stage": incident.course.stage}
    return Notice(to=f"{top.owner}@{area}", about="incident.late-at-the-top", facts=facts)


def of_call(incident: Incident, rung: Rung) -> Notice:
    """Tell the owner of a rung again, as he did not acknowledge."""
    area = AreaCode(incident.course.area).at(rung.level)
    facts = {"incident": str(incident.id), "level": rung.level.word}
    return Notice(to=f"{rung.owner}@{area}", about="incident.called-again", facts=facts)
