"""Opening a city for one command: to read beside a running server, or to write alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ops.bootstrap import Gridward, assemble
from ops.locking import must_not_be_held
from ops.migrating import must_be_current, prepare
from ops.reading import catch_up
from ops.settings import Settings
from ops.standing import standing_now


@contextmanager
def city_to_read(settings: Settings) -> Iterator[Gridward]:
    """Open for reading only; it says on standard error when the read models are behind."""
    must_be_current(settings)
    city = assemble(settings, read_only=True)
    try:
        behind = max((one.events for one in standing_now(city).readers), default=0)
        if behind:
            print(f"(behind by {behind:,} events)", file=sys.stderr)  # noqa: T201
        yield city
    finally:
        city.close()


@contextmanager
def city_to_write(settings: Settings) -> Iterator[Gridward]:
    """Open for writing and bring the read models up to date before and after."""
    must_be_free(settings)
    must_be_current(settings)
    city = assemble(settings)
    try:
        prepare(city)
        catch_up(city.readers)
        yield city
        catch_up(city.readers)
    finally:
        city.close()


def must_be_free(settings: Settings) -> None:
    """Refuse ``writer-busy``, naming the process, when another one writes to the database."""
    if settings.embedded:
        must_not_be_held(settings.database_url.removeprefix("sqlite:///"))
