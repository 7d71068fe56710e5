"""Duplicates: marked, merged and unmerged; the case reported first leads, and no circle arises."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.incident.events import MarkedDuplicate, StageChanged, Unmerged
from domain.kernel.refusals import Refused
from tests.workflows.office import MONDAY_NINE, a_street_office
from workflows.checking import check_definition
from workflows.incident.commands import UnmergeIncident
from workflows.reading import BOOK, definition_from, read_content

NOBODY = UUID("019aa6f3-8c00-7000-8000-0123456789ab")


@pytest.fixture
def office():
    return a_street_office()


def two(office):
    """Two reports of one matter, a minute apart."""
    leading = office.report()
    office.forward(minutes=1)
    return leading, office.report()


def merge(office, incident, leading, *, by="acceptor"):
    return office.step(incident, "merge", by=by, leading=str(leading))


def unmerge(office, incident, *, by="acceptor", reason="another heap", **given):
    order = UnmergeIncident(incident=incident, reason=reason, **given)
    return office.desk.do(order, office.act(by))


def refusal_of(order, *args, **given):
    with pytest.raises(Refused) as refusal:
        order(*args, **given)
    return refusal.value


def test_a_merge_ends_the_case_and_names_the_leading_one(office):
    leading, follower = two(office)

    merge(office, follower, leading)

    course = office.incident(follower).course
    assert (course.stage, course.final, course.outcome) == ("merged", "merged", "merged")
    assert course.leading == leading
    assert office.told(follower) == ["reported", "marked-duplicate", "stage-changed", "settled"]
    assert office.records.due[follower] == []
    assert office.incident(leading).course.stage == "accepting"


def test_a_mark_and_a_merge_into_the_same_case_are_told_once(office):
    leading, follower = two(office)
    office.step(follower, "mark_duplicate", by="grid_member", leading=str(leading))

    merge(office, follower, leading)

    told = [fact for fact in office.facts(follower) if isinstance(fact, MarkedDuplicate)]
    assert [fact.leading for fact in told] == [leading]
    assert told[0].why["rule"] == "street-incident@1/mark_duplicate"


def test_a_case_is_no_duplicate_of_itself(office):
    _, follower = two(office)

    assert refusal_of(merge, office, follower, follower).code == "leading-is-itself"


def test_the_leading_case_must_stand(office):
    _, follower = two(office)

    assert refusal_of(merge, office, follower, NOBODY).code == "unknown-leading"


def test_a_duplicate_does_not_lead(office):
    first, second = two(office)
    office.forward(minutes=1)
    third = office.report()
    merge(office, second, first)

    refusal = refusal_of(merge, office, third, second)

    assert refusal.code == "leading-is-duplicate"
    assert refusal.facts["follows"] == str(first)


def test_a_circle_is_refused_from_both_sides(office):
    first, second = two(office)

    assert refusal_of(merge, office, first, second).code == "leading-is-younger"
    merge(office, second, first)
    assert refusal_of(merge, office, first, second).code == "leading-is-duplicate"


def test_a_leading_case_may_follow_an_older_one_itself(office):
    first, second = two(office)
    office.forward(minutes=1)
    third = office.report()
    merge(office, third, second)

    merge(office, second, first)

    assert office.incident(third).course.leading == second


def test_what_is_reported_after_the_end_is_a_matter_of_its_own(office):
    leading, follower = two(office)
    office.step(leading, "refuse", by="acceptor", reason="private")

    assert refusal_of(merge, office, follower, leading).code == "leading-ended"


def test_nobody_merges_while_a_case_is_handled_in_another_role(office):
    leading, follower = two(office)

    refusal = refusal_of(merge, office, follower, leading, by="grid_member")

    assert refusal.code == "wrong-role"


def test_an_unmerged_case_stands_where_it_was_with_its_limit_anew(office):
    leading, follower = two(office)
    merge(office, follower, leading)
    office.forward(minutes=30)

    unmerge(office, follower)

    course = office.incident(follower).course
    assert (course.stage, course.final, course.outcome, course.leading) == (
        "accepting",
        None,
        None,
        None,
    )
    (due,) = office.records.due[follower]
    assert due.due_at == office.now.replace(hour=2, minute=31)
    version = office.incident(follower).version
    assert office.records.words[follower, version, "reason"] == "another heap"


def test_the_time_it_was_merged_is_a_pause_of_the_bundled_clock(office):
    leading = office.report()
    office.forward(minutes=1)
    follower = office.dispatched()
    before = dict(_due(office, follower))
    office.forward(minutes=29)
    merge(office, follower, leading, by="dispatcher")
    office.forward(hours=1)

    unmerge(office, follower, by="dispatcher")

    assert office.incident(follower).course.stage == "handling"
    assert (_due(office, follower)["bundled"] - before["bundled"]).total_seconds() == 3600


def test_an_unmerged_case_goes_all_the_way_and_is_judged_anew(office):
    leading, follower = two(office)
    merge(office, follower, leading)
    unmerge(office, follower)
    office.step(follower, "pass_on", by="acceptor")
    office.step(follower, "file", by="duty_leader", category="01-02")
    office.step(follower, "dispatch", by="dispatcher", unit="u-sanitation")
    office.checked(follower, passed=True)

    office.step(follower, "close", by="duty_leader", outcome="normal")

    course = office.incident(follower).course
    assert (course.final, course.outcome, course.on_time) == ("settled", "normal", True)


def test_it_may_be_unmerged_after_the_leading_case_has_ended(office):
    leading, follower = two(office)
    merge(office, follower, leading)
    office.step(leading, "refuse", by="acceptor", reason="private")

    unmerge(office, follower)

    assert office.incident(follower).course.stage == "accepting"


def test_an_unmerged_case_may_be_merged_again(office):
    leading, follower = two(office)
    merge(office, follower, leading)
    unmerge(office, follower)

    merge(office, follower, leading)

    assert office.incident(follower).course.final == "merged"
    assert office.told(follower).count("settled") == 2


def test_only_what_is_merged_is_unmerged(office):
    leading, follower = two(office)
    office.step(follower, "mark_duplicate", by="acceptor", leading=str(leading))

    assert refusal_of(unmerge, office, follower).code == "not-merged"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "grid_member"}, "wrong-role"),
        ({"by": "handler"}, "wrong-role"),
        ({"reason": "  "}, "answers-invalid"),
        ({"reason": "x" * 2001}, "answers-invalid"),
        ({"expected_version": 1}, "stale-version"),
    ],
)
def test_unmerging_is_refused(office, given, code):
    leading, follower = two(office)
    merge(office, follower, leading)

    assert refusal_of(unmerge, office, follower, **given).code == code


def test_nobody_unmerges_what_never_was(office):
    assert refusal_of(unmerge, office, NOBODY).code == "no-such-incident"


def test_the_same_order_again_gives_the_first_answer(office):
    leading, follower = two(office)
    merge(office, follower, leading)
    act = office.act("acceptor")
    order = UnmergeIncident(incident=follower, reason="another heap")
    first = office.desk.do(order, act)

    again = office.desk.do(order, replace(act, at=office.now))

    assert again == replace(first, repeated=True)
    assert sum(isinstance(fact, Unmerged) for fact in office.facts(follower)) == 1


def test_a_merge_keeps_what_was_answered(office):
    leading, follower = two(office)
    merge(office, follower, leading)

    moved = next(fact for fact in office.facts(follower) if isinstance(fact, StageChanged))

    assert moved.answers == {"leading": str(leading)}
    assert moved.final == "merged"
    assert moved.act.at > MONDAY_NINE


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"asks": []}, "leading-not-asked"),
        ({"asks": ["remark"]}, "leading-not-asked"),
        ({"to": "void"}, "merge-half-made"),
        ({"marks": ["duplicate"]}, "mark-moves-case"),
        ({"marks": ["not-duplicate"]}, "mark-moves-case"),
    ],
)
def test_a_definition_that_merges_by_halves_is_found(change, code):
    text = (BOOK / "street-incident.v1.toml").read_text(encoding="utf-8")
    content, _ = read_content(text)
    step = next(step for step in content["step"] if step["name"] == "merge")
    step.update(change)

    findings = check_definition(
        definition_from(content, version=1), calendars={"tianjin-government", "tianjin-always"}
    )

    assert code in findings.codes()


def _due(office, incident):
    return {due.timer.split("/")[1]: due.due_at for due in office.records.due[incident]}
