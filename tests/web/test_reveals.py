"""Over the API: masked words are shown for a reason only, and everybody who looked is listed."""

import pytest

from domain.kernel.act import OPERATOR, Act
from tests.city import CITY, SANITATION
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, WHO, ZHANG, refusal
from workflows.privacy.commands import ErasePerson, ReleasePerson, RestrictPerson

SUN, MA, AUDITOR = (WHO[f"p-{name}"] for name in ("sun-qiang", "ma-chao", "zheng-shuang"))
WHY = "复核赔偿金额"


@pytest.fixture
def closed(house):
    """A case that has ended, so that its handlers read no more what was written."""
    incident = house.post("/incidents", {**RUBBISH, "words": "门口的旧沙发"}, WANG).json["id"]
    for step, who, answers in (
        ("pass_on", LI, {}),
        ("file", ZHANG, {"category": "01-02"}),
        ("dispatch", CHEN, {"unit": SANITATION}),
        ("done", SUN, {}),
        ("send_to_check", LI, {}),
        ("pass_check", WANG, {}),
        ("close", ZHANG, {"outcome": "normal"}),
    ):
        assert house.step(incident, step, who, **answers).status_code == 200
    return incident


def look(house, incident, who, **given):
    body = {"version": 1, "field": "words", "reason": WHY} | given
    return house.post(f"/incidents/{incident}/reveal", body, who)


def reveals(house, incident, who):
    return house.get(f"/incidents/{incident}/reveals", who)


def order(house, command, command_id):
    act = Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id=command_id, at=house.clock())
    return house.gridward.desk.do(command, act)


def test_masked_words_are_shown_for_a_reason_and_the_look_is_listed(house, closed):
    masked = house.get(f"/incidents/{closed}/timeline", SUN).json["items"][0]["words"]

    shown = look(house, closed, SUN)

    assert (masked, shown.status_code, shown.json["words"]) == ({}, 200, "门口的旧沙发")
    [listed] = reveals(house, closed, AUDITOR).json["items"]
    assert listed == {
        "at": listed["at"],
        "person": "p-sun-qiang",
        "role": "handler",
        "version": 1,
        "field": "words",
        "reason": WHY,
    }


def test_the_reason_stands_in_no_event(house, closed):
    look(house, closed, SUN)

    rows = [
        row
        for part in house.gridward.feed.heads()
        for row in house.gridward.feed.read(part, after=0, limit=9_999)
    ]
    assert any(row.topic == "person.revealed" for row in rows)
    assert not any(WHY in row.body for row in rows)


def test_whoever_has_no_part_in_it_is_refused(house, closed):
    foreign, without, unlisted = (
        look(house, closed, MA),
        look(house, closed, SUN, reason=""),
        reveals(house, closed, SUN),
    )

    assert [one.status_code for one in (foreign, without, unlisted)] == [404, 422, 403]
    assert reveals(house, closed, AUDITOR).json["items"] == []


def test_words_that_are_not_there_are_not_revealed(house, closed):
    assert refusal(look(house, closed, SUN, field="remark")) == (404, "nothing-kept")


def test_restricted_data_are_stored_and_nothing_else(house, closed):
    order(house, RestrictPerson(subject=f"case:{closed}", basis="pipl-44", hold=True), "hold")
    restricted = look(house, closed, SUN)
    with pytest.raises(Exception, match="legal-hold"):
        order(house, ErasePerson(subject=f"case:{closed}", basis="pipl-47"), "erase")
    order(house, ReleasePerson(subject=f"case:{closed}", basis="court-order-over"), "release")

    assert refusal(restricted) == (403, "person-restricted")
    assert look(house, closed, SUN).status_code == 200


def test_an_erased_case_stays_on_the_board_without_its_words(house, closed):
    order(house, ErasePerson(subject=f"case:{closed}", basis="pipl-47"), "erase")

    shown = house.get(f"/incidents/{closed}/timeline", AUDITOR).json["items"]

    assert house.get(f"/incidents/{closed}", AUDITOR).status_code == 200
    assert {str(entry["words"]) for entry in shown} == {"{}"}
    assert refusal(look(house, closed, AUDITOR))[0] in (404, 409)


def test_a_name_is_revealed_to_who_serves_near(house):
    shown = house.post("/people/p-wang-fang/reveal", {"reason": WHY}, LI)

    assert (shown.status_code, shown.json["words"]) == (200, "王芳")
