"""Nights: where a deadline may run out while offices are closed, somebody is on duty then."""

from __future__ import annotations

from collections.abc import Iterator

from domain.kernel.limits import Limit
from domain.kernel.shifts import DAY
from workflows.checks.findings import Finding
from workflows.definition import Definition, Stage


def check_nights(definition: Definition) -> Iterator[Finding]:
    """Roles that a deadline may ask for at night, of whom nobody says that a rota answers."""
    asked: dict[str, str] = {}
    for owner, what in _asked_at_night(definition):
        asked.setdefault(owner, what)
    for name, what in asked.items():
        role = definition.roles.get(name)
        if role is not None and not (role.system or role.nights):
            hint = (
                "Say nights = true here and keep a rota (`gridward people duty`), or count"
                " in working time."
            )
            sentence = f"{what} may run out at night, and no rota answers for '{name}' then."
            yield Finding.warning("night-without-rota", f"roles.{name}", sentence, hint=hint)


def _asked_at_night(definition: Definition) -> Iterator[tuple[str, str]]:
    """Name owner and deadline of each; those of emergencies all run day and night."""
    always = definition.emergency_calendar is not None
    for stage in definition.stages.values():
        if stage.owner and stage.deadline and _runs_at_night(definition, stage):
            yield stage.owner, f"the deadline of stage '{stage.name}'"
    for rung in definition.ladder:
        if rung.grace and (always or _is_short(rung.grace)):
            yield rung.owner, f"the time on the rung of the {rung.level.word}"


def _runs_at_night(definition: Definition, stage: Stage) -> bool:
    within = stage.deadline.within if stage.deadline else None
    if within is not None and within.clock == "elapsed":
        return _is_short(within)
    return definition.emergency_calendar is not None


def _is_short(limit: Limit) -> bool:
    """Tell whether it may begin and end without a working hour between: one of a day cannot."""
    return limit.clock == "elapsed" and limit.minutes is not None and limit.minutes < DAY
