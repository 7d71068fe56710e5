"""Three weeks of the small city: quickly made, legal in each step, in the shape of the records."""

from collections import Counter
from itertools import groupby
from statistics import median

import pytest
import sqlalchemy as sa

from domain.incident import marks
from domain.incident.course import Course
from domain.incident.events import Escalated, RequestDecided, RequestMade, StageChanged
from domain.kernel.calendar import WorkingCalendar
from domain.people.person import Person, person_id
from ledger.tables import due
from ledger.times import micros
from ops.sample.people import sample_people
from ops.sample.shape import sample_shape
from tests.ops.sample.loaded import WEDNESDAY_AFTERNOON, histories, incidents
from workflows.guards import Scene
from workflows.office import Engines

# A machine may be slow and busy with other tests; alone on two cores it takes 3 seconds.
LOADED_WITHIN = 12.0
ROLES = {
    *("grid_member", "acceptor", "duty_leader", "dispatcher"),
    *("commander", "handler", "supervisor", "auditor"),
}


def test_the_small_city_is_loaded_within_its_seconds(sample):
    assert sample.seconds < LOADED_WITHIN


def test_every_step_of_every_incident_is_one_that_the_workflow_grants(sample):
    engines = Engines(sample.gridward.shelf)
    granted = Counter[str]()

    for stream, facts in histories(sample.gridward).items():
        course = Course()
        for _, told in groupby(facts, key=lambda fact: fact.act.command_id):
            command = list(told)
            for fact in command:
                if isinstance(fact, StageChanged):
                    scene = Scene(incident=stream, course=course, act=fact.act)
                    _, step = engines.of(course.workflow).grant(fact.step, scene)
                    assert (step.left, step.stage) == (fact.left, fact.stage)
                    assert step.final == fact.final
                    granted[fact.step] += 1
            for fact in command:
                course.fold(fact)

    assert granted.total() > 4_000


def test_facts_of_an_incident_never_run_backwards_nor_past_the_end(sample):
    for facts in histories(sample.gridward).values():
        times = [fact.act.at for fact in facts]
        assert times == sorted(times)
        assert times[-1] <= WEDNESDAY_AFTERNOON


def test_no_deadline_is_left_over(sample):
    """A case whose people may not do what they are to do would stand still for ever."""
    gridward = sample.gridward

    with gridward.store.reading() as conn:
        late = conn.scalars(sa.select(due.c.timer).where(due.c.due_at <= micros(gridward.now())))

        assert list(late) == []


def test_everything_that_can_happen_to_a_case_has_happened(sample):
    facts = [fact for history in histories(sample.gridward).values() for fact in history]

    steps = {fact.step for fact in facts if isinstance(fact, StageChanged)}
    asked = {fact.kind for fact in facts if isinstance(fact, RequestMade)}
    decided = {(f.kind, f.granted) for f in facts if isinstance(f, RequestDecided)}
    levels = {fact.level for fact in facts if isinstance(fact, Escalated)}
    assert steps >= {
        *("send_to_verify", "find_untrue", "refuse", "handle_on_spot", "archive", "hand_back"),
        *("archive_unsampled", "find_invalid", "send_on", "decline", "grant_void", "resume"),
        *("dispatch", "done", "pass_check", "fail_check", "close"),
    }
    assert asked == {"return", "deferral", "suspension", "void"}
    assert {("return", True), ("deferral", True), ("deferral", False)} <= decided
    assert levels == {"street", "district", "city"}


def test_the_board_is_alive(sample):
    cases = [case for case in incidents(sample.gridward) if not case.course.ended]

    stages = Counter(case.course.stage for case in cases)
    assert set(stages) == {
        *("accepting", "verifying", "awaiting_filing", "awaiting_dispatch", "void_decision"),
        *("handling", "suspended", "awaiting_check", "checking", "awaiting_closing"),
        "awaiting_audit",
    }
    lights = Counter(light(case.course, calendar_of(sample, case)) for case in cases)
    assert min(lights["green"], lights["yellow"], lights["red"]) > 0


def test_half_of_all_is_handled_on_the_spot(sample):
    cases = incidents(sample.gridward)

    spot = sum(marks.SELF_HANDLED in case.course.marks for case in cases)
    assert spot / len(cases) == pytest.approx(0.5, abs=0.05)


def test_public_reports_are_verified_before_they_are_filed(sample):
    public = [case.course for case in incidents(sample.gridward) if case.course.public]

    assert any(course.filed_at for course in public)
    assert all(marks.VERIFIED in course.marks for course in public if course.filed_at)


@pytest.mark.parametrize("kind", ["01", "05", "c01", "c02", "c04"])
def test_cases_take_the_part_of_their_limit_that_the_records_show(sample, kind):
    """Cases whose limit is over by now; those still in hand took longer than it."""
    taken = [
        share_taken(case.course, calendar_of(sample, case))
        for case in incidents(sample.gridward)
        if case.course.category.startswith(f"{kind}-")
        and undisturbed(case.course, calendar_of(sample, case))
    ]

    quantiles = sample_shape().handling[kind].share_of_limit_permille
    assert len(taken) >= 12
    assert quantiles[5] / 1000 <= median(taken) <= quantiles[12] / 1000  # 30 and 65 percent


def test_one_person_of_every_role_can_be_chosen(sample):
    people = sample_people(sample.gridward)

    assert {one.role for one in people} == ROLES
    assert all(one.name and not one.name.startswith("p-") for one in people)
    for one in people:
        person = sample.gridward.ledger.load(Person, person_id(one.handle))
        assert one.role in {grant.post.role for grant in person.grants}


def calendar_of(sample, case) -> WorkingCalendar:
    return sample.gridward.shelf.calendar(case.course.calendar)


def light(course: Course, calendar: WorkingCalendar) -> str:
    if course.limit is None or course.entered_at is None:
        return "none"
    due_at = course.limit.due_at(course.entered_at, calendar)
    warn_at = course.limit.warn_at(course.entered_at, calendar)
    if due_at <= WEDNESDAY_AFTERNOON:
        return "red"
    return "yellow" if warn_at <= WEDNESDAY_AFTERNOON else "green"


def undisturbed(course: Course, calendar: WorkingCalendar) -> bool:
    """Dispatched once, a whole limit ago or more, and neither returned nor suspended."""
    if course.bundled is None or course.began_at is None:
        return False
    disturbed = {marks.RETURNED, marks.SUSPENDED, marks.CHECK_FAILED} & set(course.marks)
    return not disturbed and course.bundled.due_at(course.began_at, calendar) < WEDNESDAY_AFTERNOON


def share_taken(course: Course, calendar: WorkingCalendar) -> float:
    assert course.bundled is not None
    assert course.bundled.minutes
    if course.began_at is None or course.handled_at is None:
        return float("inf")
    spent = course.bundled.spent(course.began_at, course.handled_at, calendar)
    return spent / course.bundled.minutes
