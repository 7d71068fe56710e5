"""Incidents: the board as a list, one case with its timeline, reporting, taking a step."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ops.cli.acting import AREA
from ops.cli.requests import requests
from ops.cli.sheet import sheet
from ops.cli.telling import Told, local, pairs, table, telling
from projections.incident import board
from projections.incident.timeline import Entry, timeline
from web.incident.veiling import Reader, veiled

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_COLOURS = {"overdue": "red", "soon": "yellow", "on-time": "green"}
_MICRO = 1_000_000


@click.group()
def incidents() -> None:
    """Cases: who waits for whom, since when, and until when."""


incidents.add_command(requests)
incidents.add_command(sheet)


@incidents.command("list")
@click.option("--area", type=AREA, help="In this area and below it.")
@click.option("--stage", help="In this stage of the workflow.")
@click.option("--unit", help="With this unit.")
@click.option("--handler", help="With this handler (p-…).")
@click.option("--category", help="Of a category beginning so.")
@click.option("--level", help="At this level of the ladder.")
@click.option("--source", help="Reported by this source.")
@click.option("--light", type=click.Choice(get_args(board.Light)), help="By urgency.")
@click.option("--backlog/--no-backlog", default=None, help="Suspended for too long, or not.")
@click.option("--ended", is_flag=True, help="Ended cases instead of open ones.")
@click.option("--all", "everything", is_flag=True, help="Open and ended ones.")
@click.option("--after", help="Go on after this page marker.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=board.PAGE, show_default=True)
@telling()
def list_(
    city: Gridward, *, ended: bool, everything: bool, after: str | None, limit: int, **wanted: Any
) -> Told:
    """List cases, what is due first at the top."""
    asked = board.BoardFilter(open=None if everything else not ended, **wanted)
    now = city.now()
    with city.store.reading() as conn:
        page = board.board_page(conn, asked, now=now, after=after, limit=limit)
    lines = table(
        ("light", "number", "stage", "category", "area", "level", "unit", "handler", "due"),
        [
            (
                click.style(row.light, fg=_COLOURS[row.light]),
                row.number,
                row.stage,
                row.category,
                row.area,
                row.level,
                row.unit,
                row.handler,
                local(row.due_at or row.ended_at, city.settings),
            )
            for row in page.rows
        ],
    )
    if page.after:
        lines.append(f"There are more: --after {page.after}")
    data = {"items": page.rows, "next": page.after}
    return Told(data=data, lines=lines or ["No case fits."])


@incidents.command()
@click.argument("number")
@click.option("--words", is_flag=True, help="Take what people wrote out of the vault, too.")
@click.option("--as", "person", default="", help="Who reads (p-…): what you said yourself.")
@click.option("--role", default="", help="In which role: answers kept for it are shown, too.")
@telling()
def show(city: Gridward, number: str, *, words: bool, person: str, role: str) -> Told:
    """Show a case, by NUMBER or id, with its timeline."""
    incident = case_found(city, number)
    entries = _readable(city, incident, Reader(handle=person, role=role))
    said = city.ledger.words_of([incident]) if words else {}
    with city.store.reading() as conn:
        shown = board.one_case(conn, incident, now=city.now())
    row = shown.row if shown else None
    written = [_with_words(entry, incident, said) for entry in entries]
    lines = [*_head(city, incident, row), "", *_timeline_lines(city, entries, written)]
    data = {"incident": incident, "case": row, "timeline": written if words else entries}
    return Told(data=data, lines=lines)


def _readable(city: Gridward, incident: UUID, reader: Reader) -> list[Entry]:
    """Give the timeline without what is kept for other roles; refuses ``role-not-held``."""
    from domain.incident.incident import Incident
    from domain.people.person import Person, person_id

    record = city.ledger.load(Incident, incident)
    entries = timeline(city.ledger.history(incident), city.shelf)
    if not record.exists:
        return entries
    if reader.role:
        person = city.ledger.load(Person, person_id(reader.handle))
        day = city.now().astimezone(ZoneInfo(city.settings.time_zone)).date()
        held = [grant.post.role for grant in person.grants if grant.holds_on(day)]
        if reader.role not in held:
            reason = f"{reader.handle or 'Nobody'} does not hold the role '{reader.role}' today."
            raise Refused("role-not-held", reason, held=sorted(set(held)))
    engines = city.desk.office.engines
    return veiled(entries, engines.of(record.course.workflow).definition, reader)


def acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Ask who acts; a command id makes sending it twice harmless."""
    for option in (
        click.option("--command-id", help="Sent twice under one id, it is done once."),
        click.option("--role", required=True, help="In which role."),
        click.option("--as", "person", required=True, help="Who acts (p-…)."),
    ):
        command = option(command)
    return command


@incidents.command()
@click.option("--area", type=AREA, required=True, help="The grid or division it lies in.")
@click.option("--category", required=True, help="Such as 01-02.")
@click.option("--words", help="What is wrong, in a few words.")
@click.option("--source", default="grid-member", show_default=True)
@click.option("--lon", type=float, help="Longitude, WGS 84.")
@click.option("--lat", type=float, help="Latitude, WGS 84.")
@acting
@telling("writing")
def report(
    city: Gridward,
    *,
    area: AreaCode,
    category: str,
    words: str | None,
    source: str,
    lon: float | None,
    lat: float | None,
    **who: Any,
) -> Told:
    """Report a matter."""
    from domain.kernel.places import Place
    from workflows.incident.commands import ReportIncident

    place = None
    if lon is not None and lat is not None:
        place = Place(lon_e6=round(lon * _MICRO), lat_e6=round(lat * _MICRO))
    command = ReportIncident(
        area=area,
        category=category,
        source=source,
        workflow=city.settings.workflow,
        words=words,
        place=place,
    )
    return _ordered(city, command, act_of(city, area=area, **who))


@incidents.command()
@click.argument("number")
@click.argument("step")
@click.option("--answer", "answers", multiple=True, metavar="FIELD=VALUE", help="To the form.")
@acting
@telling("writing")
def step(city: Gridward, number: str, step: str, answers: Sequence[str], **who: Any) -> Told:
    """Take STEP of the workflow on a case, such as `dispatch` or `close`."""
    from domain.incident.incident import Incident
    from workflows.incident.commands import TakeStep

    incident = case_found(city, number)
    area = city.ledger.load(Incident, incident).course.area
    command = TakeStep(incident=incident, step=step, answers=dict(map(_answer, answers)))
    return _ordered(city, command, act_of(city, area=area, **who))


def _ordered(city: Gridward, command: object, act: Act) -> Told:
    from domain.incident.incident import Incident
    from domain.kernel.ids import incident_number

    answer = city.desk.do(command, act)
    assert answer is not None  # noqa: S101  # only the clock can have nothing to do
    course = city.ledger.load(Incident, answer.stream).course
    number = incident_number(answer.stream)
    data = {
        "incident": answer.stream,
        "number": number,
        "version": answer.version,
        "stage": course.stage,
        "repeated": answer.repeated,
    }
    again = " (done before)" if answer.repeated else ""
    return Told(data=data, lines=[f"{number} is in stage '{course.stage}'{again}."])


def act_of(city: Gridward, *, person: str, role: str, area: str, command_id: str | None) -> Act:
    """Give the act of whoever is named on the command line."""
    command_id = command_id or secrets.token_hex(16)
    return Act(person=person, role=role, area=area, command_id=command_id, at=city.now())


def _answer(given: str) -> tuple[str, str | int]:
    name, sign, value = given.partition("=")
    if not sign:
        reason = f"Write an answer as FIELD=VALUE, not '{given[:40]}'."
        raise Refused("answer-not-understood", reason)
    return name, int(value) if name == "minutes" and value.isdigit() else value


def case_found(city: Gridward, number: str) -> UUID:
    """Find a case by its id, or by the number people say."""
    try:
        return UUID(number)
    except ValueError:
        pass
    with city.store.reading() as conn:
        found = board.numbered(conn, number)
    if not found:
        reason = f"There is no case '{number[:40]}'. `gridward incidents list` shows what there is."
        raise Refused("no-such-incident", reason)
    if len(found) > 1:
        listed = [str(one) for one in found]
        reason = f"Several cases bear this number; give the id: {', '.join(listed)}."
        raise Refused("number-not-unique", reason, incidents=listed)
    return found[0]


def _head(city: Gridward, incident: UUID, row: board.BoardRow | None) -> list[str]:
    if row is None:
        return [f"{incident} is not in the read models yet."]
    told = {
        "number": row.number,
        "id": row.incident,
        "stage": f"{row.stage} ({row.final})" if row.final else row.stage,
        "light": click.style(row.light, fg=_COLOURS[row.light]),
        "due": local(row.due_at, city.settings),
        "category": row.category,
        "area": f"{row.area} (level {row.level})",
        "unit": row.unit,
        "handler": row.handler,
        "workflow": row.workflow,
        "version": row.version,
    }
    return pairs({name: value for name, value in told.items() if value})


def _timeline_lines(
    city: Gridward, entries: Sequence[Entry], written: Sequence[dict[str, Any]]
) -> list[str]:
    titles = ("", "at", "after", "who", "role", "what", "stage", "over")
    rows = [
        (
            entry.version,
            to_the_second(entry.at, city),
            _lasting(entry.minutes) if nth else "",
            entry.person,
            entry.role,
            entry.step or entry.topic.partition(".")[2],
            entry.stage,
            _lasting(entry.over) if entry.over else "",
        )
        for nth, entry in enumerate(entries)
    ]
    lines = table(titles, rows)
    for one in written:
        lines += [f"  {one['version']}. {name}: {text}" for name, text in one["words"].items()]
    return lines


def _with_words(
    entry: Entry, incident: UUID, said: dict[tuple[UUID, int, str], str]
) -> dict[str, Any]:
    found = {name: said.get((incident, entry.version, name)) for name in entry.confided}
    plain = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    return {**plain, "words": {name: text for name, text in found.items() if text}}


def _lasting(minutes: int) -> str:
    days, left = divmod(minutes, 1440)
    hours, minutes = divmod(left, 60)
    told = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours)
    return " ".join([*told, f"{minutes} min"]) if minutes or not told else " ".join(told)


def to_the_second(at: datetime, city: Gridward) -> str:
    """Give an instant by the city's clock."""
    return f"{local(at, city.settings)}:{at.second:02}"
