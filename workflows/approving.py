"""Approving: who may decide a request, by its amount and by how often its kind was granted before.

The engine knows the role of who acts, and the roster where that role is held: each asks its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from domain.incident.marks import REOPENING
from domain.incident.requests import ADDS, waiting
from domain.kernel.calendar import ELAPSED
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from workflows.request_rules import Approver, RequestRule

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.kernel.act import Act
    from ledger.records import Records
    from workflows.definition import StepRule
    from workflows.guards import Scene


def unlawful(rule: StepRule, scene: Scene) -> Refused | None:
    """Give ``no-approver-left``, ``too-late-to-reopen`` or ``not-the-approver``, if it is so."""
    written = rule.request
    if written is None:
        return None
    if rule.asks_for is not None:
        return _unaskable(written, scene)
    found = competent(written, scene.course)
    if found is None or scene.act.role in {one.role for one in found}:
        return None
    return _not_the_approver(written.kind, scene.course, scene.act, found)


def competent(rule: RequestRule, course: Course, *, given: int = 0) -> list[Approver] | None:
    """Give who may decide the request that waits; None where a definition names nobody.

    ``given`` minutes are what somebody means to grant: more than was asked needs who may give it.
    """
    if not rule.approvers:
        return None
    open_one = waiting(course)
    asked = (open_one.minutes if open_one else None) or 0
    granted = course.granted.count(rule.kind)
    return list(rule.competent(amount=max(asked, given), granted=granted))


def must_be_within_bounds(rule: RequestRule, course: Course, minutes: int | None) -> None:
    """Refuse ``request-too-large``, and ``no-approver-left`` where nobody could grant so much."""
    asked = minutes or 0
    must_not_exceed(rule, minutes)
    granted = course.granted.count(rule.kind)
    if rule.approvers and not rule.competent(amount=asked, granted=granted):
        raise _nobody_left(rule, granted, asked)


def must_not_exceed(rule: RequestRule, minutes: int | None) -> None:
    """Refuse ``request-too-large``."""
    if rule.most_minutes is not None and (minutes or 0) > rule.most_minutes:
        reason = f"One {rule.kind} adds {rule.most_minutes} minutes at most; you gave {minutes}."
        raise Refused("request-too-large", reason, most=rule.most_minutes, given=minutes)


def must_hold_seat(
    records: Records, rule: RequestRule, course: Course, act: Act, *, given: int | None, day: date
) -> None:
    """Refuse ``not-the-approver`` unless the role is held where the definition wants it held."""
    found = competent(rule, course, given=given or 0)
    if found is None:
        return
    mine = [one for one in found if one.role == act.role]
    person = records.load(Person, person_id(act.person))
    area = AreaCode(course.area)
    held = [
        grant.post.area.level
        for grant in person.grants
        if grant.post.role == act.role
        and grant.holds_on(day)
        and grant.post.area is not None
        and grant.post.area.covers(area)
    ]
    if not any(one.level is None or any(at <= one.level for at in held) for one in mine):
        raise _not_the_approver(rule.kind, course, act, found)


def granted_minutes(rule: RequestRule, course: Course, given: int | None) -> int | None:
    """Give the minutes a grant adds: what was granted, else what was asked."""
    open_one = waiting(course)
    if rule.on_grant != ADDS or given is not None or open_one is None:
        return given
    return open_one.minutes


def _unaskable(rule: RequestRule, scene: Scene) -> Refused | None:
    course, granted = scene.course, scene.course.granted.count(rule.kind)
    if rule.approvers and not rule.competent(amount=0, granted=granted):
        return _nobody_left(rule, granted, 0)
    if rule.kind != REOPENING or rule.within is None or course.closed_at is None:
        return None
    until = rule.within.due_at(course.closed_at, ELAPSED)
    if scene.act.at <= until:
        return None
    reason = "The time to have it reopened has passed. Report the matter as a new case."
    return Refused("too-late-to-reopen", reason, until=until.isoformat())


def _not_the_approver(kind: str, course: Course, act: Act, found: Sequence[Approver]) -> Refused:
    by = [one.words for one in found]
    open_one = waiting(course)
    asked = open_one.minutes if open_one else None
    amount = f" of {asked} minutes" if asked else ""
    times = course.granted.count(kind)
    before = f", after {times} granted before," if times else ""
    reason = (
        f"This {kind}{amount}{before} is decided by {' or '.join(by) or 'nobody'}; "
        f"you act as {act.role}."
    )
    return Refused("not-the-approver", reason, kind=kind, by=by, role=act.role)


def _nobody_left(rule: RequestRule, granted: int, asked: int) -> Refused:
    amount = f" of {asked} minutes" if asked else ""
    reason = (
        f"Nobody may grant a {rule.kind}{amount} after {granted} granted before. "
        "Finish the case, or ask for less."
    )
    return Refused("no-approver-left", reason, kind=rule.kind, granted=granted, asked=asked)
