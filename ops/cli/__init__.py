"""The command line: each group in a module of its own, imported when one of its commands runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import click

from domain.kernel.refusals import Refused


class Place(NamedTuple):
    """Where a command is found, and the line that ``--help`` has for it."""

    module: str
    name: str
    told: str


SECTIONS: Mapping[str, Mapping[str, Place]] = {
    "Running": {
        "demo": Place("running", "demo", "A sample city with a simulator, ready in one go."),
        "serve": Place("running", "serve", "Serve pages and API of this city."),
        "work": Place("running", "work", "Readers and clock apart from the server (PostgreSQL)."),
    },
    "The city": {
        "areas": Place("areas", "areas", "Divisions and grids: import, list, show, find."),
        "people": Place("people", "people", "The roster: import, list, roles, absences, duties."),
        "accounts": Place("accounts", "accounts", "Who signs in: invite, reset, disable, keys."),
        "persons": Place("persons", "persons", "Personal data: erase, restrict, hand out."),
        "units": Place("people", "units", "Departments and what they answer for."),
        "rules": Place("rules", "rules", "Calendars, categories, limits, workflows."),
        "workflow": Place("workflow", "workflow", "Check, publish, compare, draw, rehearse."),
    },
    "Incidents": {
        "incidents": Place("incidents", "incidents", "List, show, report, take a step."),
        "whistles": Place("whistles", "whistles", "List, show, blow, answer, judge."),
        "indicators": Place("indicators", "indicators", "The city's rates of a period."),
        "durations": Place("indicators", "durations", "How long stages and cases took."),
        "senders": Place("senders", "senders", "Devices and partners that sign their reports."),
        "import": Place("importing", "import_", "Take in records of other systems."),
    },
    "Upkeep": {
        "migrate": Place("upkeep", "migrate", "Make or update the database."),
        "status": Place("upkeep", "status", "What an operator wants to know."),
        "notices": Place("notices", "notices", "Deliveries: list, show, retry; the channels."),
        "snags": Place("snags", "snags", "What could not be carried out: list, show, retry."),
        "keys": Place("keys", "keys", "Keys of the vault: status, rotate, mend."),
        "changes": Place("changes", "changes", "Who changed a person, unit, area …, and why."),
        "check": Place("upkeep", "check", "Check the ledger against itself."),
        "rebuild": Place("upkeep", "rebuild", "Rebuild read models from the ledger."),
        "export": Place("upkeep", "export", "Write all events as JSON lines."),
    },
}
PLACES = {name: place for section in SECTIONS.values() for name, place in section.items()}


class RefusedError(click.ClickException):
    """A refusal as the command line says it: one sentence with its code, status 2."""

    exit_code = 2

    def __init__(self, refusal: Refused, *, as_json: bool = False) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.as_json = as_json

    def show(self, file: Any = None) -> None:
        """Say it on standard error; with --json as JSON."""
        if not self.as_json:
            click.echo(f"{click.style('Refused:', fg='red')} {self.message}", file, err=True)
            return
        from ops.cli.telling import as_text

        refusal = self.refusal
        told = {"code": refusal.code, "reason": refusal.reason, "facts": refusal.facts}
        click.echo(as_text(told), file, err=True)


class Commands(click.Group):
    """Knows the names and lines of all commands, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own signature
        """Name those that this installation has."""
        return [name for name, place in PLACES.items() if find_spec(_module(place))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command."""
        place = PLACES.get(cmd_name)
        if place is None or not find_spec(_module(place)):
            return None
        command: click.Command = getattr(import_module(_module(place)), place.name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Propose the names that a wrong one resembles."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(args[0], possibilities=names, ctx=ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them by section, without importing any."""
        here = set(self.list_commands(ctx))
        for section, places in SECTIONS.items():
            lines = [(name, place.told) for name, place in places.items() if name in here]
            if not lines:
                continue
            with formatter.section(section):
                formatter.write_dl(lines, col_spacing=3)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note --json early: also a wrong argument is answered in it."""
        ctx.meta["json"] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn refusals and the database's trouble into sentences."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            raise RefusedError(_at_length(refusal), as_json=ctx.meta["json"]) from None
        except Exception as error:
            if not _is_trouble(error):
                raise
            reason = f"The database does not answer: {str(error).splitlines()[0]}."
            trouble = Refused("database-trouble", reason)
            raise RefusedError(trouble, as_json=ctx.meta["json"]) from None


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the embedded database.")
@click.version_option(package_name="gridward", message="gridward %(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Gridward: the workflow engine of a city's grids.

    All state lies in GRIDWARD_HOME (./var), or in GRIDWARD_DATABASE on PostgreSQL. Every command
    that tells something also answers --json; a refusal is one sentence with its code, status 2.
    """
    from ops.settings import Settings

    settings = Settings.from_environment()
    ctx.obj = settings if home is None else replace(settings, home=home)


def _module(place: Place) -> str:
    return f"ops.cli.{place.module}"


def _at_length(refusal: Refused) -> Refused:
    from ops.locking import named_holder

    return named_holder(refusal)


def _is_trouble(error: Exception) -> bool:
    from eventsourcing.persistence import PersistenceError

    return isinstance(error, PersistenceError)
