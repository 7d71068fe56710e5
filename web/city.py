"""What the pages need of a city: its desk and ledger, its rules, its read models, its clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app

if TYPE_CHECKING:
    from ledger.blind_index import BlindIndex
    from ledger.erasing import Eraser
    from ledger.evidence import Photos
    from ledger.factors import Factors
    from ledger.ledger import Ledger
    from ledger.sessions import Sessions
    from ledger.shelf import Shelf
    from ledger.store import Store
    from ledger.throttle import Throttle
    from workflows.desk import Desk

Health = Callable[[], Mapping[str, object]]
"""Gives what ``/health`` answers; a false ``ok`` in it is answered with 503."""
Metrics = Callable[[], bytes]
"""Gives the text that Prometheus reads."""

Reading: TypeAlias = Any
"""A connection on its way from the store to a query: the web asks, and speaks no SQL itself."""

_KEY = "gridward"


class Chosen(Protocol):
    """The settings that pages go by."""

    @property
    def language(self) -> str: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def workflow(self) -> str: ...
    @property
    def publish_words(self) -> bool: ...
    @property
    def hosts(self) -> Sequence[str]: ...


class Waits(Protocol):
    """A reader that can be waited for, so that a page sees what it just wrote."""

    @property
    def name(self) -> str: ...
    def wait_until(
        self, part: int, position: int | None = None, *, timeout: float = 1.0
    ) -> bool: ...


class Hindered(Protocol):
    """A deadline or a fact that could not be followed up; ``who`` is the clock or a process."""

    @property
    def id(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def stream(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def times(self) -> int: ...
    @property
    def first_at(self) -> datetime: ...
    @property
    def last_at(self) -> datetime: ...


class City(Protocol):
    """Everything a process works with, as it was put together at the start."""

    @property
    def settings(self) -> Chosen: ...
    @property
    def store(self) -> Store: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def readers(self) -> Sequence[Waits]: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def throttle(self) -> Throttle: ...
    @property
    def factors(self) -> Factors: ...
    @property
    def photos(self) -> Photos: ...
    @property
    def index(self) -> BlindIndex: ...
    @property
    def eraser(self) -> Eraser: ...
    @property
    def now(self) -> Callable[[], datetime]: ...
    def snags(self) -> Sequence[Hindered]: ...


def open_city(extensions: dict[str, object], city: City) -> None:
    """Lay the city where every view finds it."""
    extensions[_KEY] = city


def the_city() -> City:
    """Give the city of the application at work."""
    return cast("City", current_app.extensions[_KEY])


def city_zone() -> ZoneInfo:
    """Give the time zone the city's people live by."""
    return ZoneInfo(the_city().settings.time_zone)


def today() -> date:
    """Give the city's date."""
    return the_city().now().astimezone(city_zone()).date()
