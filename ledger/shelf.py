"""The shelf: published rules as objects, built once per version and shared by every reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from time import monotonic
from typing import Protocol, TypeVar
from uuid import UUID

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.limits import OFFICE_DAY
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.rulebook.calendars import calendar_from
from domain.rulebook.categories import Categories, categories_from
from domain.rulebook.content import Content
from domain.rulebook.limits import LimitBook, limits_from
from domain.rulebook.publication import (
    Publication,
    publication_id,
    read_reference,
    reference_to,
)
from domain.rulebook.retention import RetentionBook, retention_from
from domain.rulebook.routing import RoutingBook
from domain.rulebook.routing_content import routing_from
from domain.rulebook.whistles import WhistleBook, whistles_from

FRESH_FOR = 1.0
R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Loads(Protocol):
    """The part of the ledger the shelf needs."""

    def load(self, kind: type[R], record_id: UUID, /) -> R: ...


class Shelf:
    """A version never changes, so what was built is kept; only ``latest`` is asked again.

    Threads may share it: at worst two of them build the same version, and one is kept.
    """

    def __init__(
        self,
        records: Loads,
        *,
        fresh_for: float = FRESH_FOR,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """Look for new versions at most every ``fresh_for`` seconds."""
        self._records = records
        self._fresh_for = fresh_for
        self._seconds = seconds
        self._publications: dict[tuple[str, str], tuple[float, Publication]] = {}
        self._built: dict[tuple[str, str, int], object] = {}

    def calendar(self, reference: str) -> WorkingCalendar:
        """Give a calendar by ``name@version``; refuses ``unknown-publication, unknown-version``."""
        return self._built_once("calendar", reference, calendar_from, WorkingCalendar)

    def categories(self, reference: str) -> Categories:
        """Give categories by ``name@version``."""
        return self._built_once("categories", reference, categories_from, Categories)

    def limits(self, reference: str, *, day_minutes: int = OFFICE_DAY) -> LimitBook:
        """Give limits by ``name@version``, their working days as long as a calendar's."""
        build = partial(limits_from, day_minutes=day_minutes)
        return self._built_once("limits", reference, build, LimitBook, day_minutes)

    def whistles(self, reference: str, *, day_minutes: int = OFFICE_DAY) -> WhistleBook:
        """Give the kinds of whistle by ``name@version``."""
        build = partial(whistles_from, day_minutes=day_minutes)
        return self._built_once("whistles", reference, build, WhistleBook, day_minutes)

    def routing(self, reference: str, *, day_minutes: int = OFFICE_DAY) -> RoutingBook:
        """Give routing rules by ``name@version``."""
        build = partial(routing_from, day_minutes=day_minutes)
        return self._built_once("routing", reference, build, RoutingBook, day_minutes)

    def retention(self, reference: str) -> RetentionBook:
        """Give retention classes by ``name@version``."""
        return self._built_once("retention", reference, retention_from, RetentionBook)

    def content(self, kind: str, reference: str) -> Content:
        """Give the published content, such as a workflow definition, by ``name@version``."""
        name, version = read_reference(reference)
        publication = self._publication(kind, name)
        if publication.latest < version:  # another process may just have published it
            publication = self._loaded(kind, name)
        return publication.content(version)

    def latest(self, kind: str, name: str) -> str:
        """Give the reference of the highest version; refuses ``unknown-publication``."""
        return reference_to(name, self._fresh(kind, name).latest)

    def in_force(self, kind: str, name: str, on: date) -> str:
        """Give the reference in force on a local date; refuses ``nothing-in-force`` before it."""
        return _begun(kind, name, self._fresh(kind, name).in_force(on), on)

    def begins_with(self, kind: str, name: str, *, area: AreaCode, on: date) -> str:
        """Give the reference of what begins in an area on a local date: a pilot's, or in force."""
        return _begun(kind, name, self._fresh(kind, name).begins_with(area, on), on)

    def digest(self, kind: str, reference: str) -> str:
        """Give the SHA-256 under which a version was published."""
        name, version = read_reference(reference)
        self.content(kind, reference)
        return self._publication(kind, name).digest(version)

    def refresh(self) -> None:
        """Look for new versions at the next question, however soon."""
        self._publications.clear()

    def _built_once(
        self,
        kind: str,
        reference: str,
        build: Callable[[str, Content], T],
        made: type[T],
        day_minutes: int = OFFICE_DAY,
    ) -> T:
        kept = self._built.get((kind, reference, day_minutes))
        if isinstance(kept, made):
            return kept
        built = build(reference, self.content(kind, reference))
        self._built[kind, reference, day_minutes] = built
        return built

    def _fresh(self, kind: str, name: str) -> Publication:
        kept = self._publications.get((kind, name))
        if kept and self._seconds() - kept[0] < self._fresh_for:
            return kept[1]
        return self._loaded(kind, name)

    def _publication(self, kind: str, name: str) -> Publication:
        kept = self._publications.get((kind, name))
        return kept[1] if kept else self._loaded(kind, name)

    def _loaded(self, kind: str, name: str) -> Publication:
        asked = self._seconds()
        publication = self._records.load(Publication, publication_id(kind, name))
        if not publication.exists:
            reason = "Nothing was published under this name; publish it or correct the name."
            raise Refused("unknown-publication", reason, kind=kind, name=name)
        self._publications[kind, name] = (asked, publication)
        return publication


def _begun(kind: str, name: str, version: int | None, on: date) -> str:
    if version is None:
        reason = "These rules begin later; publish a version that is valid from an earlier day."
        raise Refused("nothing-in-force", reason, kind=kind, name=name, on=on.isoformat())
    return reference_to(name, version)
