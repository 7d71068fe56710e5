"""The hint on pages that no calendar is published for a year."""

from __future__ import annotations

from collections.abc import Iterable

from domain.kernel.codes import AreaCode
from web.city import the_city
from web.languages import say
from web.naming import Naming
from workflows.definition import Definition
from workflows.rulebook.years import unannounced


def year_hints(
    definitions: Iterable[Definition], area: AreaCode | None, naming: Naming
) -> list[str]:
    """Give a sentence for each calendar that lacks a year; none when all are published."""
    city = the_city()
    return [
        say(
            "No calendar is published for {years} in {place} ({calendar}); working time is counted"
            " by plain weeks, without holidays and made-up working days.",
            years=", ".join(map(str, one.years)),
            place=naming.path(one.area) if one.area else say("the whole city"),
            calendar=one.calendar,
        )
        for one in unannounced(city.shelf, definitions, area, city.now())
    ]
