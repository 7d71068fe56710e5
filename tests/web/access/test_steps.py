"""Every step of a case, by every role from everywhere, taken over HTTP and compared."""

import pytest

from tests.city import SANITATION
from tests.web.access.expected_steps import STEPS
from tests.web.access.hall import BUILDER, STREET, area_for, handle_of, unit_at
from tests.web.access.judging import Ledger, everybody, is_open
from tests.web.access.stages import answers_to
from workflows.reading import definition_from
from workflows.rulebook.reading import read_book

OWNERS = ("grid_member", "handler")
LACKING = ("needs-unmet", "no-limit-step", "unclear-not-decided", "no-such-limit-step")


def ownerships(role):
    return (False, True) if role in OWNERS else (False,)


def case_for(hall, stage, role, relation, *, own):
    reporter = handle_of(role, relation) if own and role != "handler" else BUILDER
    unit = unit_at(relation) if own and role == "handler" else SANITATION
    return hall.case(stage, area_for(role, relation), reporter, unit)


def taken(hall, case, step, who, answers):
    path = f"/api/v1/incidents/{case}/steps/{step}"
    return hall.ask("POST", path, who, json={"answers": answers})


@pytest.mark.parametrize("half", [0, 1])
def test_every_step_is_open_to_whom_it_was_written_for(hall, half):
    ledger, definition = Ledger(), street_incident()
    for stage, step, cells in STEPS[half::2]:
        for role, relation in everybody():
            for own in ownerships(role):
                case = case_for(hall, stage, role, relation, own=own)
                answers = lawful(hall, definition, case, step, role, relation)
                answer = taken(hall, case, step, (handle_of(role, relation), role), answers)
                expected = is_open(cells.get(role, "-"), relation, own=own)
                what = (stage, step, role, relation, "own" if own else "")
                ledger.note(what, expected, answer, reached=LACKING)
    ledger.must_be_as_written()


def lawful(hall, definition, case, step, role, relation):
    course = hall.course(case)
    rules = definition.steps_named(step)
    rule = next((one for one in rules if course.stage in one.sources and role in one.by), None)
    rule = rule or next(one for one in rules if course.stage in one.sources)
    leading = hall.leading(area_for(role, relation))
    return answers_to(definition, rule, unit=SANITATION, leading=leading)


def test_every_step_of_the_workflow_is_written_down():
    named = {rule.name for rule in street_incident().steps}

    assert named == {step for _, step, _ in STEPS}


def street_incident():
    rules = next(one for one in read_book() if one.name == "street-incident")
    return definition_from(dict(rules.content), version=1)


def test_once_a_case_has_ended_no_step_is_open_to_anybody(hall):
    ledger, definition = Ledger(), street_incident()
    case = hall.case("merged", STREET)
    for step in sorted({rule.name for rule in definition.steps}):
        for role, relation in everybody():
            if relation == "own":
                answer = taken(hall, case, step, (handle_of(role, relation), role), {})
                ledger.note((step, role), False, answer)
    ledger.must_be_as_written()
