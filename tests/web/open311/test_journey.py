"""A public journey: reported by key, followed by link, worked on, closed, rated, taken up again."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.incident.events import Reported
from ledger.posting import read_notice
from ledger.tables import outbox
from tests.city import SANITATION
from tests.web.open311.partner import LI, errors, parsed
from tests.web.test_commands import CHEN, WANG, WHO, ZHANG

SUN, AUDITOR = WHO["p-sun-qiang"], WHO["p-zheng-shuang"]
ON_THE_WAY: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    ("send_to_verify", LI, {}),
    ("confirm_true", WANG, {}),
    ("pass_on", LI, {}),
    ("file", ZHANG, {"category": "01-02"}),
    ("dispatch", CHEN, {"unit": SANITATION}),
    ("done", SUN, {}),
    ("send_to_check", LI, {}),
    ("pass_check", WANG, {}),
    ("close", ZHANG, {"outcome": "normal"}),
)
PERSON = {
    "first_name": "秀英",
    "last_name": "韩",
    "phone": "13800138000",
    "email": "han@example.cn",
}


def left(house):
    """The notices in the outbox."""
    with house.gridward.store.reading() as conn:
        return [read_notice(row.notice) for row in conn.execute(sa.select(outbox.c.notice))]


class Resident:
    """Somebody with the link and a phone."""

    def __init__(self, house, link, language="en"):
        self.path = urlsplit(link).path
        self.client = house.client()
        self.client.set_cookie("gridward-language", language)

    def look(self):
        answer = self.client.get(self.path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        return answer.text

    def send(self, name, **fields):
        page = self.look()
        token = found(r'name="token" value="([^"]+)"', page)
        key = found(r'name="key" value="([^"]+)"', page)
        sent = {"token": token, "key": key, **fields}
        return self.client.post(f"{self.path}/{name}", data=sent, headers={"Accept": "text/html"})


def found(pattern, text):
    match = re.search(pattern, text)
    assert match is not None
    return match[1]


def walk(house, incident, steps=ON_THE_WAY):
    for step, who, answers in steps:
        house.clock.forward(minutes=5)
        answer = house.step(incident, step, who, **answers)
        assert answer.status_code == 200, answer.json
    house.catch_up()


def test_a_report_is_followed_to_its_end_and_taken_up_again(neighbour):
    house = neighbour.house
    sent = neighbour.report(PERSON)
    incident, resident = sent["service_request_id"], Resident(house, sent["follow_up"])
    assert "We have your report" in resident.look()

    walk(house, incident)

    assert neighbour.updates(incident) == [
        *("OPEN", "INVESTIGATING", "FOR_TRIAGE", "ACTION_SCHEDULED"),
        *("IN_PROGRESS", "FIXED"),
    ]
    assert neighbour.get(f"v2/requests/{incident}.json").json[0]["status"] == "closed"
    rated = resident.send(
        "rate",
        service="satisfied",
        handling="dissatisfied",
        contacted="no",
        said="还在",
        reopen="1",
    )
    assert rated.status_code == 303
    assert "The duty leader decides" in resident.look()

    walk(house, incident, [("grant_reopening", ZHANG, {})])

    assert neighbour.updates(incident)[-1] == "REOPEN"
    assert "Taken up again" in resident.look()
    assert neighbour.get(f"v2/requests/{incident}.json").json[0]["status"] == "open"


def test_a_public_report_is_verified_on_site_first(partner):
    incident = partner.report()["service_request_id"]

    answer = partner.house.step(incident, "pass_on", LI)

    assert (answer.status_code, answer.json["code"]) == (409, "needs-unmet")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_no_sentence_that_is_not_in_the_readers_language(partner, language):
    page = Resident(partner.house, partner.report()["follow_up"], language).look()

    assert ("您的上报" in page) == (language == "zh")
    assert ("Your report" in page) == (language == "en")
    assert 'name="robots" content="noindex"' in page


@pytest.mark.parametrize("wrong", ["x", "", ".", "0" * 32 + ".x", "{0}", "{0}.", "{0}.wrong"])
def test_a_link_that_was_not_given_opens_nothing(partner, wrong):
    incident = partner.report()["service_request_id"].replace("-", "")

    answer = partner.house.client().get(f"/follow/{wrong.format(incident)}")

    assert answer.status_code == 404
    assert "沙发" not in answer.text


def test_a_case_without_a_link_cannot_be_followed(small_house):
    body = {"area": "120101001001001", "category": "01-02"}
    own = small_house.post("/incidents", body, WANG).json["id"].replace("-", "")

    for secret in ("", "x", "None"):
        assert small_house.client().get(f"/follow/{own}.{secret}").status_code == 404


def test_the_log_keeps_neither_the_link_nor_anything_of_the_person(partner):
    sent = partner.report(PERSON)
    incident = sent["service_request_id"]
    (recorded, *_) = partner.house.gridward.ledger.history(UUID(incident))

    assert isinstance(recorded.fact, Reported)
    told = repr(recorded.fact)
    assert sent["follow_up"].rpartition(".")[2] not in told
    for private in (*PERSON.values(), "沙发"):
        assert private not in told


def test_how_to_reach_the_reporter_is_for_those_who_answer(partner):
    incident = partner.report(PERSON)["service_request_id"]

    def read(who):
        return partner.house.get(f"/incidents/{incident}/timeline", who).json["items"][0]

    assert "13800138000" in read(ZHANG)["words"]["contact"]
    assert "words" in read(AUDITOR)["words"]
    assert read(AUDITOR)["kept"] == ["contact"]
    assert "13800138000" not in str(read(WANG))


def test_a_resident_asks_in_vain_after_the_days_of_the_definition(partner):
    house, sent = partner.house, partner.report()
    resident = Resident(house, sent["follow_up"])
    walk(house, sent["service_request_id"])
    house.clock.forward(days=16)

    answer = resident.send(
        "rate", service="satisfied", handling="dissatisfied", contacted="yes", reopen="1"
    )

    assert answer.status_code == 303
    assert "take it up again" not in resident.look().lower()
    assert partner.updates(sent["service_request_id"])[-1] == "FIXED"


def test_a_rating_without_its_answers_is_refused_and_keeps_what_was_written(partner):
    house, sent = partner.house, partner.report()
    resident = Resident(house, sent["follow_up"])
    walk(house, sent["service_request_id"])

    answer = resident.send("rate", service="satisfied", said="还没写完")

    assert answer.status_code == 422
    assert "还没写完" in answer.text


def test_the_same_rating_tapped_twice_is_one(partner):
    house, sent = partner.house, partner.report()
    resident = Resident(house, sent["follow_up"])
    walk(house, sent["service_request_id"])
    fields = {"service": "satisfied", "handling": "satisfied", "contacted": "yes", "key": "tap"}

    for _ in range(2):
        assert resident.send("rate", **fields).status_code == 303

    items = house.get(f"/incidents/{sent['service_request_id']}/timeline").json["items"]
    assert [one["topic"] for one in items].count("incident.rated") == 1


def test_a_wish_to_be_erased_reaches_the_administrator(partner):
    sent = partner.report(PERSON)

    answer = Resident(partner.house, sent["follow_up"]).send("erasure")

    assert answer.status_code == 303
    (told,) = left(partner.house)
    assert told.to == "administrator@120000000000"
    assert told.facts["subject"] == f"case:{sent['service_request_id']}"


def test_a_resident_adds_to_a_report_by_the_service_that_sent_it(partner):
    house, incident = partner.house, partner.report()["service_request_id"]
    added = {
        "service_request_id": incident,
        "update_id": "77",
        "status": "OPEN",
        "description": "现在有两张",
    }

    first, second = (partner.send("servicerequestupdates.json", added) for _ in range(2))

    assert (first.status_code, first.json) == (201, [{"update_id": "77"}])
    assert second.json == first.json
    items = house.get(f"/incidents/{incident}/timeline", LI).json["items"]
    assert [one["topic"] for one in items] == ["incident.reported", "incident.noted-by-public"]
    assert items[1]["words"] == {"words": "现在有两张"}
    assert partner.updates(incident) == ["OPEN"]


def test_an_update_needs_a_key_a_known_request_and_a_known_status(partner):
    incident = partner.report()["service_request_id"]
    added = {"service_request_id": incident, "update_id": "1", "status": "OPEN"}
    path = "servicerequestupdates.json"

    assert errors(partner.send(path, added, key=None))[0] == 403
    assert errors(partner.send(path, {**added, "service_request_id": "x"}))[0] == 404
    assert errors(partner.send(path, {**added, "status": "LOST"}))[0] == 400
    assert errors(partner.send(path, {**added, "update_id": ""})) == (400, ["update_id required"])


def test_updates_of_a_time_are_listed_oldest_first_and_alike_in_xml(neighbour):
    house = neighbour.house
    incident = neighbour.report()["service_request_id"]
    walk(house, incident, ON_THE_WAY[:2])
    since = (house.clock() - timedelta(minutes=6)).isoformat()

    told = neighbour.get("v2/servicerequestupdates.json", start_date=since).json
    root, in_xml = parsed(neighbour.get("v2/servicerequestupdates.xml", start_date=since))

    assert [one["status"] for one in told] == ["INVESTIGATING", "FOR_TRIAGE"]
    assert root == "service_request_updates"
    assert in_xml == told
    assert len({one["update_id"] for one in told}) == 2
    all_of_them = neighbour.get("v2/servicerequestupdates.json").json
    assert [one["status"] for one in all_of_them] == ["OPEN", "INVESTIGATING", "FOR_TRIAGE"]


def test_a_report_that_was_joined_and_parted_again_is_told_so(partner):
    house = partner.house
    leading = partner.report()["service_request_id"]
    house.clock.forward(minutes=1)
    follower = partner.report()["service_request_id"]
    walk(house, follower, [("merge", LI, {"leading": leading})])

    parted = house.post(f"/incidents/{follower}/unmerge", {"reason": "另一件事"}, LI)

    assert parted.status_code == 200, parted.json
    assert partner.updates(follower) == ["OPEN", "DUPLICATE", "REOPEN"]
