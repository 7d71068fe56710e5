"""Which order follows from a timer that came due: each kind of record has its own."""

from __future__ import annotations

from datetime import datetime

from domain.incident.incident import Incident
from domain.kernel.act import Act, clockwork
from domain.whistle.whistle import Whistle
from ledger.records import Records, Timer
from workflows.incident.commands import FireDeadline
from workflows.whistle.commands import FirePartyDeadline
from workflows.whistle.handlers import KIND as WHISTLE

Firing = FireDeadline | FirePartyDeadline


def firing(timer: Timer, records: Records, *, at: datetime) -> tuple[Firing, Act]:
    """Give the order and the act of the clock, who acts in the area of the record."""
    if timer.kind == WHISTLE:
        area = records.load(Whistle, timer.stream).roll.area
        order: Firing = FirePartyDeadline(whistle=timer.stream, timer=timer.timer)
    else:
        area = records.load(Incident, timer.stream).course.area
        order = FireDeadline(incident=timer.stream, timer=timer.timer)
    return order, clockwork(command_id=timer.timer, area=area, at=at)
