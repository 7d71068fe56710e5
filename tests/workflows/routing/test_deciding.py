"""Routing at work: a case is suggested to a unit when it is filed, and keeps why."""

from datetime import date

import pytest

from domain.incident.events import Assigned, Filed
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.people.unit import Unit, unit_id
from ledger.records import Claim
from tests.workflows.office import MONDAY_NINE, STREET, a_street_office
from workflows.rehearsal.records import MemoryRecords
from workflows.routing.explaining import explain, explain_case
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import read_book


def act(command_id):
    return Act(
        person="p-founder",
        role="commander",
        area=STREET,
        command_id=command_id,
        at=MONDAY_NINE,
    )


def answer_for(office, code, *categories):
    unit = office.records.load(Unit, unit_id(code))
    unit.answer_for(act(code), categories=categories, from_day=date(2026, 1, 1))
    office.records.save(unit, claim=Claim(key=f"duty:{code}", digest=""))


@pytest.fixture
def office():
    office = a_street_office()
    answer_for(office, "u-roads", "03", "04")
    return office


def filed(office, category="04-01", **answers):
    incident = office.report(category=category)
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category=category, **answers)
    return incident


def last(office, incident, kind):
    return next(fact for fact in reversed(office.facts(incident)) if isinstance(fact, kind))


def routing():
    return next(rules for rules in read_book() if rules.kind == "routing")


def published(office, command_id="again", **changed):
    content = {**routing().content, **changed}
    order = PublishRules(kind="routing", name="tianjin-grid", content=content)
    office.desk.do(order, act(command_id))
    office.desk.office.shelf.refresh()


def refused(order):
    with pytest.raises(Refused) as refusal:
        order()
    return refusal.value


def test_a_filed_case_is_suggested_to_the_unit_that_answers(office):
    incident = filed(office)

    fact = last(office, incident, Filed)

    assert fact.unit == "u-roads"
    assert fact.routed.reference == "tianjin-grid@1/who-answers"
    assert fact.routed.inputs["units"] == ["u-roads=squad"]
    assert fact.routed.inputs["local"] == "2026-11-16T09:00"
    assert fact.routed.inputs["working"] is True


def test_following_the_suggestion_keeps_the_rule(office):
    incident = filed(office)

    office.step(incident, "dispatch", by="dispatcher", unit="u-roads")

    assert last(office, incident, Assigned).why == {"rule": "tianjin-grid@1/who-answers"}


def test_another_choice_keeps_the_suggestion_it_went_against(office):
    incident = filed(office)

    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")

    assert last(office, incident, Assigned).why == {
        "rule": "chosen-by-dispatcher",
        "suggested": "u-roads",
        "suggested_by": "tianjin-grid@1/who-answers",
    }


def test_unclear_ownership_goes_to_the_district(office):
    incident = filed(office, category="01-02")

    (notice,) = office.records.notices[-1:]

    assert last(office, incident, Filed).unit is None
    assert (notice.to, notice.about) == ("commander@120101000000", "incident.ownership-unclear")


def test_a_choice_where_rules_name_nobody_says_so(office):
    incident = filed(office, category="01-02")

    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")

    assert last(office, incident, Assigned).why == {
        "rule": "chosen-by-dispatcher",
        "asked_by": "tianjin-grid@1/who-answers",
    }


def test_a_rule_may_set_its_own_limit(office):
    rule = {"name": "danger", "then": {"unit_kind": "any", "limit": "30 clock minutes"}}
    published(office, rule=[rule])

    fact = last(office, filed(office), Filed)

    assert fact.limit.minutes == 30
    assert fact.why["rule"] == "tianjin-grid@2/danger"


def test_an_answer_at_filing_chooses_the_rule(office):
    incident = filed(office, condition="hard")

    routed = last(office, incident, Filed).routed

    assert (routed.rule, routed.unit) == ("hard-case", None)


def test_a_team_with_too_many_open_cases_is_not_suggested(office):
    rules = [
        {"name": "few", "when": {"load": {"unit_below": 2}}, "then": {"unit_kind": "any"}},
        {"name": "many", "then": {"district": True}},
    ]
    published(office, rule=rules)
    answers = []
    for _ in range(3):
        incident = filed(office)
        answers.append(last(office, incident, Filed).routed.rule)
        office.step(incident, "dispatch", by="dispatcher", unit="u-roads")

    assert answers == ["few", "few", "many"]
    assert last(office, incident, Filed).routed.inputs["loads"] == ["u-roads=2"]


def test_a_named_unit_that_was_closed_leaves_it_to_the_district(office):
    published(office, rule=[{"name": "named", "then": {"unit": "u-roads"}}])
    unit = office.records.load(Unit, unit_id("u-roads"))
    unit.close(act("close"), from_day=date(2026, 11, 16))
    office.records.save(unit, claim=Claim(key="close", digest=""))

    routed = last(office, filed(office), Filed).routed

    assert (routed.rule, routed.unit, routed.inputs["resting"]) == ("named", None, ["u-roads"])


def test_a_decision_is_explained_by_the_version_that_made_it(office):
    incident = filed(office)
    published(office, rule=[{"name": "all-else", "then": {"district": True}}])

    explanation = explain(last(office, incident, Filed), office.desk.office.shelf)

    assert explanation is not None
    assert explanation.same
    assert explanation.again.reference == "tianjin-grid@1/who-answers"
    assert [(one.rule, one.unmet) for one in explanation.looked_at] == [
        ("danger", ("answers",)),
        ("hard-case", ("answers",)),
        ("sweeping", ("category", "load")),
        ("other-components", ("category",)),
        ("who-answers", ()),
    ]


def test_a_case_is_explained_with_every_choice_made(office):
    incident = filed(office)
    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")
    office.step(incident, "ask_return", by="handler", reason="a road")
    office.step(incident, "grant_return", by="dispatcher")
    office.step(incident, "dispatch", by="dispatcher", unit="u-roads")

    explanation, choices = explain_case(office.facts(incident), office.desk.office.shelf)

    assert explanation is not None
    assert [(one.fact.unit, one.followed) for one in choices] == [
        ("u-sanitation", False),
        ("u-roads", True),
    ]


def test_rules_are_saved_only_if_they_are_sound(office):
    rules = [{"name": "moon", "when": {"category": "99"}, "then": {"unit": "u-moon"}}]

    refusal = refused(lambda: published(office, rule=rules))

    assert refusal.code == "routing-refused"
    assert [one["code"] for one in refusal.facts["findings"]] == [
        "unknown-category",
        "unknown-unit",
    ]


def test_rules_need_their_categories_and_a_workflow_its_rules():
    desk = a_street_office().desk
    lonely = PublishRules(
        kind="routing", name="lonely", content={**routing().content, "categories": "nowhere"}
    )
    workflow = next(rules for rules in read_book() if rules.name == "street-incident")
    lost = PublishRules(
        kind="workflow",
        name="street-incident",
        content={**workflow.content, "routing": "nowhere"},
    )

    codes = [refused(lambda order=order: desk.do(order, act("x"))).code for order in (lonely, lost)]

    assert codes == ["unknown-publication", "unknown-publication"]


def test_a_workflow_without_routing_suggests_nobody():
    records = MemoryRecords()
    office = a_street_office(records)
    workflow = next(rules for rules in read_book() if rules.name == "street-incident")
    content = {key: value for key, value in workflow.content.items() if key != "routing"}
    office.desk.do(PublishRules(kind="workflow", name="street-incident", content=content), act("w"))
    office.desk.office.shelf.refresh()

    fact = last(office, filed(office), Filed)

    assert (fact.routed, fact.unit) == (None, None)
    assert explain(fact, office.desk.office.shelf) is None
