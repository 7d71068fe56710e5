"""What a draft would have changed, told case by case; the rules in force change nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.limits import parse_limit
from tests.workflows.office import StreetOffice
from tests.workflows.simulation.walking import WALKS, an_office, bodies_of, rules_of, walked
from workflows.definition import StageDeadline
from workflows.simulation.recorded import Bodies
from workflows.simulation.rules import Draft
from workflows.simulation.what_if import Question, WhatIf, what_if


def rules_in_force(office: StreetOffice) -> Draft:
    shelf = office.desk.office.shelf
    rules = rules_of(office)
    return Draft(
        definition=next(iter(rules.definitions.values())),
        limits=shelf.limits(shelf.latest("limits", "tianjin-grid")),
        calendar=next(iter(rules.calendars.values())),
    )


def with_limit(office: StreetOffice, text: str) -> Draft:
    """All ordinary matters of the second class of the first kind within that limit."""
    limits = rules_in_force(office).limits
    assert limits is not None
    key = ("01-02", "ordinary")
    rule = replace(limits.rules[key], handling=parse_limit(text))
    rules = {**limits.rules, key: rule}
    return Draft(limits=replace(limits, reference="tianjin-grid@draft", rules=rules))


def asked(office: StreetOffice, draft: Draft, cases: list[Bodies] | None = None) -> WhatIf:
    cases = cases or [bodies_of(office, one) for one in office.incidents]
    question = Question(rules=rules_of(office), draft=draft, until=office.now)
    return what_if(cases, question)


def pass_time(office: StreetOffice, **time: int) -> None:
    """Let deadlines fire when they are due."""
    until = office.now + timedelta(**time)
    while office.next_due(until):
        office.fire_next(until)
    office.now = until


def handled_after(office: StreetOffice, **time: int) -> None:
    """One case of 4 working hours, dispatched Monday at 09:00 and handled so much later."""
    incident = office.dispatched()
    pass_time(office, **time)
    office.step(incident, "done", by="handler")


@pytest.mark.parametrize("seed", range(WALKS))
def test_the_rules_in_force_change_nothing(seed):
    walker = walked(seed)

    found = asked(walker.office, rules_in_force(walker.office))

    assert found.differences == []
    assert (found.moved, found.refused, found.unlike_record) == (0, 0, 0)
    assert found.before == found.after
    assert found.before.cases == 1


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_clock_that_stood_still_is_no_difference_of_the_draft(seed):
    walker = walked(seed, punctual=False)

    found = asked(walker.office, rules_in_force(walker.office))

    assert found.differences == []
    assert found.moved == 0


def test_a_shorter_limit_would_have_been_missed():
    office = an_office()
    handled_after(office, hours=2)

    (difference,) = asked(office, with_limit(office, "1 working hour")).differences

    assert difference.after is not None
    assert difference.after.breaches - difference.before.breaches == {"bundled/1"}
    assert difference.before.levels == ()
    assert difference.after.levels == ("street",)
    assert (
        "bundled/1 would be missed: 240 working minutes, due 2026-11-16 15:00"
        " -> 60 working minutes, due 2026-11-16 10:00" in difference.why
    )


def test_a_longer_limit_would_have_been_kept():
    office = an_office()
    handled_after(office, hours=9)

    found = asked(office, with_limit(office, "2 working days"))

    assert found.before.missed == {"bundled": 1}
    assert not found.after.missed
    assert found.before.rises == {"street": 1}
    assert not found.after.rises


def test_a_longer_lunch_moves_the_deadline_past_the_handling():
    office = an_office()
    handled_after(office, hours=6, minutes=30)
    in_force = rules_in_force(office).calendar
    assert in_force is not None
    calendar = WorkingCalendar(
        reference="draft", shifts=((480, 660), (900, 1140)), off=in_force.off
    )

    found = asked(office, Draft(calendar=calendar))

    assert found.before.missed == {"bundled": 1}
    assert not found.after.missed


def test_a_case_that_takes_a_step_which_the_draft_has_not_is_named():
    office = an_office()
    handled_after(office, hours=1)
    definition = rules_in_force(office).definition
    assert definition is not None
    steps = tuple(rule for rule in definition.steps if rule.name != "pass_on")

    found = asked(office, Draft(definition=replace(definition, steps=steps)))

    assert found.refused == 1
    assert found.differences[0].refused
    assert found.differences[0].why[0].startswith("refused because 'pass_on' is not a step")


def test_a_stage_with_less_time_rises_earlier():
    office = an_office()
    incident = office.report()
    pass_time(office, minutes=45)
    office.step(incident, "pass_on", by="acceptor")
    definition = rules_in_force(office).definition
    assert definition is not None
    hasty = StageDeadline(within=parse_limit("30 working minutes"), then="escalate")
    stages = definition.stages | {
        "accepting": replace(definition.stages["accepting"], deadline=hasty)
    }

    found = asked(office, Draft(definition=replace(definition, stages=stages)))

    assert found.after.missed == {"accepting": 1}
    assert found.after.rises == {"street": 1}


def test_hours_count_at_the_level_where_a_case_lay():
    office = an_office()
    office.report()
    pass_time(office, days=4)

    found = asked(office, rules_in_force(office))

    assert sum(found.before.hours.values()) >= 4 * 24 - len(found.before.hours)
    assert found.before.hours["city"] > found.before.hours["district"]


def test_the_answer_does_not_depend_on_the_number_of_processes():
    office = an_office()
    handled_after(office, hours=2)
    cases = [bodies_of(office, office.incidents[0])] * 700
    draft = with_limit(office, "1 working hour")
    question = Question(rules=rules_of(office), draft=draft, until=datetime.now(UTC))
    counted: list[int] = []

    alone = what_if(cases, question)
    shared = what_if(cases, question, processes=2, progress=counted.append)

    assert alone == shared
    assert sum(counted) == 700
