"""What every order to a case begins and ends with: the case that stands, and its timers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from ledger.ledger import Due
from workflows.office import Office

KIND = "incident"


def existing(office: Office, case: UUID, seen: int | None) -> Incident:
    """Give the case; refuses ``no-such-incident``, and ``stale-version`` if another was seen."""
    incident = office.records.load(Incident, case)
    if not incident.exists:
        reason = "There is no such incident. Check the number, or look for it on the board."
        raise Refused("no-such-incident", reason, incident=str(case))
    if seen is not None and seen != incident.version:
        reason = "Somebody acted on this case after you loaded it. Load it again and decide anew."
        raise Refused("stale-version", reason, seen=seen, now=incident.version)
    return incident


def not_before(incident: Incident, act: Act) -> Act:
    """Two clocks may differ by a little; facts of one case never run backwards."""
    last_at = incident.course.last_at
    return act if last_at is None or act.at >= last_at else replace(act, at=last_at)


def due_of(incident: Incident, calendar: WorkingCalendar) -> list[Due]:
    """Give the timers of a case as they follow from its facts."""
    return [
        Due(timer=deadline.timer, kind=KIND, due_at=deadline.due_at)
        for deadline in incident.course.timers(incident.id, calendar)
    ]


def words_of(office: Office, text: str | None) -> Words | None:
    """Give free text the random key of its commitment; None where nothing was said."""
    return Words(text=text, key=office.random_key()) if text else None
