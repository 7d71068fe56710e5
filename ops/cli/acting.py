"""Who acts on the command line: the operator, or a person of the roster who is named."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import click

from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.moments import usable_day
from domain.kernel.refusals import Refused
from ops.bootstrap import Gridward
from projections.area import queries


def operator(city: Gridward, *, command_id: str | None = None) -> Act:
    """Give the act of whoever may use this machine's command line."""
    return Act(
        person=OPERATOR,
        role=OPERATOR,
        area=top_area(city) or "",
        command_id=command_id or secrets.token_hex(16),
        at=city.now(),
    )


def act_now(city: Gridward, *, area: str | None = None, command_id: str | None = None) -> Act:
    """Give the act of whoever orders this command, in an area or where the role is held."""
    from web.access import viewer

    who = viewer()
    if who.role == OPERATOR:
        act = operator(city, command_id=command_id)
        return replace(act, area=area) if area else act
    where = area or str(who.area)
    return who.act(area=where, command_id=command_id or secrets.token_hex(16), at=city.now())


def top_area(city: Gridward) -> AreaCode | None:
    """Give the city itself, once its divisions are imported."""
    with city.store.reading() as conn:
        tree = queries.tree_on(conn, today(city), down_to=Level.CITY)
    return next(iter(tree), None)


def today(city: Gridward) -> date:
    """Give the city's date."""
    return city.now().astimezone(ZoneInfo(city.settings.time_zone)).date()


class DayType(click.ParamType[Any]):
    """A day, written 2026-03-01."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        if isinstance(value, date):
            return value
        try:
            return usable_day(date.fromisoformat(value))
        except ValueError:
            self.fail(f"'{value}' is no day; write it as 2026-03-01.", param, ctx)
        except Refused as refusal:
            self.fail(refusal.reason, param, ctx)


class AreaType(click.ParamType[Any]):
    """An area code of 12 or 15 digits."""

    name = "area"

    def convert(self, value: Any, param: Any, ctx: Any) -> AreaCode:  # noqa: ARG002
        """Read it; refuses ``invalid-area-code``."""
        return AreaCode(value)


DAY, AREA = DayType(), AreaType()


def day_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for a day; today when it is not given."""
    return click.option("--day", type=DAY, help="As it stood on a day; today if left out.")(command)
