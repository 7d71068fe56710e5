"""Incidents: the board as a list, one case with its timeline, reporting, taking a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

import click

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ops.cli.acting import AREA, act_now
from ops.cli.requests import requests
from ops.cli.sheet import sheet
from ops.cli.telling import Told, local, pairs, table, telling
from projections.incident import board

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from ops.bootstrap import Gridward
    from projections.incident.timeline import Entry
    from web.incident.case import Case

_COLOURS = {"overdue": "red", "soon": "yellow", "on-time": "green"}
_MICRO = 1_000_000
MASK = "•••"
"""Stands for words that are kept and were not asked for."""


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
@telling(to="look at the board")
def list_(
    city: Gridward, *, ended: bool, everything: bool, after: str | None, limit: int, **wanted: Any
) -> Told:
    """List cases, what is due first at the top."""
    from ops.cli.reaching import bounds_listed
    from web.access import BOARD
    from web.incident.shown_rows import board_for_viewer

    wanted |= bounds_listed(BOARD, area=wanted["area"], unit=wanted["unit"])
    asked = board.BoardFilter(open=None if everything else not ended, **wanted)
    now = city.now()
    with city.store.reading() as conn:
        page = board.board_page(conn, asked, now=now, after=after, limit=limit)
    page = board_for_viewer(page)
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
@click.option(
    "--reason", "look", help="Read what people wrote, too: why you must; that you did is recorded."
)
@telling(to="look at a case")
def show(city: Gridward, number: str, *, look: str | None) -> Told:
    """Show a case, by NUMBER or id, with its timeline.

    What people wrote is masked until a reason is given. Each field that is read then is a reveal on
    record, for which nobody else may be writing: on SQLite no server runs.
    """
    from web.incident.case import case_of
    from web.incident.shown_rows import board_for_viewer

    case = case_of(case_found(city, number))
    with city.store.reading() as conn:
        shown = board.one_case(conn, case.incident, now=city.now())
    rows = [shown.row] if shown else []
    row = next(iter(board_for_viewer(board.BoardPage(rows, None)).rows), None)
    entries = case.entries
    said = _revealed(city, case, look) if look else {}
    written = [_with_words(entry, said) for entry in entries]
    lines = [*_head(city, case.incident, row), "", *_timeline_lines(city, entries, written)]
    data = {"incident": case.incident, "case": row, "timeline": written}
    return Told(data=data, lines=lines)


def _revealed(city: Gridward, case: Case, why: str) -> dict[tuple[int, str], str]:
    """Record a look at each field that has words for this reader, and then open them."""
    from web.privacy.revealing import open_words

    fields = [(entry.version, name) for entry in case.entries for name in entry.confided]
    act = act_now(city, area=case.course.area)
    return open_words(case.incident, fields, why=why, act=act)


def once(command: Callable[..., Any]) -> Callable[..., Any]:
    """Take a command id, which makes sending an order twice harmless."""
    return click.option("--command-id", help="Sent twice under one id, it is done once.")(command)


@incidents.command()
@click.option("--area", type=AREA, required=True, help="The grid or division it lies in.")
@click.option("--category", required=True, help="Such as 01-02.")
@click.option("--words", help="What is wrong, in a few words.")
@click.option("--source", default="grid-member", show_default=True)
@click.option("--lon", type=float, help="Longitude, WGS 84.")
@click.option("--lat", type=float, help="Latitude, WGS 84.")
@once
@telling("writing", to="report an incident")
def report(
    city: Gridward,
    *,
    area: AreaCode,
    category: str,
    words: str | None,
    source: str,
    lon: float | None,
    lat: float | None,
    command_id: str | None,
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
    return _ordered(city, command, act_now(city, area=area, command_id=command_id))


@incidents.command()
@click.argument("number")
@click.argument("step")
@click.option("--answer", "answers", multiple=True, metavar="FIELD=VALUE", help="To the form.")
@once
@telling("writing", to="take a step")
def step(
    city: Gridward, number: str, step: str, answers: Sequence[str], command_id: str | None
) -> Told:
    """Take STEP of the workflow on a case, such as `dispatch` or `close`."""
    from domain.incident.incident import Incident
    from workflows.incident.commands import TakeStep

    incident = case_found(city, number)
    area = city.ledger.load(Incident, incident).course.area
    command = TakeStep(incident=incident, step=step, answers=dict(map(_answer, answers)))
    return _ordered(city, command, act_now(city, area=area, command_id=command_id))


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


def _answer(given: str) -> tuple[str, str | int]:
    name, sign, value = given.partition("=")
    if not sign:
        reason = f"Write an answer as FIELD=VALUE, not '{given[:40]}'."
        raise Refused("answer-not-understood", reason)
    return name, int(value) if name == "minutes" and value.isdigit() else value


def case_found(city: Gridward, number: str) -> UUID:
    """Find a case by its id, or by the number people say; a number out of reach is none."""
    from domain.incident.incident import Incident
    from web.access import CASE, verdict_on

    try:
        return UUID(number)
    except ValueError:
        pass
    with city.store.reading() as conn:
        known = board.numbered(conn, number)
    courses = {one: city.ledger.load(Incident, one).course for one in known}
    found = [one for one, course in courses.items() if verdict_on(CASE, course).allowed]
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


def _with_words(entry: Entry, said: Mapping[tuple[int, str], str]) -> dict[str, Any]:
    """Give an entry with its words; those that were not asked for are masked."""
    words = {name: said.get((entry.version, name), MASK) for name in entry.confided}
    plain = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    return {**plain, "words": words}


def _lasting(minutes: int) -> str:
    days, left = divmod(minutes, 1440)
    hours, minutes = divmod(left, 60)
    told = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours)
    return " ".join([*told, f"{minutes} min"]) if minutes or not told else " ".join(told)


def to_the_second(at: datetime, city: Gridward) -> str:
    """Give an instant by the city's clock."""
    return f"{local(at, city.settings)}:{at.second:02}"
