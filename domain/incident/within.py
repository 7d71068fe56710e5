"""Second-level dispatch: a department passes a case on to a unit inside it and stays responsible.

The case is the department's before and after, so this is no wrong dispatch, and neither the own
limit nor the bundled one begins anew. It is counted apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.incident.events import Assigned

if TYPE_CHECKING:
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.steps import Why


def pass_within(
    incident: Incident, act: Act, *, unit: str, department: str, handler: str | None, why: Why
) -> None:
    """Let a unit inside the responsible department act; saying it twice records it once."""
    if (unit, handler) != (incident.course.sub_unit, incident.course.handler):
        incident.tell(Assigned(act=act, unit=unit, handler=handler, within=department, why=why))
