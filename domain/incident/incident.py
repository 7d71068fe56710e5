"""An incident: reported in a grid, moved by its workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from domain.incident import calls, photos
from domain.incident import events as happened
from domain.incident.course import Course, Deadline
from domain.incident.policies import why_due, why_judged
from domain.kernel.record import Record
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.act import Act
    from domain.kernel.calendar import Clock
    from domain.kernel.confiding import Words
    from domain.kernel.facts import Fact
    from domain.kernel.limits import Limit, StampedLimit
    from domain.kernel.places import Place
    from domain.kernel.routed import Routed
    from domain.kernel.steps import Step, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """How a resident who reported can be reached, and the hash of what opens his own page."""

    contact: Words | None = None
    follow: str | None = None


NOBODY = Resident()


class Incident(Record):
    """One civic matter. It decides nothing about order of stages: the workflow grants each step."""

    KIND: ClassVar[str] = "incident"

    def __init__(self, record_id: UUID) -> None:
        """Begin before the report."""
        super().__init__(record_id)
        self.course = Course()
        self.place: Place | None = None
        self.photos: dict[str, photos.Photo] = {}
        self.calls: list[calls.Call] = []

    def when(self, fact: Fact) -> None:
        """Take a fact in."""
        self.course.fold(fact)
        photos.note(self.photos, fact)
        calls.note(self.calls, fact)
        if isinstance(fact, happened.Reported):
            self.place = fact.place

    def report(
        self,
        act: Act,
        *,
        area: str,
        level: str,
        category: str,
        source: str,
        workflow: str,
        calendar: str,
        stage: str,
        marks: tuple[str, ...] = (),
        limit: Limit | None = None,
        reporter: str | None = None,
        place: Place | None = None,
        words: Words | None = None,
        reference: str | None = None,
        resident: Resident = NOBODY,
    ) -> None:
        """Begin the case; refuses ``already-reported``."""
        self._must_be_new()
        self.tell(
            happened.Reported(
                act=act,
                area=area,
                level=level,
                category=category,
                source=source,
                workflow=workflow,
                calendar=calendar,
                stage=stage,
                marks=marks,
                limit=limit,
                reporter=reporter,
                place=place,
                words=self.confide(words, field="words"),
                reference=reference,
                contact=self.confide(resident.contact, field="contact"),
                follow=resident.follow,
            )
        )

    def move(
        self,
        step: Step,
        act: Act,
        *,
        answers: dict[str, str | int | bool] | None = None,
        remark: Words | None = None,
    ) -> None:
        """Carry out a granted step that changes the stage."""
        self._must_stand_in(step.left)
        self.tell(
            happened.StageChanged(
                act=act,
                step=step.name,
                left=step.left,
                stage=step.stage,
                marks=step.marks,
                limit=step.limit,
                stops_clock=step.stops_clock,
                final=step.final,
                answers=answers or {},
                remark=self.confide(remark, field="remark"),
                why=step.why,
            )
        )

    def file(
        self,
        act: Act,
        *,
        category: str,
        limit: Limit | None,
        calendar: str,
        condition: str | None = None,
        categories: str | None = None,
        limits: str | None = None,
        unit: str | None = None,
        why: Why | None = None,
        routed: Routed | None = None,
        steps: tuple[StampedLimit, ...] = (),
    ) -> None:
        """Make it a valid report and stamp what is in force; refuses ``already-filed``."""
        if self.course.filed_at is not None:
            reason = "This case was filed before; its category and limit stay as stamped then."
            raise Refused("already-filed", reason, filed_at=self.course.filed_at.isoformat())
        self.tell(
            happened.Filed(
                act=act,
                category=category,
                limit=limit,
                calendar=calendar,
                condition=condition,
                categories=categories,
                limits=limits,
                unit=unit,
                why=why or {},
                routed=routed,
                steps=steps,
            )
        )

    def assign(
        self, act: Act, *, unit: str, handler: str | None = None, why: Why | None = None
    ) -> None:
        """Make a unit responsible; saying it twice records it once."""
        course = self.course
        if (unit, handler, None) == (course.unit, course.handler, course.sub_unit):
            return
        self.tell(happened.Assigned(act=act, unit=unit, handler=handler, why=why or {}))

    def miss(self, deadline: Deadline, act: Act) -> None:
        """Record that a deadline passed; saying it twice records it once."""
        if deadline.timer in self.course.missed:
            return
        self.tell(
            happened.DeadlineMissed(
                act=act,
                deadline=deadline.name,
                timer=deadline.timer,
                due_at=deadline.due_at,
                why=why_due(deadline, self.course.calendar),
            )
        )

    def settle(self, act: Act, *, outcome: str, calendar: Clock) -> None:
        """Judge on-time, rework and wrong dispatch, once, at the end."""
        course = self.course
        if course.outcome is not None:
            return
        due_at = course.bundled_due_at(calendar)
        on_time = course.handled_by_then(due_at)
        self.tell(
            happened.Settled(
                act=act,
                outcome=outcome,
                on_time=on_time,
                reworks=course.reworks,
                wrong_dispatches=course.wrong_dispatches,
                why=why_judged(course, due_at),
            )
        )

    def _must_be_new(self) -> None:
        if self.exists:
            reason = "This incident was reported before. Open it instead of reporting it again."
            raise Refused("already-reported", reason, incident=str(self.id))

    def _must_stand_in(self, stage: str) -> None:
        if self.course.stage != stage:
            reason = "The case has moved on. Load it again and choose from the steps open now."
            raise Refused("stage-passed", reason, stage=self.course.stage, expected=stage)
