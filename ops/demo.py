"""The demo: the sample city made at the first start, served with its simulator at every one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from domain.area.area import area_id
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from ledger.posting import put_to_rest
from ops.bootstrap import Gridward, assemble
from ops.cli.telling import table
from ops.migrating import bring_up, head, prepare, revision
from ops.opening import must_be_free
from ops.reading import catch_up
from ops.sample.accounts import FILE, Access, enrol_keeper, prepare_accounts
from ops.sample.people import SamplePerson, sample_people
from ops.serving import address_of, must_be_loopback, open_socket, serve
from ops.standing import standing_now
from projections.area.queries import tree_on

if TYPE_CHECKING:
    from ops.settings import Settings
    from ops.working import Simulated

DONE = "sample-city"
LONG_AWAY = timedelta(days=1)
_STEPS = 1_000
_MADE_BY = "sample:"

Progress = Callable[[str, float], None]


def run_demo(settings: Settings, *, still: bool = False) -> None:
    """Make what is missing, tell who is who, and serve; refuses what ``serve`` refuses."""
    must_be_loopback(settings.host)
    listening = open_socket(settings.host, settings.port)
    must_be_free(settings)
    people, access = ready_city(settings)
    address = address_of(listening)

    def ready() -> None:
        for line in _greeting(address, people, access):
            click.echo(line, err=True)

    serve(
        settings,
        listening,
        ready=ready,
        simulating=None if still else _simulator,
        works=True,
        sample=True,
    )


def ready_city(settings: Settings) -> tuple[list[SamplePerson], dict[str, Access]]:
    """Make or complete the sample city; refuses ``not-the-sample-city``.

    Gives one person per role, and how each of them signs in.

    A first start that was killed left no mark behind: the load goes on where it stopped.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    if not _has_database(settings) or revision(settings) != head():
        bring_up(settings)
    city = assemble(settings)
    try:
        if not _is_done(city):
            prepare(city)
            catch_up(city.readers)
            _must_be_ours(city)
            load(city)
        enrol_keeper(city)
        people = sample_people(city)
        return people, prepare_accounts(city, people)
    finally:
        city.close()


def load(city: Gridward) -> None:
    """Play the city's history up to now, and tell the read models."""
    from ops.sample.loading import load_sample_city

    with _bars() as progress:
        load_sample_city(city, progress=progress)
    put_to_rest(city.store, now=city.now())
    whole = sum(reader.events for reader in standing_now(city).readers)
    with click.progressbar(length=whole, label="Read models", file=sys.stderr) as bar:
        catch_up(city.readers, bar.update)
    _mark(city.settings).write_text(f"{city.now().isoformat()}\n", encoding="ascii")


def _is_done(city: Gridward) -> bool:
    """After a day or more without the demo the time in between is played as well."""
    if not _mark(city.settings).exists():
        return False
    last = standing_now(city).last_recorded_at
    return last is not None and city.now() - last < LONG_AWAY


def _must_be_ours(city: Gridward) -> None:
    """The simulator plays in a city of its own, never in somebody's real one."""
    with city.store.reading() as conn:
        top = next(iter(tree_on(conn, _today(city), down_to=Level.CITY)), None)
    made = _first_command(city, top) if top else ""
    if made and not made.startswith(_MADE_BY):
        reason = (
            f"The database in {city.settings.home} holds a city of its own, and the demo would play"
            " in it. Use `gridward serve`, or give the demo a folder: GRIDWARD_HOME=demo."
        )
        raise Refused("not-the-sample-city", reason)


def _first_command(city: Gridward, code: AreaCode) -> str:
    history = city.ledger.history(area_id(code))
    return history[0].fact.act.command_id if history else ""


def _simulator(city: Gridward) -> Simulated:
    from ops.sample.simulating import Simulator

    return Simulator(city)


@contextmanager
def _bars() -> Iterator[Progress]:
    """Show one bar for each thing that is done."""
    shown: dict[str, Any] = {}

    def progress(what: str, part: float) -> None:
        if what not in shown:
            _finish(shown)
            label = what.capitalize()
            shown[what] = click.progressbar(length=_STEPS, label=label, file=sys.stderr)
            shown[what].__enter__()
        bar = shown[what]
        bar.update(max(0, round(min(part, 1.0) * _STEPS) - bar.pos))

    try:
        yield progress
    finally:
        _finish(shown)


def _finish(shown: dict[str, Any]) -> None:
    for bar in shown.values():
        if not bar.finished:
            bar.update(max(0, _STEPS - bar.pos))
            bar.__exit__(None, None, None)


def _greeting(address: str, people: list[SamplePerson], access: dict[str, Access]) -> list[str]:
    rows = [
        (one.role, one.name, one.handle, how.password, how.secret or "")
        for one in people
        if (how := access.get(one.handle))
    ]
    return [
        f"The sample city is at {click.style(address, bold=True)}",
        "",
        "Be anybody of it, one for each role, or sign in as a real city does:",
        *(f"  {line}" for line in table(("role", "name", "person", "password", "TOTP"), rows)),
        "",
        f"Also kept in {FILE}, for your eyes. Ctrl-C stops it; nothing is lost.",
    ]


def _has_database(settings: Settings) -> bool:
    return not settings.embedded or (settings.home / "gridward.sqlite").exists()


def _mark(settings: Settings) -> Any:
    return settings.home / DONE


def _today(city: Gridward) -> date:
    return city.now().astimezone(ZoneInfo(city.settings.time_zone)).date()
