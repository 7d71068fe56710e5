"""A plan is read with everything that is wrong with it, and drafted from what two versions lack."""

import pytest

from domain.kernel.refusals import Refused
from domain.moving.plan import Plan
from tests.workflows.moving.street import NEW, OLD, RENAMED, a_plan, changed
from workflows.differ import differences
from workflows.moving.drafting import draft_plan
from workflows.moving.reading import must_fit, read_plan
from workflows.reading import definition_from, read_content

PLAN = f'plan = "over"\nfrom = ["{OLD}"]\nto = "{NEW}"\n'


def definition(version, *swaps):
    return definition_from(read_content(changed(*swaps))[0], version=version)


def refused(order):
    with pytest.raises(Refused) as refusal:
        order()
    return refusal.value


def test_a_plan_is_read():
    text = (
        PLAN + 'area = "120101000000"\nopen_deadlines = "restart"\n'
        '[stages]\nawaiting_check = "check_queue"\n'
        '[levels]\ncommunity = "street"\n[deadlines]\nhandling = "carry"\n'
    )

    assert read_plan(text) == Plan(
        name="over",
        left=(OLD,),
        workflow=NEW,
        stages={"awaiting_check": "check_queue"},
        levels={"community": "street"},
        deadlines={"handling": "carry"},
        open_deadlines="restart",
        area="120101000000",
    )


def test_deadlines_run_on_unless_the_plan_says_otherwise():
    plan = read_plan(PLAN + '[deadlines]\nhandling = "drop"\n')

    assert (plan.wish_for("accepting"), plan.wish_for("handling")) == ("carry", "drop")


def test_everything_that_is_wrong_with_a_plan_is_said_at_once():
    text = PLAN + 'colour = "red"\nopen_deadlines = "forget"\n[stages]\nawaiting_check = ""\n'

    refusal = refused(lambda: read_plan(text))

    assert refusal.code == "plan-not-understood"
    assert sorted(refusal.facts["findings"]) == [
        "colour: Unknown field.",
        "open_deadlines: Say carry, restart or drop.",
        "stages.awaiting_check: Fill in where it goes.",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("plan = ", "not-toml"),
        (PLAN.replace("over", "Over!"), "invalid-rule-name"),
        (PLAN.replace(OLD, "street-incident"), "invalid-reference"),
        (PLAN + 'area = "12"\n', "invalid-area-code"),
    ],
)
def test_a_plan_that_names_nothing_is_refused(text, code):
    assert refused(lambda: read_plan(text)).code == code


def test_a_plan_names_stages_and_rungs_that_are_there():
    plan = a_plan(
        left=(OLD, NEW),
        stages={"awaiting_check": "closed", "nowhere": "lost"},
        deadlines={"never": "drop"},
        levels={"community": "grid"},
    )

    refusal = refused(lambda: must_fit(plan, {OLD: definition(1)}, definition(2, RENAMED)))

    assert refusal.code == "plan-refused"
    assert refusal.facts["findings"] == [
        f"{NEW} is both left and moved to: take it out of 'from'.",
        "stages.awaiting_check: 'closed' is an end; a plan moves open cases and ends none.",
        f"stages.nowhere: there is no such stage in {OLD}.",
        f"stages.nowhere: there is no stage 'lost' in {NEW}.",
        f"deadlines.never: there is no such stage in {OLD}.",
        f"levels.community: the ladder of {NEW} has no rung 'grid'.",
    ]


def test_a_draft_maps_a_stage_that_was_only_renamed():
    draft = draft_plan(definition(1), definition(2, RENAMED))

    plan = read_plan(draft)
    assert plan == a_plan(name="street-incident-1-to-2", stages={"awaiting_check": "check_queue"})
    assert "#   stage 'awaiting_check' was removed" in draft


def test_a_draft_leaves_a_gap_for_a_person_where_nothing_looks_alike():
    other = ('zh = "待核查", en = "Awaiting check"', 'zh = "等", en = "Waiting"')

    draft = draft_plan(definition(1), definition(2, RENAMED, other))

    assert 'awaiting_check = ""  # one of accepting, verifying, ' in draft
    assert refused(lambda: read_plan(draft)).code == "plan-not-understood"


def test_a_draft_names_rungs_that_are_gone_and_deadlines_that_changed():
    draft = draft_plan(
        definition(1),
        definition(
            2,
            ('  { level = "community", owner = "commander" },\n', ""),
            ("60 clock days", "30 clock days"),
        ),
    )

    assert 'community = ""  # one of street, district, city' in draft
    assert 'suspended = "carry"  # was 60 clock days, is 30 clock days' in draft


def test_a_draft_of_two_alike_versions_maps_nothing():
    old, new = definition(1), definition(2)

    assert differences(old, new).found == ()
    assert read_plan(draft_plan(old, new)) == a_plan(name="street-incident-1-to-2")
