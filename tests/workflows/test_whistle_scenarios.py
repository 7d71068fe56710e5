"""Scenarios of whistles that go wrong say where and how."""

import pytest

from domain.kernel.refusals import Refused
from workflows.reading import BOOK
from workflows.rehearsal.reading import script_from
from workflows.rehearsal.rehearsing import Rehearsal, rehearse, rules_with_others
from workflows.rulebook.reading import read_workflow

WHISTLE = BOOK / "whistle.v1.toml"
BLOW = '{ by = "commander", do = "blow_whistle", kind = "work", cause = "pressing-matter", %s },'
BLOWN = BLOW % 'parties = ["u-roads"]'


def played(text: str, *, case: str = 'case = "street-incident"') -> Rehearsal:
    workflow = read_workflow(WHISTLE)
    script = script_from(f'workflow = "whistle"\n{case}\n{text}')
    return rehearse(workflow, script, rules=rules_with_others(workflow, script, folders=[BOOK]))


def one_scenario(*, when: str = BLOWN, then: str = "") -> str:
    return (
        '[[scenario]]\nname = "One"\ngiven = { by = "grid_member" }\n'
        f"when = [\n{when}\n]\nthen = {{ {then} }}\n"
    )


def failures(text: str) -> list[str]:
    return [str(failure) for one in played(text).failed for failure in one.failures]


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        ('whistle = "over"', "the whistle should be 'over' but is 'blown'."),
        ('whistles = ["over"]', "the whistles should be 'over' but is 'blown'."),
        ('whistle_result = "solved"', "the result of the whistle should be 'solved' but is 'none'"),
        (
            'parties = { u-roads = "done", u-moon = "done" }',
            (
                "the parties should be u-roads 'done', u-moon 'done' but is "
                "u-roads 'summoned', u-moon 'none'."
            ),
        ),
        (
            'party_levels = { u-roads = "city" }',
            "the levels of parties should be u-roads 'city' but is u-roads 'none'.",
        ),
        (
            'party_missed = { u-roads = ["contact"] }',
            "what parties missed should be u-roads 'contact' but is u-roads none.",
        ),
        ("stars = { u-roads = 5 }", "the stars should be u-roads 5 but is u-roads 'none'."),
        ("metres = { u-roads = 5 }", "the distances should be u-roads 5 but is u-roads 'none'."),
        ('stands_for = { u-roads = "x" }', "for whom it stands should be u-roads 'x' but is"),
        ('overdue = ["u-roads"]', "the overdue parties should be 'u-roads' but is none."),
        ('party_due = "none"', "the open deadlines of parties should be none but is u-roads/check"),
        (
            'party_due = { "u-roads/contact" = "monday 10:00" }',
            "should be u-roads/contact 'monday 2026-11-16 10:00' but is u-roads/check-in",
        ),
        (
            'party_on_time = { "u-roads/contact" = "yes", "u-moon/contact" = "yes" }',
            "but is u-roads/contact 'not judged', u-moon/contact 'none'.",
        ),
        ("open_whistles = 2", "the number of whistles it waits for should be 2 but is 1."),
        ('told = ["handler@u-moon: blown"]', "the notices should be 'handler@u-moon: blown' but"),
    ],
)
def test_what_is_not_as_expected_of_a_whistle_is_said(then, sentence):
    (failure,) = failures(one_scenario(then=then))

    assert failure.startswith("line 9: ")
    assert sentence in failure


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        ('{ by = "handler", party = "u-roads", do = "check_in" },', "[wrong-stage]"),
        ('{ by = "handler", party = "u-roads", do = "dance" },', "[unknown-step]"),
        (
            '{ by = "handler", party = "u-roads", do = "sign_for", loudly = 1 },',
            "[answers-invalid]",
        ),
        ('{ by = "handler", party = "u-moon", do = "sign_for" },', "[not-your-party]"),
        ('{ by = "handler", whistle = "x", party = "u-roads", do = "sign_for" },', "[no-such-whi"),
        (
            '{ by = "handler", party = "u-roads", do = "sign_for", refused = "wrong-role" },',
            "should be refused 'wrong-role' but was granted.",
        ),
        (
            (
                '{ by = "commander", do = "confirm_whistle", result = "solved", '
                'refused = "parties-still-open", facts = { parties = ["u-moon"] } },'
            ),
            "the facts of the refusal should be parties 'u-moon' but is parties 'u-roads'.",
        ),
    ],
)
def test_an_order_to_a_whistle_that_goes_otherwise_names_its_line(deed, sentence):
    (failure,) = failures(one_scenario(when=f"{BLOWN}\n{deed}"))

    assert failure.startswith("line 8: ")
    assert sentence in failure


def test_nobody_answers_before_a_whistle_is_blown():
    deed = '{ by = "handler", party = "u-roads", do = "sign_for" },'
    (failure,) = failures(one_scenario(when=deed))

    assert "[no-such-whistle]" in failure


def test_what_no_scenario_does_with_a_whistle_is_listed():
    coverage = played(one_scenario()).coverage

    assert "blow_whistle" not in coverage.steps_missing
    assert {"sign_for", "rate", "approve_whistle", "confirm_whistle"} <= set(coverage.steps_missing)


def test_scenarios_of_parties_say_of_which_cases():
    with pytest.raises(Refused) as refusal:
        played(one_scenario(), case="")

    assert refusal.value.code == "case-not-named"


def test_scenarios_of_cases_may_blow_whistles_too():
    workflow = read_workflow(BOOK / "street-incident.v1.toml")
    when = f'{BLOWN}\n{{ by = "acceptor", do = "pass_on" }},'
    then = 'stage = "awaiting_filing", open_whistles = 1'
    script = script_from('workflow = "street-incident"\n' + one_scenario(when=when, then=then))

    rehearsal = rehearse(
        workflow, script, rules=rules_with_others(workflow, script, folders=[BOOK])
    )

    assert [str(one) for played in rehearsal.failed for one in played.failures] == []
