"""A case that was moved to another version says so on its page, and goes on by the new steps."""

import re

import pytest

from domain.kernel.act import Act
from domain.moving.plan import Plan
from ops.moving import begin, carry_out
from tests.city import HEPING
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG
from tests.web.test_pages import Browser
from tests.workflows.moving.street import NAME, NEW, OLD, changed
from workflows.reading import rules_of
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import content_from

RENAMED = ('"awaiting_filing"', '"at_the_leader"')
TOLD = {
    "en": "moved to version 2 of street-incident, now in “Awaiting filing”, its deadlines run on",
    "zh": "转入流程 street-incident 第 2 版，现处“待立案”，原时限继续计算",
}


def act(house, command_id):
    return Act(
        person=CHEN.handle,
        role="operator",
        area=str(HEPING),
        command_id=command_id,
        at=house.clock(),
    )


@pytest.fixture
def moved(small_house):
    """A case that waited for its filing when the stage was given another name."""
    house = small_house
    case = house.post("/incidents", RUBBISH, WANG).json["id"]
    house.step(case, "pass_on", LI)
    content = rules_of(dict(content_from(changed(RENAMED))))
    order = PublishRules(kind="workflow", name=NAME, content=content)
    house.gridward.desk.do(order, act(house, "publish"))
    house.gridward.shelf.refresh()
    stages = {"awaiting_filing": "at_the_leader"}
    plan = Plan(name="over", left=(OLD,), workflow=NEW, stages=stages)
    for reader in house.gridward.readers:
        reader.prepare()
    house.catch_up()
    begin(house.gridward, plan, act(house, "begin"))
    carry_out(house.gridward, plan.name, act(house, "go"))
    return house, case


@pytest.mark.parametrize("language", TOLD)
def test_the_page_tells_of_the_move_in_the_citys_words(moved, language):
    house, case = moved

    page = Browser(house, LI, language=language).get(f"/incidents/{case}").text

    assert TOLD[language] in re.sub(r"\s+", " ", page)


def test_the_timeline_names_the_fact_and_its_versions(moved):
    house, case = moved

    (entry,) = [
        one
        for one in house.get(f"/incidents/{case}/timeline").json["items"]
        if one["topic"] == "incident.moved-to-version"
    ]

    assert (entry["stage"], entry["person"]) == ("at_the_leader", CHEN.handle)


def test_the_case_goes_on_by_the_new_steps(moved):
    house, case = moved

    answer = house.step(case, "file", house.city.who("duty_leader"), category="01-02")

    assert answer.status_code == 200
