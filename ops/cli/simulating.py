"""Trying rules: a simulated office, the paths of a definition, and what-if over recorded cases."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from domain.kernel.refusals import Refused
from ops.cli.acting import DAY
from ops.cli.telling import Told, local, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from ops.settings import Settings
    from workflows.simulation.comparing import Difference
    from workflows.simulation.seats import Seats
    from workflows.simulation.setting import Setting
    from workflows.simulation.simulated import Simulated, Spread
    from workflows.simulation.what_if import Question, WhatIf

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
_PROCESSES = 2


class StaffType(click.ParamType[Any]):
    """How many people a role has, written acceptor=3."""

    name = "role=n"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, int]:
        """Read it."""
        role, _, number = str(value).partition("=")
        if not role or not number.isdecimal():
            self.fail(f"'{value}' is no staffing; write it as acceptor=3.", param, ctx)
        return role, int(number)


_STAFF = StaffType()


@click.command()
@click.argument("name")
@click.option("--cases", default=2_000, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True, help="The same seed, the same answer.")
@click.option("--staff", multiple=True, type=_STAFF, help="People of a role, as often as needed.")
@click.option("--per-day", type=click.IntRange(1), help="Reports a day; 45 is one street.")
@click.option("--begins", type=DAY, help="The first day; a Monday of January if left out.")
@click.option("--limits", type=_FILE, help="Try these limits.")
@click.option("--calendar", type=_FILE, help="Try this calendar.")
@click.option("--assumptions", type=_FILE, help="Arrivals, times and choices of your own.")
@telling("nothing", to="try out rules")
def simulate(settings: Settings, *, name: str, cases: int, seed: int, **given: Any) -> Told:
    """Simulate an office that works by NAME or FILE.

    Reports come in by the hour, people of each role take what waits in its order, deadlines fall
    due by the engine itself. Tells what is late, what rises, who is busy, and where nobody goes.
    """
    from workflows.simulation.city import simulate as run

    setting = _setting(settings, name, **given)
    with _progress("Simulating", cases) as progress:
        found = run(setting, cases=cases, seed=seed, progress=progress)
    return Told(data=found, lines=list(_simulated_lines(found, settings)))


@click.command()
@click.argument("name")
@click.option("--walks", default=200, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True)
@click.option("--most", default=200, show_default=True, type=click.IntRange(1))
@telling("nothing", to="try out rules")
def paths(settings: Settings, *, name: str, walks: int, seed: int, most: int) -> Told:
    """List the simple paths of NAME or FILE, and walk it at random.

    A simple path meets no stage twice. Walks go by the engine, with its guards and deadlines; a
    stage or step that none of them meets is named.
    """
    from workflows.simulation.paths import random_walks, simple_paths

    setting = _setting(settings, name)
    found = simple_paths(setting.definition, most=most)
    walked = random_walks(setting, walks=walks, seed=seed)
    lines = table(
        ("leads to", "steps", "path"), [(p.end, len(p.legs), str(p)) for p in found.found]
    )
    if found.more:
        lines.append(f"There are more; these are the first {most:,} (--most).")
    lines += ["", f"{walks:,} random walks, {walked.ended:,} of them to an end."]
    lines += _named("Never visited", walked.never_visited)
    lines += _named("Never taken", walked.never_taken)
    return Told(data={"paths": found, "by_end": found.by_end, "walks": walked}, lines=lines)


@click.command("what-if")
@click.argument("name")
@click.option("--from", "first", type=DAY, required=True, help="The first day of reports.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--limits", type=_FILE, help="Try these limits.")
@click.option("--calendar", type=_FILE, help="Try this calendar, or other shifts.")
@click.option("--definition", type=_FILE, help="Try these deadlines, this ladder, these steps.")
@click.option("--roster", type=_FILE, help="Try this roster (CSV) at the rungs of the ladder.")
@click.option("--cases", "all_cases", is_flag=True, help="Tell every case that differs.")
@click.option("--processes", default=_PROCESSES, show_default=True, type=click.IntRange(1))
@telling(to="try out rules")
def what_if(
    city: Gridward,
    *,
    name: str,
    first: date,
    last: date,
    all_cases: bool,
    processes: int,
    **files: Path | None,
) -> Told:
    """Replay what was recorded of workflow NAME under a draft.

    People act at the instants at which they acted; deadlines, breaches, rises and verdicts are
    computed anew and compared, case by case. Nothing is written.
    """
    from ledger.streams import Streams
    from workflows.simulation.gathering import cases_begun
    from workflows.simulation.what_if import what_if as ask

    streams, zone = Streams(city.store), ZoneInfo(city.settings.time_zone)
    begin, end = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    question = _question(city, name, until=streams.last_recorded_at() or end, **files)
    cases = cases_begun(streams, name, begin, end)
    with _progress("Replaying", streams.count("incident.reported", begin, end)) as progress:
        found = ask(cases, question, processes=processes, progress=progress)
    shown = len(found.differences) if all_cases else _SHOWN
    return Told(
        data=_what_if_data(found, all_cases=all_cases),
        lines=list(_what_if_lines(found, shown, city.settings)),
    )


def _question(
    city: Gridward,
    name: str,
    *,
    until: datetime,
    calendar: Path | None,
    roster: Path | None,
    **files: Path | None,
) -> Question:
    """Read the rules in force and the draft; refuses ``nothing-to-try`` without any file."""
    from workflows.simulation.gathering import drafted_calendar, rules_drafted, rules_in_force
    from workflows.simulation.what_if import Question

    if not any((calendar, roster, *files.values())):
        reason = "Name what to try: --limits, --calendar, --definition or --roster with a file."
        raise Refused("nothing-to-try", reason)
    tried = drafted_calendar(calendar) if calendar else None
    rules = rules_in_force(city.shelf, name, seats=_seats(city), tried=tried)
    seats = _seats(city, roster) if roster else None
    draft = rules_drafted(rules, seats=seats, calendar=tried, **files)
    return Question(rules=rules, draft=draft, until=until)


def _seats(city: Gridward, roster: Path | None = None) -> Seats | None:
    """Give who sits where: by the roster as it is known, or by a sheet to try.

    None where there is no roster at all: somebody is taken to sit at every rung then.
    """
    from projections.people.staff import absences, seats
    from workflows.simulation.seats import Seat, seats_from, seats_of

    with city.store.reading() as conn:
        known, away = seats(conn), absences(conn)
    if roster is not None:
        return seats_from(roster.read_bytes(), away)
    return seats_of((Seat(**one._asdict()) for one in known), away) if known else None


def _setting(
    settings: Settings,
    name: str,
    *,
    staff: tuple[tuple[str, int], ...] = (),
    per_day: int | None = None,
    begins: date | None = None,
    limits: Path | None = None,
    calendar: Path | None = None,
    assumptions: Path | None = None,
) -> Setting:
    """Put together what is simulated, from a file or from what is published."""
    from dataclasses import replace

    from workflows.simulation.assumptions import assumed
    from workflows.simulation.gathering import published_setting, tried, written_setting

    assuming = assumed(assumptions).with_staff(dict(staff))
    if per_day is not None:
        assuming = replace(assuming, per_day=per_day)
    if name.endswith(".toml"):
        setting = written_setting(Path(name), assuming)
    else:
        from ops.opening import city_to_read

        with city_to_read(settings) as city:
            setting = published_setting(city.shelf, name, assuming)
    return replace(
        setting,
        begins=begins or setting.begins,
        **tried(setting, limits=limits, calendar=calendar),
    )


def _simulated_lines(found: Simulated, settings: Settings) -> Iterator[str]:
    yield (
        f"{found.workflow}: {found.cases:,} cases reported up to"
        f" {local(found.last_report_at, settings)}, {found.ended:,} ended (seed {found.seed})."
    )
    yield f"Late in some stage: {found.late.percent} %."
    yield f"Handled late, of those judged: {found.judged_late.percent} %."
    if found.calls or found.reopened:
        yield f"Owners of rungs called again: {found.calls:,}. Reopened: {found.reopened:,}."
    yield from (
        f"Sub-cases of {name}: {share.of:,}, {share.percent} % of them late."
        for name, share in found.parts.items()
    )
    yield from ("", *_rise_lines(found), "")
    yield from table(
        ("stage", "had a limit", "late", "%", "median min", "90 % min", "99 % min"),
        [
            (stage, share.of, share.count, f"{share.percent}%", *_minutes(found.stages.get(stage)))
            for stage, share in found.late_by_stage.items()
        ],
    )
    yield f"Whole case, working minutes: median {found.whole.p50:,}, 90 % {found.whole.p90:,}."
    yield ""
    yield from table(
        ("role", "people", "busy", "taken", "mean queue", "longest", "waited 90 % min"),
        [
            (
                crew.role,
                crew.people,
                f"{crew.utilisation_percent}%",
                crew.taken,
                str(crew.mean_queue),
                crew.longest_queue,
                crew.waited.p90,
            )
            for crew in found.crews
        ],
    )
    yield from _named("Never visited", found.never_visited)
    yield from _named("Left open in", [f"{name} ({n:,})" for name, n in found.left_open.items()])


def _rise_lines(found: Simulated) -> list[str]:
    rows = [(name, share.count, f"{share.percent}%") for name, share in found.rises.items()]
    return table(("rose to", "cases", "%"), rows) or ["There is no ladder to rise on."]


def _minutes(spread: Spread | None) -> tuple[int | None, int | None, int | None]:
    return (spread.p50, spread.p90, spread.p99) if spread else (None, None, None)


def _named(what: str, names: Any) -> list[str]:
    return [f"{what}: {', '.join(names)}."] if names else []


def _what_if_data(found: WhatIf, *, all_cases: bool) -> dict[str, Any]:
    from workflows.simulation.what_if import NOT_MODELLED

    return {
        "before": found.before,
        "after": found.after,
        "differ": len(found.differences) - found.refused,
        "moved": found.moved,
        "refused": found.refused,
        "unlike_record": found.unlike_record,
        "unreplayable": found.unreplayable,
        "not_modelled": NOT_MODELLED,
        "cases": found.differences if all_cases else found.differences[:_SHOWN],
    }


def _what_if_lines(found: WhatIf, shown: int, settings: Settings) -> Iterator[str]:
    from workflows.simulation.what_if import NOT_MODELLED

    differ = len(found.differences) - found.refused
    yield (
        f"{found.before.cases:,} cases replayed: {differ:,} would differ, {found.moved:,} only in"
        f" their instants, {found.refused:,} are refused by the draft."
    )
    yield from ("", *table(("", "before", "after", "change"), _total_rows(found)), "")
    for difference in found.differences[:shown]:
        yield from _difference_lines(difference, settings)
    if len(found.differences) > shown:
        yield f"... and {len(found.differences) - shown:,} more (--cases)."
    if found.unlike_record:
        yield (
            f"{found.unlike_record:,} cases were recorded by a clock that did not run in time;"
            " before is what the rules then in force say."
        )
    yield from (f"Cannot be replayed: {one}" for one in found.unreplayable[:shown])
    yield from ("", "Not modelled:", *(f"  {one}" for one in NOT_MODELLED))


def _total_rows(found: WhatIf) -> list[tuple[str, int, int, str]]:
    rows: list[tuple[str, int, int]] = [
        (said, getattr(found.before, name), getattr(found.after, name))
        for name, said in (
            ("late", "cases with a missed deadline"),
            ("risen", "cases that rose"),
            ("open", "cases still open"),
        )
    ]
    for name, said in (
        ("missed", "missed"),
        ("rises", "rises to"),
        ("verdicts", "handled"),
        ("hours", "hours at"),
    ):
        rows += _counted_rows(said, getattr(found.before, name), getattr(found.after, name))
    return [(said, before, after, f"{after - before:+,}") for said, before, after in rows]


def _counted_rows(said: str, before: Any, after: Any) -> list[tuple[str, int, int]]:
    return [(f"{said} {key}", before[key], after[key]) for key in sorted({*before, *after})]


def _difference_lines(difference: Difference, settings: Settings) -> Iterator[str]:
    from domain.kernel.ids import incident_number

    yield f"{incident_number(difference.incident)}  {difference.incident}"
    for when, outcome in (("before", difference.before), ("after ", difference.after)):
        if outcome is not None:
            missed = ", ".join(
                f"{one.deadline} ({local(one.due_at, settings)})" for one in outcome.missed
            )
            rises = ", ".join(f"{one.level} ({local(one.at, settings)})" for one in outcome.rises)
            yield f"    {when}: missed {missed or 'nothing'}; rose to {rises or 'nothing'}"
    yield from (f"    {reason}" for reason in difference.why)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@contextmanager
def _progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Draw a bar on a terminal; elsewhere draw none."""
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update
