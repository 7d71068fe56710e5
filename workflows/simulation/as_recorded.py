"""Who sat where as a case itself tells it, before any roster is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from domain.incident.events import Escalated
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode, Level
from workflows.engine import Engine
from workflows.simulation.recorded import RecordedCase
from workflows.simulation.rules import Book


class AsRecorded:
    """The rules of a book, but a rung that was found empty that day stays so, and one held, too.

    The roster as it is known now may say otherwise of that day; what the clock of then found out
    is what happened. Days on which the case did not rise are the roster's to answer.
    """

    __slots__ = ("_book", "_case", "_found")

    def __init__(self, book: Book, case: RecordedCase) -> None:
        """Read nothing yet; most cases never rise."""
        self._book = book
        self._case = case
        self._found: dict[tuple[Level, date], bool] | None = None

    def engine(self, workflow: str, calendar: str) -> Engine:
        """Give the book's."""
        return self._book.engine(workflow, calendar)

    def calendar(self, reference: str) -> WorkingCalendar:
        """Give the book's."""
        return self._book.calendar(reference)

    def sits(self, role: str, area: AreaCode, day: date) -> bool:
        """Tell what was found that day, else what the roster says."""
        if self._found is None:
            self._found = dict(_told(self._case, self._book))
        found = self._found.get((area.level, day))
        return self._book.sits(role, area, day) if found is None else found


def _told(case: RecordedCase, book: Book) -> Iterator[tuple[tuple[Level, date], bool]]:
    zone = ZoneInfo(book.calendar(case.opening.reported.calendar).time_zone)
    for fact in case.facts:
        if isinstance(fact, Escalated):
            day = fact.act.at.astimezone(zone).date()
            skipped = fact.why.get("skipped", ())
            for word in skipped if isinstance(skipped, list | tuple) else ():
                yield (Level.named(str(word)), day), False
            yield (Level.named(fact.level), day), True
