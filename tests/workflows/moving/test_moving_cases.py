"""A case moves to the next version: where it stands, what became of its deadlines, or why not."""

from datetime import timedelta

import pytest

from domain.incident.events_moving import MovedToVersion
from domain.kernel.refusals import Refused
from tests.workflows.moving.street import (
    NEW,
    OLD,
    RENAMED,
    a_plan,
    begin,
    move,
    moved,
    publish,
    sentence_of,
    without,
)
from tests.workflows.office import StreetOffice, a_street_office
from workflows.moving.commands import FinishMoving, MakePlan, PauseMoving, ResumeMoving
from workflows.moving.handlers import ways
from workflows.rulebook.commands import PublishRules

HALVED = ("60 working minutes", "30 working minutes")
A_DAY = ("60 working minutes", "1 working day")
SEVEN_HOURS = ("08:00-12:00", "14:00-17:00")
CHECKED = {"stages": {"awaiting_check": "check_queue"}}


@pytest.fixture
def office() -> StreetOffice:
    return a_street_office()


def timers(office, incident):
    """The timer of each open deadline and when it ends, in minutes from now."""
    return {
        due.timer.partition("/")[2]: (due.due_at - office.now) // timedelta(minutes=1)
        for due in office.records.due[incident]
    }


def handled(office):
    incident = office.dispatched()
    office.step(incident, "done", by="handler")
    return incident


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code


def test_a_case_moves_as_it_is_and_its_deadline_runs_on(office):
    incident = office.report()
    office.forward(minutes=20)
    publish(office, HALVED)

    course = moved(office, incident)

    assert (course.workflow, course.stage) == (NEW, "accepting")
    assert timers(office, incident) == {"accepting/1": 40}


def test_the_fact_names_plan_versions_stage_and_fate(office):
    incident = handled(office)
    publish(office, RENAMED)

    moved(office, incident, **CHECKED)

    fact = office.facts(incident)[-1]
    assert isinstance(fact, MovedToVersion)
    assert (fact.left, fact.workflow) == (OLD, NEW)
    assert (fact.left_stage, fact.stage, fact.deadline) == (
        "awaiting_check",
        "check_queue",
        "carried",
    )
    assert fact.why == {"rule": "plan/over", "as_is": False}
    assert fact.act.person == "p-commander"


def test_a_restarted_deadline_begins_now_with_the_new_limit(office):
    incident = office.report()
    office.forward(minutes=20)
    publish(office, HALVED)

    moved(office, incident, open_deadlines="restart")

    assert timers(office, incident) == {"accepting/2": 30}


def test_a_dropped_deadline_is_gone_until_the_next_stage(office):
    incident = office.report()
    publish(office, HALVED)

    moved(office, incident, deadlines={"accepting": "drop"})
    before = timers(office, incident)
    office.step(incident, "pass_on", by="acceptor")

    assert before == {}
    assert timers(office, incident) == {"awaiting_filing/3": 30}


def test_the_limit_stamped_at_filing_runs_on_whatever_the_plan_says(office):
    incident = office.dispatched()
    publish(office, HALVED)
    before = timers(office, incident)

    moved(office, incident, open_deadlines="drop")

    assert timers(office, incident) == before
    assert list(before) == ["bundled/1"]


def test_a_deadline_missed_before_the_move_does_not_fire_again_under_another_name(office):
    incident = handled(office)
    office.forward(days=1)
    office.fire_due()
    missed = office.told(incident).count("deadline-missed")
    publish(office, RENAMED)

    moved(office, incident, **CHECKED)
    office.fire_due()

    assert office.told(incident).count("deadline-missed") == missed
    assert "check_queue/5" not in timers(office, incident)


def test_a_case_that_climbs_goes_on_climbing_in_the_renamed_stage(office):
    incident = handled(office)
    office.forward(hours=2)
    office.fire_due()
    before = timers(office, incident)
    publish(office, RENAMED)

    moved(office, incident, **CHECKED)

    assert timers(office, incident) == before
    assert list(before) == ["rung/1"]


def test_a_restart_ends_the_climb(office):
    incident = office.report()
    office.forward(hours=2)
    office.fire_due()
    publish(office, HALVED)

    course = moved(office, incident, open_deadlines="restart")

    assert course.level == "street"
    assert timers(office, incident) == {"accepting/2": 30}


def test_a_moved_case_goes_on_by_the_steps_of_its_new_version(office):
    incident = handled(office)
    publish(office, RENAMED)

    moved(office, incident, **CHECKED)
    office.step(incident, "send_to_check", by="acceptor")

    assert office.incident(incident).course.stage == "checking"


def test_the_same_order_again_records_nothing(office):
    incident = office.report()
    publish(office, HALVED)
    plan = a_plan()
    begin(office, plan)
    move(office, incident, plan)

    again = move(office, incident, plan)

    assert again is not None
    assert again.repeated
    assert office.told(incident).count("moved-to-version") == 1


def test_an_ended_case_keeps_its_version(office):
    incident = office.report()
    office.step(incident, "refuse", by="acceptor", reason="no matter")
    publish(office, HALVED)

    assert moved(office, incident).workflow == OLD


def test_a_case_outside_the_plans_area_keeps_its_version(office):
    incident = office.report()
    publish(office, HALVED)
    plan = a_plan(area="120102000000")
    office.desk.do(MakePlan(plan=plan), office.act("commander"))

    assert move(office, incident, plan) is None


def test_a_stage_that_is_gone_needs_a_mapping(office):
    incident = handled(office)
    publish(office, RENAMED)

    said = sentence_of(office, incident)

    assert said.startswith(f"{NEW} has no stage 'awaiting_check': say under [stages]")


def test_a_level_that_is_gone_needs_a_mapping(office):
    incident = office.report()
    publish(office, ('  { level = "community", owner = "commander" },\n', ""))

    assert "has no level 'community'" in sentence_of(office, incident)


def test_a_level_can_be_mapped(office):
    incident = office.report()
    publish(office, ('  { level = "community", owner = "commander" },\n', ""))

    assert moved(office, incident, levels={"community": "street"}).level == "street"


def test_a_case_that_waits_for_a_decision_stays_where_nobody_could_give_it(office):
    incident = office.dispatched()
    office.step(incident, "ask_deferral", by="handler", minutes=60, reason="rain")
    publish(office, *without("deferral"))

    said = sentence_of(office, incident)

    assert said == (
        f"It waits for the decision of a deferral, which {NEW} does not decide in 'handling':"
        " decide it first."
    )


def test_a_deadline_does_not_run_on_into_a_stage_without_one(office):
    incident = handled(office)
    publish(
        office,
        (
            'owner = "acceptor"\ndeadline = { within = "60 working minutes", then = "escalate" }',
            'owner = "acceptor"',
        ),
    )

    assert "let the plan restart or drop it" in sentence_of(office, incident)


def test_a_filed_case_is_not_sent_back_before_its_filing(office):
    incident = handled(office)
    publish(office, RENAMED)

    said = sentence_of(office, incident, stages={"awaiting_check": "awaiting_filing"})

    assert "comes before the filing" in said


def test_a_case_not_filed_is_not_sent_past_its_filing(office):
    incident = office.report()
    publish(office, HALVED)

    said = sentence_of(office, incident, stages={"accepting": "awaiting_closing"})

    assert "files it" in said


def test_new_cases_must_begin_with_the_new_version_before_the_old_are_moved(office):
    publish(office, HALVED)
    plan = a_plan(name="back", left=(NEW,), workflow=OLD)
    office.desk.do(MakePlan(plan=plan), office.act("commander"))

    assert refusal_of(lambda: begin(office, plan)) == "old-version-in-force"


def test_a_plan_is_paused_resumed_and_finished_by_a_person_of_the_roster(office):
    publish(office, HALVED)
    begin(office, a_plan())

    office.desk.do(PauseMoving(plan="over"), office.act("commander"))
    assert refusal_of(lambda: begin(office, a_plan())) == "moving-paused"
    office.desk.do(ResumeMoving(plan="over"), office.act("commander"))
    done = FinishMoving(plan="over", moved=0, refused=0)
    nobody = office.act("commander", "p-nobody")

    assert refusal_of(lambda: office.desk.do(done, nobody)) == "no-such-person"
    office.desk.do(done, office.act("commander"))
    assert refusal_of(
        lambda: office.desk.do(PauseMoving(plan="over"), office.act("commander"))
    ) == ("moving-not-running")


def test_a_plan_that_nobody_made_is_refused(office):
    order = PauseMoving(plan="none")

    assert refusal_of(lambda: office.desk.do(order, office.act("commander"))) == "no-such-plan"


def test_another_plan_under_the_same_name_is_refused(office):
    publish(office, HALVED)
    begin(office, a_plan())

    other = MakePlan(plan=a_plan(open_deadlines="drop"))

    assert refusal_of(lambda: office.desk.do(other, office.act("commander"))) == "plan-stands"


def test_the_dry_run_counts_the_working_day_of_each_cases_own_calendar(office):
    whole = office.report()
    shorten_the_day(office)
    short = office.report()
    publish(office, A_DAY)
    plan = a_plan(open_deadlines="restart")
    begin(office, plan)
    judge = ways(plan, office.desk.office).judge

    judged = [restarted(judge(office.incident(one).course)) for one in (whole, short)]
    for one in (whole, short):
        move(office, one, plan)

    assert judged == [480, 420]
    limits = [office.incident(one).course.limit for one in (whole, short)]
    assert [limit and limit.minutes for limit in limits] == judged


def restarted(way):
    """The minutes of the stage's limit by a plan's judgement."""
    return way.move.limit.minutes


def shorten_the_day(office):
    """From now on new cases count by a calendar of seven hours a day."""
    shelf = office.desk.office.shelf
    name = "tianjin-government"
    content = {**shelf.content("calendar", shelf.latest("calendar", name)), "shifts": SEVEN_HOURS}
    order = PublishRules(kind="calendar", name=name, content=content, seen_by="p-commander")
    office.desk.do(order, office.act("commander"))
    shelf.refresh()
