"""How each fact moves the course of an incident: assignments only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain.incident import backlog, limit_steps, marks, own_limit, rating, requests
from domain.incident import events as happened
from domain.incident.events_moving import MovedToVersion
from domain.incident.folding_branching import BRANCHING
from domain.incident.rising_folding import RISING_FOLDS

if TYPE_CHECKING:
    from datetime import datetime

    from domain.incident.course import Course
    from domain.kernel.facts import Fact

BUNDLED = "bundled"
MERGED = "merged"
RUNG = "rung"
AGAIN = "again"


def _reported(course: Course, fact: happened.Reported) -> None:
    course.area, course.level, course.category = fact.area, fact.level, fact.category
    course.source, course.workflow, course.calendar = fact.source, fact.workflow, fact.calendar
    course.reporter, course.reference = fact.reporter, fact.reference
    course.reported_at = fact.act.at
    own_limit.enter(course, fact.stage, fact.limit, fact.act.at)
    for mark in fact.marks:
        _mark(course, mark, fact.act.at)


def _stage_changed(course: Course, fact: happened.StageChanged) -> None:
    if fact.final == MERGED:
        course.merged_from, course.merged_limit = course.stage, course.limit
    own_limit.hold(course, stops_clock=fact.stops_clock)
    own_limit.enter(course, fact.stage, fact.limit, fact.act.at)
    course.moves += 1
    requests.note_lapsed(course, fact.act.at)
    course.backlog_at = None
    if fact.final is None and course.final is not None:  # opened again: its judgement is history
        course.final = course.closed_at = course.outcome = course.on_time = None
    for mark in fact.marks:
        _mark(course, mark, fact.act.at)
    _pause(course, fact)
    own_limit.go_on(course, stops_clock=fact.stops_clock)
    if fact.final is not None:
        course.final, course.closed_at = fact.final, fact.act.at


def _mark(course: Course, mark: str, at: datetime) -> None:
    course.marks.append(mark)
    if mark == marks.DISPATCHED:
        course.began_at = course.began_at or at
        course.dispatches += 1
    elif mark == marks.HANDLED:
        course.handled_at = at
        if course.check_failed and course.unit == course.handled_by:
            course.reworks += 1
        course.handled_by, course.check_failed = course.unit, False
    elif mark in (marks.CHECK_FAILED, marks.REOPENED):
        course.handled_at, course.check_failed = None, True


def _pause(course: Course, fact: happened.StageChanged | MovedToVersion) -> None:
    if fact.stops_clock and course.paused_at is None:
        course.paused_at = fact.act.at
    elif not fact.stops_clock and course.paused_at is not None:
        course.pauses.append((course.paused_at, fact.act.at))
        course.paused_at = None


def _filed(course: Course, fact: happened.Filed) -> None:
    course.category, course.bundled, course.calendar = fact.category, fact.limit, fact.calendar
    course.filed_at = fact.act.at
    course.steps = list(fact.steps)
    if fact.routed is not None:
        course.suggested, course.routed_by = fact.unit, fact.routed.reference


def _assigned(course: Course, fact: happened.Assigned) -> None:
    course.handler = fact.handler
    if fact.within is not None:
        course.sub_unit = fact.unit
        course.inner_dispatches += 1
        return
    if course.unit is not None and fact.unit != course.unit:
        course.wrong_dispatches += 1
    course.unit, course.sub_unit = fact.unit, None


def _deadline_missed(course: Course, fact: happened.DeadlineMissed) -> None:
    course.missed.append(fact.timer)
    if fact.deadline == BUNDLED:
        course.bundled_missed_at = fact.due_at


def _settled(course: Course, fact: happened.Settled) -> None:
    course.outcome, course.on_time = fact.outcome, fact.on_time


def _whistle_opened(course: Course, fact: happened.WhistleOpened) -> None:
    course.whistles.append(fact.whistle)
    course.whistled += 1


def _whistle_over(course: Course, fact: happened.WhistleOver) -> None:
    course.whistles.remove(fact.whistle)


def _marked_duplicate(course: Course, fact: happened.MarkedDuplicate) -> None:
    course.leading = fact.leading


def _duplicate_unmarked(course: Course, _fact: happened.DuplicateUnmarked) -> None:
    course.leading = None


def _unmerged(course: Course, fact: happened.Unmerged) -> None:
    if course.began_at is not None and course.closed_at is not None:
        course.pauses.append((course.closed_at, fact.act.at))
    course.paused_at = fact.act.at if fact.stops_clock else None
    own_limit.enter(course, fact.stage, fact.limit, fact.act.at)
    course.leading = course.merged_from = course.merged_limit = None
    course.final = course.closed_at = course.outcome = course.on_time = None


def _moved_to_version(course: Course, fact: MovedToVersion) -> None:
    """A carried deadline keeps its begin; if it was missed before the move, it stays missed."""
    if fact.deadline == "carried":
        renamed = fact.stage != course.stage
        if renamed and f"{fact.originator_id}/{course.stage}/{course.own_entry}" in course.missed:
            course.missed.append(f"{fact.originator_id}/{fact.stage}/{course.own_entry}")
        course.rung_stage = fact.stage if course.rung_stage == course.stage else course.rung_stage
        if course.called_stage == course.stage:
            course.called_stage = fact.stage
    else:
        course.limit, course.rung_stage = fact.limit, ""
        course.rung_from = course.grace = course.called_at = course.repeat = None
        course.entries += 1
        course.own_entry, course.own_added = course.entries, 0
    if fact.deadline == "restarted":
        course.entered_at = course.own_from = fact.act.at
    course.workflow, course.stage, course.level = fact.workflow, fact.stage, fact.level
    _pause(course, fact)


# Any: each function takes its own kind of fact, which the key says
FOLDS: dict[type[Fact], Callable[[Course, Any], None]] = {
    **RISING_FOLDS,
    happened.Reported: _reported,
    happened.StageChanged: _stage_changed,
    happened.Filed: _filed,
    happened.Assigned: _assigned,
    happened.RequestMade: requests.note_made,
    happened.RequestDecided: requests.note_decided,
    happened.DeadlineMissed: _deadline_missed,
    happened.Settled: _settled,
    happened.WhistleOpened: _whistle_opened,
    happened.WhistleOver: _whistle_over,
    happened.MarkedDuplicate: _marked_duplicate,
    happened.DuplicateUnmarked: _duplicate_unmarked,
    happened.Unmerged: _unmerged,
    MovedToVersion: _moved_to_version,
    **BRANCHING,
    backlog.BecameBacklog: backlog.note_backlog,
    rating.Rated: rating.note_rated,
    limit_steps.LimitStepDone: limit_steps.note_done,
}
