"""A call about a known case is joined to it: no second case, and the caller follows that one."""

import json
import re
from html import unescape
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from domain.incident.calls import CallJoined
from domain.incident.incident import Incident
from domain.kernel.record import caller_subject, case_in, case_subject
from ledger.tables import outbox
from tests.city import CITY, HEXI, KAIFENG, TAISHAN, Someone, grid
from tests.keys import give_key
from tests.web.hotline.test_calls import CALL, CLERK, Desk, city
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, WHO, refusal
from tests.web.test_own_data import opened, words_in
from tests.web.test_sign_in import order
from workflows.people.commands import EnrolPerson, GrantRole
from workflows.privacy.commands import ErasePerson
from workflows.processes.indexing import terms_of

__all__ = ["city"]
GRID = str(grid(KAIFENG))
FAR = Someone(handle="p-far-clerk", name="远方", role="hotline", area=HEXI)
SAID = {"words": "还没有水", "contact": {"name": "韩秀英", "phone": "13800138000"}}


@pytest.fixture
def known(city):
    """A water main that a grid member reported."""
    told = city.post("/incidents", {**RUBBISH, "category": "04-01"}, WANG).json
    city.catch_up()
    return told


def call(house, case, who=CLERK, body=SAID, key=None):
    answer = house.post(f"/incidents/{case}/calls", body, who, key=key or str(uuid4()))
    house.catch_up()
    return answer


def joined(house, case):
    facts = house.gridward.ledger.facts(UUID(case))
    return [fact for fact in facts if isinstance(fact, CallJoined)]


def path_of(link):
    return urlsplit(link).path


def test_who_may_be_meant_is_asked_before_anything_is_taken_down(city, known):
    found = city.get(f"/calls/alike?category=04-01&area={GRID}", CLERK).json["items"]
    elsewhere = city.get(f"/calls/alike?category=04-01&area={grid(TAISHAN)}", CLERK)
    other = city.get(f"/calls/alike?category=01-02&area={GRID}", CLERK)

    assert [one["id"] for one in found] == [known["id"]]
    assert elsewhere.json["items"] == other.json["items"] == []
    assert refusal(city.get(f"/calls/alike?category=04-01&area={GRID}", WANG))[0] == 403


def test_a_joined_call_opens_no_case_and_moves_nothing(city, known):
    before = city.get(f"/incidents/{known['id']}").json

    told = call(city, known["id"])

    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    assert told.json["number"] == known["number"]
    after = city.get(f"/incidents/{known['id']}").json
    assert (after["stage"], after["deadlines"]) == (before["stage"], before["deadlines"])
    assert len(city.get("/incidents").json["items"]) == 1


def test_what_the_caller_said_lies_under_the_callers_own_key(city, known):
    call(city, known["id"])

    (fact,) = joined(city, known["id"])
    for private in ("水", "韩秀英", "13800138000"):
        assert private not in repr(fact)
    mine = caller_subject(UUID(known["id"]), fact.originator_version)
    kept = city.gridward.eraser.kept_of(mine)
    assert {one.words for one in kept.values()} == {"还没有水", "name: 韩秀英\nphone: 13800138000"}
    assert case_in(mine) == UUID(known["id"])
    of_case = city.gridward.eraser.kept_of(case_subject(UUID(known["id"])))
    assert "还没有水" not in {one.words for one in of_case.values()}


def test_the_caller_follows_by_a_link_of_the_callers_own(city, known):
    link = call(city, known["id"], key="call-1").json["link"]

    page = city.client().get(path_of(link), headers={"Accept": "text/html"})

    assert page.status_code == 200
    assert known["number"] in page.text
    assert call(city, known["id"], key="call-1").json["link"] == link
    assert call(city, known["id"], key="call-2").json["link"] != link
    assert city.client().get(path_of(link)[:-1] + "x").status_code == 404


def test_the_caller_is_handed_what_was_said_in_the_call_and_nothing_of_others(city, known):
    link = path_of(call(city, known["id"]).json["link"])
    call(city, known["id"], body={"words": "另一位来电人"})

    data, photos = opened(browse(city, link, "data", key="k"))

    assert words_in(data) == {"还没有水", "name: 韩秀英\nphone: 13800138000"}
    assert photos == {}
    assert [one["what"] for one in data["records"][0]["facts"]] == ["incident.call-joined"]


def test_the_caller_asks_for_erasure_of_the_call_alone(city, known):
    link = path_of(call(city, known["id"]).json["link"])
    (fact,) = joined(city, known["id"])
    mine = caller_subject(UUID(known["id"]), fact.originator_version)

    assert browse(city, link, "erasure", key="k").status_code == 303
    order(city, ErasePerson(subject=mine, basis="pipl-47"))

    assert city.gridward.eraser.kept_of(mine) == {}
    told = city.get(f"/incidents/{known['id']}/timeline", WHO["p-qian-feng"]).json["items"]
    assert told[0]["words"]["words"] == RUBBISH["words"]
    assert told[-1]["words"] == {}


def test_only_who_reported_first_says_how_it_went(city, known):
    link = path_of(call(city, known["id"]).json["link"])

    answer = browse(city, link, "rate", key="k", service="satisfied", handling="satisfied")

    assert answer.status_code == 409
    assert city.gridward.ledger.load(Incident, UUID(known["id"])).course.rating is None


def browse(house, link, what, **fields):
    """Press a button on the page of the link."""
    client = house.client()
    client.get(link, headers={"Accept": "text/html"})
    token = client.get_cookie("gridward-token")
    form = {"token": token.value if token else "", **fields}
    return client.post(f"{link}/{what}", data=form, headers={"Accept": "text/html"})


def test_whoever_called_is_found_by_number_and_as_the_caller(city, known):
    call(city, known["id"])
    (fact,) = joined(city, known["id"])
    mine = caller_subject(UUID(known["id"]), fact.originator_version)

    found = terms_of(city.gridward.ledger, mine)

    assert any("13800138000" in one for one in found)
    assert not any("13800138000" in one for one in terms_of(city.gridward.ledger, "p-x"))
    assert not found & terms_of(city.gridward.ledger, case_subject(UUID(known["id"])))


def test_the_clerk_hears_when_the_case_moves_to_call_back(city, known):
    call(city, known["id"])
    call(city, known["id"])

    assert city.step(known["id"], "pass_on", LI).status_code == 200

    with city.gridward.store.reading() as conn:
        kept = [json.loads(one) for one in conn.scalars(sa.select(outbox.c.notice))]
    told = [one["to"] for one in kept if one["about"] == "incident.called-about-moved"]
    assert told == [f"reporter@{CLERK.handle}"]


@pytest.mark.parametrize(("language", "sentence"), [("zh", "并入本件"), ("en", "another call")])
def test_the_story_says_so(city, known, language, sentence):
    call(city, known["id"])

    page = Desk(city, LI, language).look(f"/incidents/{known['id']}").text

    assert sentence in page
    assert "还没有水" in page


def test_a_case_that_ended_takes_no_call(city, known):
    first = call(city, known["id"], key="call-1")
    assert city.step(known["id"], "refuse", LI, reason="已处理").status_code == 200

    assert refusal(call(city, known["id"])) == (409, "leading-ended")
    assert len(joined(city, known["id"])) == 1
    again = call(city, known["id"], key="call-1")
    assert (again.status_code, again.json["version"]) == (200, first.json["version"])
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_id_with_other_words_is_refused(city, known):
    call(city, known["id"], key="call-1")

    told = call(city, known["id"], key="call-1", body={"words": "完全不同的另一番话"})

    assert refusal(told) == (422, "command-id-reused")


def test_a_case_out_of_reach_is_answered_as_one_that_is_not_there(city, known):
    appoint(city, FAR)
    nobody = uuid4()

    out, none = call(city, known["id"], FAR), call(city, nobody, FAR)

    assert refusal(out) == refusal(none) == (404, "no-such-incident")
    assert out.json["reason"] == none.json["reason"]


@pytest.mark.parametrize("who", [WANG, CHEN])
def test_who_takes_no_calls_joins_none(city, known, who):
    assert refusal(call(city, known["id"], who)) == (403, "not-for-your-role")


def appoint(house, someone):
    order(house, EnrolPerson(handle=someone.handle, name=someone.name, key=bytes(32)))
    day = house.clock().date()
    order(
        house,
        GrantRole(handle=someone.handle, role=someone.role, area=someone.area, from_day=day),
    )
    give_key(house.gridward.desk, someone.handle, someone.role, area=CITY, at=house.clock())
    house.catch_up()


def press_join(desk, case):
    """The clerk types the call, is shown what is known, and joins it."""
    asked = desk.take(key="call-1")
    secret = re.findall(r'name="follow" value="([^"]+)"', asked.text)[0]
    assert f'name="join" value="{case}"' in asked.text
    return desk.take(key="call-1", join=case, follow=secret)


def test_the_clerk_joins_a_call_on_the_page_and_hands_over_the_link(city, known):
    desk = Desk(city)

    answer = press_join(desk, known["id"])

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    link = unescape(re.findall(r"<code>([^<]+)</code>", answer.text)[0])
    assert city.client().get(path_of(link)).status_code == 200
    assert "13800138000" not in answer.text
    assert len(joined(city, known["id"])) == 1
    assert len(city.get("/incidents").json["items"]) == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"join": "not-a-case", "follow": "x" * 43}, 404),
        ({"join": str(UUID(int=7)), "follow": "x" * 43}, 404),
        ({"follow": "short"}, 403),
    ],
)
def test_what_cannot_be_joined_is_said_and_nothing_typed_is_lost(city, known, fields, status):
    answer = Desk(city).take(**{"join": known["id"], **fields})

    assert answer.status_code == status, answer.text
    assert CALL["name"] in answer.text
    assert joined(city, known["id"]) == []
