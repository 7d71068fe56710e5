"""What the street's workflow grants, refuses, times and settles."""

from datetime import UTC, datetime

import pytest

from domain.incident.events import DeadlineMissed, Escalated, Filed, Settled, StageChanged
from domain.incident.events_of_rising import OwnerCalled
from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from tests.workflows.office import GRID, STREET, StreetOffice, a_street_office
from workflows.guards import sampled_for_audit
from workflows.incident.commands import ReportIncident, TakeStep


@pytest.fixture
def office() -> StreetOffice:
    return a_street_office()


def refused(office: StreetOffice, incident, step, *, by, **answers) -> Refused:
    with pytest.raises(Refused) as refusal:
        office.step(incident, step, by=by, **answers)
    return refusal.value


def stage_of(office: StreetOffice, incident) -> str:
    return office.records.load(Incident, incident).course.stage


def settled(office: StreetOffice, incident) -> Settled:
    return next(fact for fact in office.facts(incident) if isinstance(fact, Settled))


def test_a_case_goes_from_report_to_closing(office):
    incident = office.dispatched()
    office.forward(hours=2)
    office.checked(incident, passed=True)
    office.step(incident, "close", by="duty_leader", outcome="normal")

    assert office.told(incident) == [
        "reported",
        "stage-changed",
        "filed",
        "stage-changed",
        "stage-changed",
        "assigned",
        "stage-changed",
        "stage-changed",
        "stage-changed",
        "stage-changed",
        "settled",
    ]
    assert settled(office, incident).on_time is True


def test_filing_stamps_what_is_in_force(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-02")

    filed = next(fact for fact in office.facts(incident) if isinstance(fact, Filed))

    assert (filed.calendar, filed.limits) == ("tianjin-government@1", "tianjin-grid@1")
    assert filed.limit is not None
    assert filed.limit.minutes == 240
    assert filed.why == {"rule": "tianjin-grid@1/01-02", "condition": "ordinary"}


def test_a_public_report_is_verified_on_site_first(office):
    incident = office.report(by="acceptor", source="public")

    refusal = refused(office, incident, "pass_on", by="acceptor")
    office.step(incident, "send_to_verify", by="acceptor")
    office.step(incident, "confirm_true", by="grid_member")
    office.step(incident, "pass_on", by="acceptor")

    assert refusal.code == "needs-unmet"
    assert stage_of(office, incident) == "awaiting_filing"


def test_a_report_found_untrue_is_not_accepted(office):
    incident = office.report(by="acceptor", source="public")
    office.step(incident, "send_to_verify", by="acceptor")
    office.step(incident, "find_untrue", by="grid_member", reason="nothing there")

    assert office.records.load(Incident, incident).course.final == "declined"


@pytest.mark.parametrize(
    ("step", "by", "code"),
    [
        ("dispatch", "dispatcher", "wrong-stage"),
        ("teleport", "acceptor", "unknown-step"),
        ("pass_on", "handler", "wrong-role"),
        ("pass_on", "auditor", "wrong-role"),
    ],
)
def test_a_step_is_refused_by_code(office, step, by, code):
    incident = office.report()

    assert refused(office, incident, step, by=by).code == code


def test_a_role_that_is_not_held_is_refused(office):
    incident = office.report()

    act = office.act("acceptor", person="p-grid-member")
    with pytest.raises(Refused) as refusal:
        office.desk.do(TakeStep(incident=incident, step="pass_on"), act)

    assert refusal.value.code == "role-not-held"


def test_a_form_names_every_answer_that_is_wrong(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-02")

    refusal = refused(office, incident, "dispatch", by="dispatcher", colour="red")

    assert refusal.code == "answers-invalid"
    assert set(refusal.facts["fields"]) == {"unit", "colour"}


def test_the_last_to_decide_is_told_that_the_case_moved_on(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")

    order = TakeStep(incident=incident, step="hand_back", expected_version=1)
    with pytest.raises(Refused) as refusal:
        office.desk.do(order, office.act("duty_leader"))

    assert refusal.value.code == "stale-version"


def test_an_order_sent_twice_is_carried_out_once(office):
    act = office.act("grid_member")
    order = ReportIncident(area=GRID, category="01-02", source="grid-member", words="rubbish")

    first, again = office.desk.do(order, act), office.desk.do(order, act)

    assert first.stream == again.stream
    assert again.repeated
    assert office.told(first.stream) == ["reported"]


def test_an_order_id_used_for_another_wish_is_refused(office):
    act = office.act("grid_member")
    office.desk.do(ReportIncident(area=GRID, category="01-02", source="grid-member"), act)

    with pytest.raises(Refused) as refusal:
        office.desk.do(ReportIncident(area=GRID, category="01-04", source="grid-member"), act)

    assert refusal.value.code == "command-id-reused"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"area": AreaCode("120101001003008")}, "unknown-area"),
        ({"category": "99-99"}, "unknown-category"),
        ({"workflow": "no-such"}, "unknown-publication"),
    ],
)
def test_a_report_the_city_cannot_place_is_refused(office, given, code):
    with pytest.raises(Refused) as refusal:
        office.report(**given)

    assert refusal.value.code == code


def test_words_stay_out_of_the_facts(office):
    incident = office.report(words="Mrs Li of house 12 complains")

    body = office.records.stored[incident][0].state.decode()

    assert "Li" not in body
    assert office.records.words[incident, 1, "words"] == "Mrs Li of house 12 complains"


def test_a_late_case_climbs_the_ladder_from_the_due_time(office):
    """Dispatched Monday 09:00 with 4 working hours: due 15:00; the clock stood still for days."""
    incident = office.dispatched()
    office.forward(days=4)

    fired = office.fired()
    missed = [fact for fact in office.facts(incident) if isinstance(fact, DeadlineMissed)]
    rises = [fact for fact in office.facts(incident) if isinstance(fact, Escalated)]

    deadlines = [timer for timer in fired if not timer.startswith("again")]
    assert deadlines == ["bundled/1", "rung/1", "rung/2"]
    assert [fact.due_at for fact in missed] == [
        datetime(2026, 11, 16, 7, 0, tzinfo=UTC),
        datetime(2026, 11, 17, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 18, 1, 0, tzinfo=UTC),
    ]
    assert [(rise.left, rise.level) for rise in rises] == [
        ("community", "street"),
        ("street", "district"),
        ("district", "city"),
    ]
    assert stage_of(office, incident) == "handling"


def test_the_top_stays_and_sounds_the_alarm(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-02")
    office.forward(days=4)
    office.fire_due()
    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")
    office.forward(days=4)

    office.fire_due()

    assert office.records.load(Incident, incident).course.level == "city"
    told = [notice.about for notice in office.records.notices]
    assert told.count("incident.late-at-the-top") == 1
    assert told[-1] == "incident.called-again"


def test_a_case_raised_by_hand_is_told_to_the_level_above_and_still_climbs_when_late(office):
    incident = office.dispatched()
    office.step(incident, "escalate", by="commander")
    by_hand = office.records.notices[-1]

    office.forward(hours=6)
    office.fire_due()

    assert (by_hand.about, by_hand.to) == ("incident.escalated", f"commander@{STREET}")
    assert office.incident(incident).course.level == "district"


def test_cases_catch_up_together_in_the_order_in_which_their_deadlines_fell_due(office):
    """The clock stands for days while three cases wait; their rises and calls are interleaved."""
    cases = []
    for minutes in (0, 40, 130):
        office.forward(minutes=minutes)
        cases.append(office.dispatched())
    office.forward(days=5)

    fired = office.fire_due()

    told = [
        (fact.due_at, case)
        for case in cases
        for fact in office.facts(case)
        if isinstance(fact, Escalated | OwnerCalled)
    ]
    assert [one.due_at for one in fired] == sorted(one.due_at for one in fired)
    assert len({case for _, case in sorted(told, key=str)[:3]}) > 1
    for case in cases:
        due = [fact.due_at for fact in office.facts(case) if isinstance(fact, OwnerCalled)]
        assert due == sorted(set(due))


def test_a_deadline_that_was_met_does_not_fire(office):
    incident = office.dispatched()
    office.forward(hours=1)
    office.checked(incident, passed=True)
    office.step(incident, "close", by="duty_leader", outcome="normal")
    office.forward(days=9)

    assert office.fired() == []


def test_granted_time_is_added_and_the_start_stays(office):
    """Dispatched Monday 09:00: four working hours and four more end Tuesday 09:00."""
    incident = office.dispatched()
    office.step(incident, "ask_deferral", by="handler", minutes=480, reason="rain")
    office.step(incident, "grant_deferral", by="dispatcher", minutes=240)

    (due,) = office.records.due[incident]

    assert due.due_at == datetime(2026, 11, 17, 1, 0, tzinfo=UTC)


def test_a_failed_return_keeps_start_and_limit(office):
    incident = office.dispatched()
    before = office.records.due[incident]
    office.forward(hours=1)
    office.step(incident, "ask_return", by="handler", reason="not ours")
    office.step(incident, "refuse_return", by="dispatcher", reason="yours by the list")

    assert office.records.due[incident] == before


def test_only_one_request_waits_at_a_time(office):
    incident = office.dispatched()
    office.step(incident, "ask_return", by="handler", reason="not ours")

    assert refused(office, incident, "ask_deferral", by="handler", minutes=5, reason="x").code == (
        "needs-unmet"
    )
    assert refused(office, incident, "grant_deferral", by="dispatcher", minutes=5).code == (
        "needs-unmet"
    )


def test_a_granted_return_goes_to_another_unit_and_counts_as_wrong_dispatch(office):
    incident = office.dispatched(unit="u-sanitation")
    office.step(incident, "ask_return", by="handler", reason="a road matter")
    office.step(incident, "grant_return", by="dispatcher")
    office.step(incident, "dispatch", by="dispatcher", unit="u-roads")
    office.checked(incident, passed=True)
    office.step(incident, "close", by="duty_leader", outcome="normal")

    assert settled(office, incident).wrong_dispatches == 1
    assert settled(office, incident).reworks == 0


def test_a_suspension_stops_the_clock_in_working_minutes(office):
    """Suspended Monday 10:00, resumed Tuesday 10:00: eight working hours, not twenty-four."""
    incident = office.dispatched()
    office.forward(hours=1)
    office.step(incident, "ask_suspension", by="handler", reason="season")
    office.step(incident, "grant_suspension", by="dispatcher")
    stopped = [due.timer for due in office.records.due[incident]]
    office.forward(days=1)
    office.step(incident, "resume", by="dispatcher")

    (due,) = office.records.due[incident]

    assert not any("bundled" in timer for timer in stopped)
    assert due.due_at == datetime(2026, 11, 17, 7, 0, tzinfo=UTC)


def test_a_failed_check_is_rework_for_the_same_unit(office):
    incident = office.dispatched()
    office.checked(incident, passed=False)
    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")
    office.checked(incident, passed=True)
    office.step(incident, "close", by="duty_leader", outcome="normal")

    assert settled(office, incident).reworks == 1
    assert settled(office, incident).wrong_dispatches == 0


def test_the_bundled_deadline_runs_through_a_second_dispatch(office):
    incident = office.dispatched()
    first = office.records.due[incident][0].due_at
    office.forward(hours=1)
    office.checked(incident, passed=False)
    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")

    due = {due.timer.split("/")[1]: due.due_at for due in office.records.due[incident]}

    assert due["bundled"] == first
    assert due["handling"] == datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def test_on_time_is_judged_when_handled_not_when_closed(office):
    incident = office.dispatched()
    office.forward(hours=1)
    office.step(incident, "done", by="handler")
    office.forward(days=5)
    office.step(incident, "send_to_check", by="acceptor")
    office.step(incident, "pass_check", by="grid_member")
    office.step(incident, "close", by="duty_leader", outcome="normal")

    assert settled(office, incident).on_time is True


def test_nobody_checks_his_own_handling(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-02")
    office.step(incident, "dispatch", by="dispatcher", unit="u-roads", handler="p-handler")

    assert office.records.load(Incident, incident).course.handler == "p-handler"
    assert refused(office, incident, "pass_check", by="grid_member").code == "wrong-stage"


def test_a_handler_of_another_unit_is_not_assigned(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-02")

    wrong = refused(
        office, incident, "dispatch", by="dispatcher", unit="u-roads", handler="p-dispatcher"
    )
    unknown = refused(office, incident, "dispatch", by="dispatcher", unit="u-moon")

    assert (wrong.code, unknown.code) == ("not-in-unit", "unknown-unit")
    assert stage_of(office, incident) == "awaiting_dispatch"


def test_a_void_is_asked_and_decided(office):
    incident = office.report()
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-02")
    office.step(incident, "ask_void", by="dispatcher", photo="0" * 64, reason="twice reported")
    office.step(incident, "refuse_void", by="duty_leader", reason="another place")
    office.step(incident, "ask_void", by="dispatcher", photo="0" * 64, reason="truly twice")
    office.step(incident, "grant_void", by="duty_leader")

    assert office.records.load(Incident, incident).course.final == "void"
    assert settled(office, incident).outcome == "void"


def self_handled(office: StreetOffice, *, sampled: bool):
    """Handle on the spot until the draw of the audit is as wanted."""
    while True:
        incident = office.report()
        office.step(incident, "handle_on_spot", by="grid_member")
        if sampled_for_audit(incident) is sampled:
            return incident
        office.step(incident, "archive", by="duty_leader")


def test_a_self_handled_case_outside_the_sample_is_archived_by_the_clock(office):
    incident = self_handled(office, sampled=False)
    office.forward(days=2)
    office.fire_due()

    last = next(fact for fact in reversed(office.facts(incident)) if isinstance(fact, StageChanged))

    assert (last.stage, last.act.role) == ("archived", "clockwork")
    assert "deadline-missed" not in office.told(incident)
    assert settled(office, incident).outcome == "settled"
    assert settled(office, incident).outcome == "settled"


def test_a_self_handled_case_in_the_sample_waits_for_a_person(office):
    incident = self_handled(office, sampled=True)
    office.forward(days=1, hours=1)
    office.fire_due()

    assert stage_of(office, incident) == "awaiting_audit"
    assert office.records.load(Incident, incident).course.level == "street"


def test_only_the_reporter_handles_on_the_spot(office):
    incident = office.report(by="acceptor", source="public")

    assert refused(office, incident, "handle_on_spot", by="grid_member").code == "needs-unmet"


def test_the_acts_area_does_not_widen_a_role(office):
    """A street's acceptor does not act for another street, whatever the act says."""
    assert STREET.covers(GRID)
    with pytest.raises(Refused) as refusal:
        office.report(by="acceptor", area=AreaCode("120101000000"))

    assert refusal.value.code == "role-not-held"
