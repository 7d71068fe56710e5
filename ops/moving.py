"""Moving running cases to another version: the dry run, and carrying a plan out in batches.

Each case is one command with an id of its own, so a run that was killed goes on where it stopped
and nothing happens twice. Cases are found through the read model and decided on what stands in the
ledger; passes are repeated until one moves nothing, so a case that the read model did not know yet,
or that somebody acted on meanwhile, comes with the next.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.moving.moving import Moving, State, moving_id
from domain.moving.plan import Plan
from ledger.errors import StaleRecord
from ops.reading import catch_up
from projections.moving import queries
from workflows.desk import Desk
from workflows.moving.commands import (
    BeginMoving,
    FinishMoving,
    MakePlan,
    MoveCase,
    move_command_id,
)
from workflows.moving.handlers import said_of, ways
from workflows.moving.judging import Moves, NeedsMapping

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

BATCH = 200
_WAIT_FOR_READERS = 30.0
_FINDS_CASES = ("incidents", "movings")
Progress = Callable[[int], None]
"""Told how many more cases were moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a plan would do now; ``missing`` and ``refused`` name cases by what keeps them."""

    plan: Plan
    as_is: int
    mapped: int
    missing: dict[str, list[str]]
    refused: dict[str, list[str]]

    @property
    def movable(self) -> int:
        """Count the cases that would move."""
        return self.as_is + self.mapped

    @property
    def staying(self) -> int:
        """Count those that would stay."""
        return sum(map(len, (*self.missing.values(), *self.refused.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended: ``finished`` or ``paused``, and the cases it moved and left."""

    state: State
    moved: int
    refused: int


def dry_run(city: Gridward, plan: Plan) -> DryRun:
    """Judge every open case that the plan is for, by its own calendar; nothing is recorded."""
    asked = ways(plan, city.desk.office)
    kinds: Counter[bool] = Counter()
    missing: dict[str, list[str]] = defaultdict(list)
    refused: dict[str, list[str]] = defaultdict(list)
    with city.store.reading() as conn:
        for case in queries.pinned_cases(conn, plan.left, area=_area(plan)):
            verdict = asked.judge(case.course)
            if isinstance(verdict, Moves):
                kinds[verdict.as_is] += 1
            elif isinstance(verdict, NeedsMapping):
                missing[f"{verdict.what} {verdict.name}"].append(case.number)
            else:
                refused[said_of(verdict, plan)].append(case.number)
    return DryRun(
        plan=plan,
        as_is=kinds[True],
        mapped=kinds[False],
        missing=dict(missing),
        refused=dict(refused),
    )


def begin(city: Gridward, plan: Plan, act: Act) -> None:
    """Make the plan and let it run; refuses ``mapping-missing``, ``old-version-in-force``."""
    found = dry_run(city, plan)
    if found.missing:
        reason = (
            f"{plan.workflow} has no {', no '.join(found.missing)}, where open cases stand. Say in"
            " the plan where they go."
        )
        raise Refused("mapping-missing", reason, missing=sorted(found.missing))
    city.desk.do(MakePlan(plan=plan), _anew(act))
    city.desk.do(BeginMoving(plan=plan.name), _anew(act))


def is_under_way(city: Gridward, name: str) -> bool:
    """Tell whether a run of the plan was begun and not finished: stopped, or killed."""
    return city.ledger.load(Moving, moving_id(name)).state == "running"


def carry_out(
    city: Gridward,
    name: str,
    act: Act,
    *,
    batch: int = BATCH,
    pause: float = 0.0,
    progress: Progress = lambda _moved: None,
) -> Outcome:
    """Move case after case until none is left that can move, or somebody pauses the plan."""
    return _Run(city, name, act, batch=batch, pause=pause, progress=progress).carry_out()


class _Run:
    """One run over all cases of a plan that was begun."""

    def __init__(
        self,
        city: Gridward,
        name: str,
        act: Act,
        *,
        batch: int,
        pause: float,
        progress: Progress,
    ) -> None:
        self._city, self._name, self._act = city, name, act
        self._batch, self._pause, self._progress = batch, pause, progress
        self._id = moving_id(name)
        self._plan = self._moving().plan
        self._moved = 0

    def carry_out(self) -> Outcome:
        again = True
        refused = 0
        while again:
            must_be_up_to_date(self._city)
            again, refused = self._pass()
            if (state := self._moving().state) != "running":
                return Outcome(state=state, moved=self._moved, refused=refused)
        return self._finish(refused)

    def _pass(self) -> tuple[bool, int]:
        """Go over all cases once; give whether something changed, and how many stayed."""
        after, changed, refused = None, False, 0
        while ids := self._next(after):
            moved, stayed = self._move(ids)
            changed, refused, after = changed or moved > 0, refused + stayed, ids[-1]
            if self._moving().state != "running":
                break
            time.sleep(self._pause)
        return changed, refused

    def _next(self, after: UUID | None) -> list[UUID]:
        with self._city.store.reading() as conn:
            return queries.pinned_ids(
                conn, self._plan.left, area=_area(self._plan), after=after, limit=self._batch
            )

    def _move(self, cases: Sequence[UUID]) -> tuple[int, int]:
        """Move a batch in one transaction a part; who was overtaken comes with the next pass."""
        batch = self._city.ledger.batch()
        batch.foresee((case, f"{case}:{move_command_id(self._id, case)}") for case in cases)
        desk = Desk(replace(self._city.desk.office, records=batch))
        stayed = sum(not self._order(desk, case) for case in cases)
        tried = len(batch)
        try:
            batch.flush()
        except StaleRecord:
            return 1, stayed
        self._moved += tried
        self._progress(tried)
        return tried, stayed

    def _order(self, desk: Desk, case: UUID) -> bool:
        """Tell whether the case may go; one that ended or moved meanwhile needs nothing.

        One that this plan moved before, and another plan moved back, stays: name a new plan.
        """
        act = replace(self._act, command_id=move_command_id(self._id, case), at=self._city.now())
        try:
            answer = desk.do(MoveCase(incident=case, plan=self._name), act)
        except Refused as refusal:
            if refusal.code != "case-cannot-move":
                raise
            return False
        return answer is None or not answer.repeated

    def _finish(self, refused: int) -> Outcome:
        must_be_up_to_date(self._city)
        with self._city.store.reading() as conn:
            moved = next(row.moved for row in queries.plans(conn) if row.plan == self._id)
        order = FinishMoving(plan=self._name, moved=moved, refused=refused)
        self._city.desk.do(order, replace(_anew(self._act), at=self._city.now()))
        return Outcome(state="finished", moved=self._moved, refused=refused)

    def _moving(self) -> Moving:
        return self._city.ledger.load(Moving, self._id)


def must_be_up_to_date(city: Gridward) -> None:
    """Tell the read models all that is recorded by now; refuses ``read-model-behind``."""
    heads = city.feed.heads()
    catch_up(city.readers)
    for reader in city.readers:
        if reader.model.name not in _FINDS_CASES:
            continue
        for part, position in heads.items():
            if not reader.wait_until(part, position, timeout=_WAIT_FOR_READERS):
                reason = (
                    f"The read model '{reader.model.name}' is behind, so cases could be missed."
                    " Look at `gridward status`, then go on: what was moved stays moved."
                )
                raise Refused("read-model-behind", reason, model=reader.model.name)


def _area(plan: Plan) -> AreaCode | None:
    return AreaCode(plan.area) if plan.area else None


def _anew(act: Act) -> Act:
    """Each order to the plan itself is a wish of its own; repeated ones record nothing."""
    return replace(act, command_id=secrets.token_hex(16))
