"""Two definitions are compared in sentences; the same rules in another order are the same."""

import pytest

from workflows.checking import check_text
from workflows.definition import Definition
from workflows.differ import Difference, differences
from workflows.reading import BOOK

STREET = (BOOK / "street-incident.v1.toml").read_text(encoding="utf-8")
CALENDARS = {"tianjin-government", "tianjin-always"}


def definition(text: str) -> Definition:
    read, findings = check_text(text, calendars=CALENDARS)
    assert read is not None, findings.found
    return read


def changes(*swaps: tuple[str, str]) -> list[str]:
    """Swap texts in the definition that ships and say what differs."""
    text = STREET
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    return differences(definition(STREET), definition(text)).sentences


def without_step(name: str) -> str:
    begins = STREET.index(f'[[step]]\nname = "{name}"')
    return STREET[:begins] + STREET[STREET.index("\n[", begins + 2) + 1 :]


def test_a_definition_does_not_differ_from_itself():
    assert changes() == []


def test_the_order_of_steps_and_roles_is_no_difference():
    refuse = STREET[STREET.index('[[step]]\nname = "refuse"') :]
    refuse = refuse[: refuse.index("\n[[") + 1]
    moved = without_step("refuse").replace("# How long", f"{refuse}\n# How long")

    assert differences(definition(STREET), definition(moved)).found == ()


def test_the_number_of_the_version_is_no_difference():
    assert changes(("version = 1", "version = 2")) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "most_minutes = 4800",
            "most_minutes = 2400",
            "request 'deferral': the most minutes changed from 4800 to 2400.",
        ),
        (
            'within = "15 clock days"',
            'within = "10 clock days"',
            (
                "request 'reopening': how long after the closing changed from 15 clock days "
                "to 10 clock days."
            ),
        ),
        (
            'read_by = ["acceptor", "duty_leader", "commander", "supervisor", "auditor"]',
            'read_by = ["auditor"]',
            (
                "field 'said': who may read it changed from "
                "acceptor, auditor, commander, duty_leader, supervisor to auditor."
            ),
        ),
        (
            'owner = "acceptor"\ndeadline = { within = "60 working minutes"',
            'owner = "acceptor"\ndeadline = { within = "2 working hours"',
            "stage 'accepting': the deadline changed from 1 working hour to 2 working hours.",
        ),
        (
            'within = "case limit", then = "escalate"',
            'within = "case limit"',
            "stage 'handling': what the clock does then changed from escalate to nothing.",
        ),
        (
            'by = ["dispatcher", "commander"]',
            'by = ["dispatcher"]',
            "step 'dispatch': who may take it changed from commander, dispatcher to dispatcher.",
        ),
        (
            'from = ["checking"]\nto = "awaiting_dispatch"',
            'from = ["checking"]\nto = "handling"',
            "step 'fail_check': the target changed from awaiting_dispatch to handling.",
        ),
        (
            'needs = ["verified_when_public"]\n',
            "",
            "step 'pass_on': what it needs changed from verified_when_public to nothing.",
        ),
        (
            '["normal", "late", "erroneous", "special"]',
            '["late"]',
            "field 'outcome': the choices changed from normal, late, erroneous, special to late.",
        ),
        (
            'label = { zh = "受理员", en = "Acceptor" }\nlevel = "street"',
            'label = { zh = "受理员", en = "Acceptor" }\nlevel = "district"',
            "role 'acceptor': the level changed from street to district.",
        ),
        (
            'grace = "4 working hours"',
            'grace = "2 clock days"',
            "rung 'street': the grace changed from 4 working hours to 2 clock days.",
        ),
        (
            'zh = "街面事件", en = "Street incident"',
            'zh = "街面", en = "Matter"',
            "workflow: the title changed from 街面事件 / Street incident to 街面 / Matter.",
        ),
    ],
)
def test_each_change_is_one_sentence(old, new, sentence):
    assert changes((old, new)) == [sentence]


def test_a_step_that_was_removed_is_named():
    found = differences(definition(STREET), definition(without_step("hand_back")))

    assert found.steps_removed == ("hand_back",)
    (sentence,) = found.sentences
    assert sentence.startswith("step 'hand_back' was removed: the label 退回受理 / Hand back")
    assert sentence.endswith("who may take it duty_leader; what it asks reason.")


def test_what_was_added_and_removed_mirror_each_other():
    old, new = definition(STREET), definition(without_step("hand_back"))

    (there,), (back,) = differences(old, new).found, differences(new, old).found

    assert (there.sort, back.sort) == ("removed", "added")
    assert there.before == back.after


def test_stages_that_running_cases_may_stand_in_are_told_apart():
    smaller = STREET.replace('name = "suspended"', 'name = "shelved"')
    smaller = smaller.replace('to = "suspended"', 'to = "shelved"')
    smaller = smaller.replace('from = ["suspended"]', 'from = ["shelved"]')
    smaller = smaller.replace('  "suspended",\n', '  "shelved",\n')

    assert differences(definition(STREET), definition(smaller)).stages_removed == ("suspended",)


def test_several_steps_of_one_name_are_compared_one_by_one():
    second = (
        '[[step]]\nname = "dispatch"\nlabel = { zh = "派", en = "Again" }\n'
        'from = ["awaiting_dispatch"]\nto = "handling"\n'
        'by = ["commander"]\nneeds = ["own_report"]\n'
    )

    found = differences(definition(STREET), definition(STREET + "\n" + second)).found

    assert [(one.sort, one.what, one.name) for one in found] == [("added", "step", "dispatch (2)")]


def test_a_difference_is_data():
    old = "30 working minutes"
    one = Difference(
        sort="changed", what="stage", name="x", aspect="the deadline", before=old, after="none"
    )

    assert one.sentence == "stage 'x': the deadline changed from 30 working minutes to none."
