"""Taking a sheet: each row is tried or recorded by itself, and told by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web.acting import Actor
from web.city import city_zone, the_city
from web.incident.api import act_of_report, report_command
from web.ordering import carry_out, moment
from web.scanning import must_be_clean
from workflows.desk import Desk
from workflows.incident.sheet import Finding, SheetReport, read_reports

FINE, RECORDED, REPEATED, REFUSED = "fine", "recorded", "repeated", "refused"
OWN_LIST = "sheet"
_LIST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_COLUMNS = {
    "unknown-category": "category",
    "unknown-area": "area",
    "no-grid-here": "lon",
    "role-not-held": "area",
    "outside-key": "area",
    "outside-your-area": "area",
    "time-in-the-future": "happened_at",
    "time-too-old": "happened_at",
    "command-id-reused": "number",
}
_OTHERWISE = (
    "This number was recorded before and is told otherwise now; what was recorded stays. Give the "
    "row another number if it is another matter."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTold:
    """What became of a row; ``column`` and ``reason`` only where it was refused."""

    row: int
    number: str = ""
    state: str
    incident: UUID | None = None
    case: str | None = None
    column: str = ""
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTold:
    """Every row in its order, and how many came to what."""

    dry_run: bool
    rows: tuple[RowTold, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Count rows by their state."""
        states = [one.state for one in self.rows]
        return {state: states.count(state) for state in (FINE, RECORDED, REPEATED, REFUSED)}


def take_sheet(data: bytes, actor: Actor, *, named: str, dry: bool) -> SheetTold:
    """Record a sheet, or only try it out: then nothing is recorded, and the findings are the same.

    A row is known by its number, the list's name and the area of whoever sends it: sent again, in
    this file or another one, it is not recorded twice.
    """
    if not _LIST.fullmatch(named):
        reason = "Name the list with up to 40 small letters, digits and hyphens."
        raise Refused("invalid-list-name", reason)
    must_be_clean(data)
    office = the_city().desk.office
    desk = Desk(replace(office, records=the_city().ledger.batch())) if dry else None
    told = sorted(_rows(data, actor, named, desk), key=lambda one: one.row)
    return SheetTold(dry_run=dry, rows=tuple(told))


def _rows(data: bytes, actor: Actor, named: str, desk: Desk | None) -> Iterator[RowTold]:
    for one in read_reports(data, city_zone()):
        if isinstance(one, Finding):
            yield RowTold(state=REFUSED, **asdict(one))
            continue
        try:
            yield _taken(one, actor, named, desk)
        except Refused as refusal:
            yield _refused(one, refusal)


def _taken(one: SheetReport, actor: Actor, named: str, desk: Desk | None) -> RowTold:
    command = report_command(
        area=one.area,
        place=one.place,
        category=one.category,
        source=one.source,
        words=one.words,
        contact=one.contact,
    )
    key, at = f"sheet:{actor.area}:{named}:{one.number}", moment(one.happened_at)
    act = act_of_report(command, actor, key=key, at=at)
    plain: dict[str, Any] = {"row": one.row, "number": one.number}
    if desk is not None:
        answer = desk.do(command, act)
        assert answer is not None  # noqa: S101  # a report always answers
        if not answer.repeated:
            return RowTold(state=FINE, **plain)
        stream = answer.stream
    else:
        done = carry_out(command, act, wait=0)
        stream = done.stream
        plain["state"] = REPEATED if done.repeated else RECORDED
    return RowTold(**{"state": REPEATED, **plain}, incident=stream, case=incident_number(stream))


def _refused(one: SheetReport, refusal: Refused) -> RowTold:
    reused = refusal.code == "command-id-reused"
    return RowTold(
        row=one.row,
        number=one.number,
        state=REFUSED,
        column=_COLUMNS.get(refusal.code, ""),
        code=refusal.code,
        reason=_OTHERWISE if reused else refusal.reason,
    )
