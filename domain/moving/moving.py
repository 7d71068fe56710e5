"""A moving: one plan under one name, begun, paused, resumed and finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, cast

from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.moving import events as happened
from domain.moving.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.kernel.act import Act
    from domain.kernel.facts import Fact
    from domain.moving.plan import Wish

State = Literal["planned", "running", "paused", "finished"]


class Moving(Record):
    """What a plan says never changes; only how far it was carried out does."""

    KIND: ClassVar[str] = "moving"

    def __init__(self, record_id: UUID) -> None:
        """Begin without a plan."""
        super().__init__(record_id)
        self._plan: Plan | None = None
        self.state: State = "planned"

    @property
    def plan(self) -> Plan:
        """The plan; refuses ``no-such-plan`` before it was made."""
        if self._plan is None:
            reason = "There is no such plan. Ask `gridward workflow migrations` for its name."
            raise Refused("no-such-plan", reason, plan=str(self.id))
        return self._plan

    def make(self, act: Act, plan: Plan) -> None:
        """Make the plan; the same again records nothing, another refuses ``plan-stands``."""
        if self._plan == plan:
            return
        if self._plan is not None:
            reason = "A plan of this name says something else, and stands. Give yours a new name."
            raise Refused("plan-stands", reason, plan=plan.name)
        self.tell(
            happened.PlanMade(
                act=act,
                name=plan.name,
                left=plan.left,
                workflow=plan.workflow,
                stages=dict(plan.stages),
                levels=dict(plan.levels),
                deadlines=dict(plan.deadlines),
                open_deadlines=plan.open_deadlines,
                area=plan.area,
            )
        )

    def begin(self, act: Act) -> None:
        """Let it be carried out, or again once more cases can move; refuses ``moving-paused``."""
        name = self.plan.name
        if self.state == "paused":
            reason = f"It was paused: `gridward workflow resume {name}` lets it go on."
            raise Refused("moving-paused", reason, plan=name)
        if self.state != "running":
            self.tell(happened.MovingBegun(act=act))

    def pause(self, act: Act) -> None:
        """Stop it after the batch at hand; refuses ``moving-not-running``."""
        if self.state == "paused":
            return
        self._must_run()
        self.tell(happened.MovingPaused(act=act))

    def resume(self, act: Act) -> None:
        """Let it go on; refuses ``moving-not-running`` when it was not begun, or is over."""
        if self.state == "paused":
            self.tell(happened.MovingResumed(act=act))
        else:
            self._must_run()

    def finish(self, act: Act, *, moved: int, refused: int) -> None:
        """Say that nothing is left to move; refuses ``moving-not-running``."""
        if self.state == "finished":
            return
        self._must_run()
        self.tell(happened.MovingFinished(act=act, moved=moved, refused=refused))

    def when(self, fact: Fact) -> None:
        """Keep the plan and its state."""
        match fact:
            case happened.PlanMade():
                self._plan = _plan_of(fact)
            case happened.MovingBegun() | happened.MovingResumed():
                self.state = "running"
            case happened.MovingPaused():
                self.state = "paused"
            case happened.MovingFinished():
                self.state = "finished"

    def _must_run(self) -> None:
        if self.state != "running":
            reason = f"The plan is {self.state}: nothing of it is being carried out now."
            raise Refused("moving-not-running", reason, plan=self.plan.name, state=self.state)


def moving_id(name: str) -> UUID:
    """Give the id of the plan of a name."""
    return named_id("moving", name)


def _plan_of(fact: happened.PlanMade) -> Plan:
    return Plan(
        name=fact.name,
        left=tuple(fact.left),
        workflow=fact.workflow,
        stages=fact.stages,
        levels=fact.levels,
        deadlines=cast("Mapping[str, Wish]", fact.deadlines),
        open_deadlines=cast("Wish", fact.open_deadlines),
        area=fact.area,
    )
