"""What if: recorded cases of a period under a draft of limits, calendar or definition.

What people did stays as it was recorded, at its instants; deadlines, breaches, rises and verdicts
are computed anew, once by the rules of the record and once by the draft, and compared.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from ledger.mapper import FactMapper
from workflows.simulation.comparing import (
    Difference,
    Outcome,
    Totals,
    outcome_of,
    reasons,
    refusal_told,
    unlike_record,
)
from workflows.simulation.recorded import Bodies, RecordedCase, decoded, read_case
from workflows.simulation.replaying import Replayed, replay
from workflows.simulation.rules import Book, Draft, Rules

AT_ONCE = 250
AHEAD = 2
NOT_MODELLED = (
    "People act at the instants at which they acted; nobody hurries for a nearer deadline.",
    "Other shifts move deadlines, not the hours in which people worked; `simulate` tries staffing.",
    "Routing and roles are not asked again; units and handlers stay as recorded.",
    "A roster says at which rungs of the ladder somebody sits, and nothing else.",
    "Sub-cases begin and end when they did, even where the draft would have opened none.",
    "Deadlines of whistles keep theirs; only those of the incident are computed anew.",
)

Progress = Callable[[int], None]


@dataclass(slots=True, kw_only=True)
class WhatIf:
    """What a draft would change: totals before and after, and each case that differs.

    ``moved`` cases keep their breaches and rises, but at other instants. ``refused`` cases are
    in neither total. ``unlike_record`` cases were recorded by a clock that did not run in time;
    their ``before`` is what the rules of then say.
    """

    before: Totals = field(default_factory=Totals)
    after: Totals = field(default_factory=Totals)
    differences: list[Difference] = field(default_factory=list)
    moved: int = 0
    refused: int = 0
    unlike_record: int = 0
    unreplayable: list[str] = field(default_factory=list)

    def add(self, other: WhatIf) -> None:
        """Add what another process found."""
        self.before.add(other.before)
        self.after.add(other.after)
        self.differences += other.differences
        self.moved += other.moved
        self.refused += other.refused
        self.unlike_record += other.unlike_record
        self.unreplayable += other.unreplayable


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the cases: the rules in force, the draft, and how far the log reaches."""

    rules: Rules
    draft: Draft
    until: datetime


def what_if(
    cases: Iterable[Bodies],
    question: Question,
    *,
    processes: int = 1,
    progress: Progress | None = None,
) -> WhatIf:
    """Ask it of all cases; the answer does not depend on the number of processes."""
    found = WhatIf()
    for part in _parts(cases, question, processes):
        found.add(part)
        if progress is not None:
            progress(part.before.cases + part.refused + len(part.unreplayable))
    return found


class Asking:
    """Answers for one case after the other; engines and decoders are built once."""

    def __init__(self, question: Question) -> None:
        """Lay both books side by side."""
        self._question = question
        self._mapper = FactMapper()
        self._then = Book(question.rules)
        self._draft = Book(question.rules, question.draft)

    def all_of(self, cases: Iterable[Bodies]) -> WhatIf:
        """Compare some cases."""
        found = WhatIf()
        for bodies in cases:
            self._ask(read_case(bodies.incident, decoded(bodies, self._mapper)), found)
        return found

    def _ask(self, case: RecordedCase, found: WhatIf) -> None:
        until = self._question.until
        then = replay(case, self._then, until=until)
        if then.refused is not None:
            found.unreplayable.append(f"{case.incident}: {refusal_told(then.refused)}")
            return
        before = outcome_of(then)
        found.unlike_record += unlike_record(case, before)
        drafted = replay(case, self._draft, until=until)
        if drafted.refused is not None:
            found.refused += 1
            why = (refusal_told(drafted.refused),)
            found.differences.append(
                Difference(incident=case.incident, before=before, after=None, why=why)
            )
            return
        self._compare(case, (before, then), (outcome_of(drafted), drafted), found)

    def _compare(
        self,
        case: RecordedCase,
        then: tuple[Outcome, Replayed],
        now: tuple[Outcome, Replayed],
        found: WhatIf,
    ) -> None:
        (before, was), (after, drafted) = then, now
        until, reported = self._question.until, case.opening.reported
        found.before.count(before, reported, self._then.level(reported), until)
        found.after.count(after, reported, self._draft.level(reported), until)
        if before == after:
            return
        if before.alike(after):
            found.moved += 1
            return
        calendar = self._draft.calendar(drafted.incident.course.calendar)
        why = reasons(before, after, seen=(was.seen, drafted.seen), calendar=calendar)
        found.differences.append(
            Difference(incident=case.incident, before=before, after=after, why=tuple(why))
        )


def _parts(cases: Iterable[Bodies], question: Question, processes: int) -> Iterator[WhatIf]:
    """Share the cases out; few of them are not worth starting processes for."""
    chunks = _chunks(cases)
    first = list(islice(chunks, AHEAD))
    if processes < 2 or len(first) < AHEAD:  # noqa: PLR2004  # one process is this one
        asking = Asking(question)
        yield from (asking.all_of(chunk) for chunk in chain(first, chunks))
        return
    with ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(question,),
    ) as pool:
        yield from _in_order(pool, chain(first, chunks), ahead=AHEAD * processes)


def _in_order(
    pool: ProcessPoolExecutor, chunks: Iterable[list[Bodies]], *, ahead: int
) -> Iterator[WhatIf]:
    """Give answers in the order of the cases, with few chunks on their way at any time."""
    waiting: deque[Future[WhatIf]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_answer, chunk))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _chunks(cases: Iterable[Bodies]) -> Iterator[list[Bodies]]:
    rest = iter(cases)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


_asking: list[Asking] = []


def _begin(question: Question) -> None:
    """Lay the books open once in each process."""
    _asking[:] = [Asking(question)]


def _answer(chunk: list[Bodies]) -> WhatIf:
    return _asking[0].all_of(chunk)
