"""The policy: who does what next with a case, and when. Pure: facts and a seed in, a move out.

History and simulator both ask here, so the city lives on as it lived. Every lot is drawn from the
seed, the case's id and where it stands; a case loaded again is therefore decided the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from domain.incident import marks
from domain.kernel.calendar import ELAPSED, Clock, WorkingCalendar
from domain.kernel.codes import AreaCode, Level
from ops.sample.case import Case
from ops.sample.city import City, member_of, staff_of
from ops.sample.drawing import lot, one_of
from ops.sample.phrases import phrase
from ops.sample.shape import Shape
from workflows.guards import sampled_for_audit
from workflows.incident.commands import Given

PHOTO = sha256(b"").hexdigest()  # the sample keeps no photos
DAY_MINUTES = 480
PLAIN_MINUTES = 60
SELF_HANDLED_MINUTES = (4, 45)
DECISION_MINUTES = (5, 70)
DISPATCHER_GRANTS = 2 * DAY_MINUTES  # a longer deferral is the duty leader's, says the definition
SUSPENDED_DAYS = (3, 15)
# Each as often as the other, but that only some cases are verified and few are asked to be void.
FORGETFUL = (
    "accepting",
    "verifying",
    "verifying",
    "awaiting_filing",
    "awaiting_filing",
    "awaiting_dispatch",
    "awaiting_dispatch",
    "void_decision",
    "awaiting_check",
    "awaiting_check",
    "checking",
    "checking",
    "awaiting_closing",
    "awaiting_closing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What somebody will do with a case, and when."""

    at: datetime
    step: str
    role: str
    person: str
    answers: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A case among the people, figures and clocks it is decided by."""

    case: Case
    city: City
    shape: Shape
    calendar: WorkingCalendar

    def lot(self, *words: object) -> float:
        """Draw for this case."""
        return lot(self.city.seed, self.case.id.hex, *words)

    def chance(self, turn: str, *words: object) -> bool:
        """Tell whether the case takes a turn."""
        return self.lot(turn, *words) < self.shape.chances[turn]

    @property
    def area(self) -> AreaCode:
        return AreaCode(self.case.course.area)

    @property
    def moved_at(self) -> datetime:
        moved_at = self.case.moved_at
        assert moved_at is not None  # noqa: S101  # the report moved it
        return moved_at

    @property
    def clock(self) -> Clock:
        """Office hours, or the clock on the wall where life or supply is in danger."""
        limit = self.case.course.bundled
        urgent = self.case.course.category.startswith("04")
        return ELAPSED if urgent or (limit and limit.clock == "elapsed") else self.calendar

    def after(self, began_at: datetime, minutes: float, *words: object) -> datetime:
        """Give an instant so many minutes of the clock later, at some second."""
        seconds = timedelta(seconds=int(self.lot("second", *words) * 59))
        return self.clock.after(began_at, max(1, round(minutes))) + seconds

    def minutes(self, bounds: tuple[int, int], *words: object) -> float:
        """Draw a number of minutes between two bounds."""
        least, most = bounds
        return least + (most - least) * self.lot("minutes", self.case.course.entries, *words)


def next_move(scene: Scene) -> Move | None:
    """Give what comes next; None when the case has ended or waits for the clock or for nobody."""
    course = scene.case.course
    decide = _STAGES.get(course.stage)
    if course.ended or decide is None:
        return None
    return decide(scene)


def _accepting(scene: Scene) -> Move | None:
    course = scene.case.course
    done = course.marks
    if marks.SELF_HANDLED not in done and scene.case.made_up and _on_the_spot(scene):
        at = scene.moved_at + timedelta(minutes=scene.minutes(SELF_HANDLED_MINUTES))
        at = at.replace(microsecond=0)
        words = phrase("spot", scene.lot("words"))
        reporter = course.reporter or ""
        return _move("handle_on_spot", "grid_member", reporter, at, {"remark": words})
    if course.public and marks.VERIFIED not in done:
        return _at_desk(scene, "send_to_verify", "acceptor")
    if marks.ACCEPTED not in done and scene.chance("refused"):
        return _at_desk(scene, "refuse", "acceptor", reason="refused")
    return _at_desk(scene, "pass_on", "acceptor")


def _verifying(scene: Scene) -> Move | None:
    if scene.chance("untrue"):
        return _on_site(scene, "find_untrue", reason="untrue")
    return _on_site(scene, "confirm_true", remark="true")


def _awaiting_filing(scene: Scene) -> Move | None:
    course = scene.case.course
    if course.marks.count(marks.ACCEPTED) == 1 and scene.chance("handed_back"):
        return _at_desk(scene, "hand_back", "duty_leader", reason="handed_back")
    if course.filed_at is None and scene.chance("declined"):
        return _at_desk(scene, "decline", "duty_leader", reason="declined")
    condition = "emergency" if scene.chance("emergency") else "ordinary"
    answers: Given = {"category": course.category, "condition": condition}
    return _at_desk(scene, "file", "duty_leader", answers)


def _awaiting_dispatch(scene: Scene) -> Move | None:
    course = scene.case.course
    asked = "void" in (*course.granted, *course.refused)
    wanted = scene.chance("void_asked") or _forgotten_in(scene) == "void_decision"
    if wanted and not asked and not course.dispatches:
        return _at_desk(scene, "ask_void", "dispatcher", {"photo": PHOTO}, reason="void")
    answers: Given = {"unit": _unit_for(scene)}
    crew = scene.city.crews.get(str(answers["unit"]))
    if crew and scene.chance("named_handler", course.entries):
        answers["handler"] = one_of(crew.handlers, scene.lot("handler", course.entries))
    return _at_desk(scene, "dispatch", "dispatcher", answers)


def _void_decision(scene: Scene) -> Move | None:
    if scene.chance("void_granted"):
        return _at_desk(scene, "grant_void", "duty_leader")
    return _at_desk(scene, "refuse_void", "duty_leader", reason="no")


def _handling(scene: Scene) -> Move | None:
    course = scene.case.course
    crew = scene.city.crews.get(course.unit or "")
    if course.request_kind is not None:
        return _decision(scene, course.request_kind)
    if crew is None:
        return None
    handler = course.handler or one_of(crew.handlers, scene.lot("handler", course.entries))
    began_at = course.entered_at or scene.moved_at
    finish = _handling_minutes(scene)
    asked = (*course.granted, *course.refused)
    right = scene.city.crew_for(course.category, scene.area)
    if crew.department is not right.department and "return" not in course.refused:
        return _asking(scene, "return", handler, scene.minutes((15, 120)), began_at)
    if "suspension" not in asked and scene.chance("suspension"):
        return _asking(scene, "suspension", handler, finish * 0.3, began_at)
    if "deferral" not in asked and _wants_more_time(scene, finish):
        return _asking(scene, "deferral", handler, min(finish, _limit(scene)) * 0.75, began_at)
    at = scene.after(began_at, finish, "done", course.entries)
    answers: Given = {}
    if scene.lot("told", course.entries) < 0.5:  # noqa: PLR2004  # half of them write a line
        answers["remark"] = phrase("done", scene.lot("words", course.entries))
    return _move("done", "handler", handler, _not_before(at, scene), answers)


def _suspended(scene: Scene) -> Move | None:
    days = scene.minutes(SUSPENDED_DAYS)
    at = scene.calendar.after(scene.moved_at, round(days * DAY_MINUTES))
    dispatcher = _desk(scene, "dispatcher")
    return _move("resume", "dispatcher", dispatcher, at, {"remark": phrase("resumed", 0.0)})


def _awaiting_check(scene: Scene) -> Move | None:
    return _at_desk(scene, "send_to_check", "acceptor")


def _checking(scene: Scene) -> Move | None:
    if scene.chance("check_failed", scene.case.course.entries):
        return _on_site(scene, "fail_check", reason="failed")
    return _on_site(scene, "pass_check", remark="passed")


def _awaiting_closing(scene: Scene) -> Move | None:
    course = scene.case.course
    due_at = course.bundled_due_at(scene.calendar)
    late = due_at is not None and course.handled_at is not None and course.handled_at > due_at
    return _at_desk(scene, "close", "duty_leader", {"outcome": "late" if late else "normal"})


def _awaiting_audit(scene: Scene) -> Move | None:
    if not sampled_for_audit(scene.case.id):
        return None  # the clock archives it
    drawn = scene.lot("audit")
    if drawn < scene.shape.chances["audit_invalid"]:
        return _at_desk(scene, "find_invalid", "duty_leader", reason="invalid")
    if 1 - drawn < scene.shape.chances["audit_sent_on"]:
        return _at_desk(scene, "send_on", "duty_leader", reason="sent_on")
    return _at_desk(scene, "archive", "duty_leader")


_STAGES: Mapping[str, Callable[[Scene], Move | None]] = {
    "accepting": _accepting,
    "verifying": _verifying,
    "awaiting_filing": _awaiting_filing,
    "awaiting_dispatch": _awaiting_dispatch,
    "void_decision": _void_decision,
    "handling": _handling,
    "suspended": _suspended,
    "awaiting_check": _awaiting_check,
    "checking": _checking,
    "awaiting_closing": _awaiting_closing,
    "awaiting_audit": _awaiting_audit,
}


def _on_the_spot(scene: Scene) -> bool:
    """The share of all is published; here it is that of what grid members report."""
    course = scene.case.course
    if course.public or course.reporter is None or course.category.startswith("04"):
        return False
    share = scene.shape.chances["self_handled"]
    reported = share + (1 - share) * scene.shape.sources["grid-member"] / 1000
    return scene.lot("self_handled") < share / reported


def _decision(scene: Scene, kind: str) -> Move:
    """A dispatcher grants or refuses what was asked for, a duty leader where it is much."""
    requests = scene.case.course.requests
    at = scene.after(scene.moved_at, scene.minutes(DECISION_MINUTES, requests), "decide", requests)
    answers: Given = {}
    granted = scene.chance(f"{kind}_granted", requests)
    if not granted:
        answers["reason"] = phrase("no", scene.lot("words", requests))
    elif kind == "deferral":
        answers["minutes"] = _more_minutes(scene)
    step = f"{'grant' if granted else 'refuse'}_{kind}"
    much = kind == "deferral" and _more_minutes(scene) > DISPATCHER_GRANTS
    role = "duty_leader" if much else "dispatcher"
    return _move(step, role, _desk(scene, role), at, answers)


def _asking(scene: Scene, kind: str, handler: str, minutes: float, began_at: datetime) -> Move:
    entries = scene.case.course.entries
    answers: Given = {"reason": phrase(kind, scene.lot("words", kind, entries))}
    if kind == "deferral":
        answers["minutes"] = _more_minutes(scene)
    at = _not_before(scene.after(began_at, minutes, kind, entries), scene)
    return _move(f"ask_{kind}", "handler", handler, at, answers)


def _handling_minutes(scene: Scene) -> float:
    """The measured part of the limit; less of it once work had begun before."""
    course = scene.case.course
    share = scene.shape.handling_share(course.category, scene.lot("handling"))
    if course.marks and course.marks[-1] == marks.RESUMED:
        share *= 0.3
    elif marks.CHECK_FAILED in course.marks:
        share = min(share, 1.0) * 0.4
    return _limit(scene) * share


def _limit(scene: Scene) -> int:
    bundled = scene.case.course.bundled
    return (bundled.minutes if bundled else None) or DAY_MINUTES


def _wants_more_time(scene: Scene, finish: float) -> bool:
    late = finish > _limit(scene)
    return scene.chance("deferral_when_late" if late else "deferral_when_in_time")


def _more_minutes(scene: Scene) -> int:
    return max(30, _limit(scene) // 2)


def _unit_for(scene: Scene) -> str:
    """The unit that answers for it; another by mistake the first time, the same after a check."""
    course = scene.case.course
    right = scene.city.crew_for(course.category, scene.area)
    if marks.CHECK_FAILED in course.marks and course.unit is not None:
        return course.unit
    if not course.dispatches and scene.chance("wrong_unit"):
        near = [
            crew.code
            for crew in scene.city.crews.values()
            if crew.department is not right.department and crew.area.covers(scene.area)
        ]
        return one_of(near, scene.lot("wrong")) if near else right.code
    teams = [crew.code for crew in scene.city.crews.values() if crew.parent == right.code]
    return one_of((right.code, *teams), scene.lot("team"))


def _forgotten_in(scene: Scene) -> str | None:
    if not scene.chance("forgotten"):
        return None
    return one_of(FORGETFUL, scene.lot("forgotten in"))


def _delay(scene: Scene) -> float:
    """A part of the stage's own limit, and some days more where the case is forgotten."""
    course = scene.case.course
    limit = (course.limit.minutes if course.limit else None) or PLAIN_MINUTES
    minutes = limit * scene.shape.desk_share(scene.lot("desk", course.stage, course.entries))
    if _forgotten_in(scene) == course.stage:
        first, last = scene.shape.forgotten_days
        minutes += DAY_MINUTES * (first + (last - first) * scene.lot("forgotten for"))
    return minutes


def _at_desk(
    scene: Scene,
    step: str,
    role: str,
    answers: Given | None = None,
    *,
    reason: str | None = None,
) -> Move:
    """A step of somebody in the office of the street, or above where the case is."""
    given = dict(answers or {})
    if reason is not None:
        given["reason"] = phrase(reason, scene.lot("words", step))
    at = scene.after(scene.moved_at, _delay(scene), step, scene.case.course.entries)
    return _move(step, role, _desk(scene, role), at, given)


def _on_site(
    scene: Scene, step: str, *, reason: str | None = None, remark: str | None = None
) -> Move | None:
    """A step of the grid's member; an area larger than a grid has none of its own."""
    if scene.area.level is not Level.GRID:
        return None
    entries = scene.case.course.entries
    given: Given = {}
    if reason is not None:
        given["reason"] = phrase(reason, scene.lot("words", entries))
    elif remark is not None and scene.lot("told", entries) < 0.3:  # noqa: PLR2004
        given["remark"] = phrase(remark, scene.lot("words", entries))
    at = scene.after(scene.moved_at, _delay(scene), step, entries)
    return _move(step, "grid_member", member_of(scene.area), at, given)


def _desk(scene: Scene, role: str) -> str:
    area = scene.area
    return staff_of(role, area.at(Level.STREET) if area.level > Level.STREET else area)


def _not_before(at: datetime, scene: Scene) -> datetime:
    return max(at, scene.moved_at + timedelta(minutes=1))


def _move(step: str, role: str, person: str, at: datetime, answers: Given) -> Move:
    return Move(at=at, step=step, role=role, person=person, answers=answers)
