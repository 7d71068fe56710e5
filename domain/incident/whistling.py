"""What an incident is told of its whistles: one was blown, one is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.incident.events import WhistleOpened, WhistleOver
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from domain.incident.incident import Incident
    from domain.kernel.act import Act


def open_whistle(incident: Incident, act: Act, *, whistle: UUID) -> None:
    """Keep the case open for a whistle; refuses ``case-ended``. Twice records it once."""
    must_not_have_ended(incident)
    if whistle not in incident.course.whistles:
        incident.tell(WhistleOpened(act=act, whistle=whistle))


def end_whistle(incident: Incident, act: Act, *, whistle: UUID, result: str) -> None:
    """Let the case go on; a whistle that it does not know records nothing."""
    if whistle in incident.course.whistles:
        incident.tell(WhistleOver(act=act, whistle=whistle, result=result))


def must_not_have_ended(incident: Incident) -> None:
    """Refuse ``case-ended``."""
    if incident.course.ended:
        reason = "The case has come to an end; nobody can be summoned for it any more."
        raise Refused("case-ended", reason, incident=str(incident.id), stage=incident.course.stage)
