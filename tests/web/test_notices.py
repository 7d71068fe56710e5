"""Notices stand under the fact they came with, each with what became of it."""

from ops.bootstrap import uncounted
from ops.notices.channel import Undelivered
from ops.notices.delivering import Delivering
from ops.notices.reading import Line, Lines
from tests.city import SANITATION
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, ZHANG
from tests.web.test_pages import Browser


class Deaf:
    def send(self, letter):
        raise Undelivered("timed-out")


class Heard:
    def send(self, letter):
        """It arrives."""


def line(name, channel):
    return Line(name=name, kind="log", channel=channel, to=(), about=(), takes=lambda _: True)


LINES = Lines(lines=(line("desk", Heard()), line("radio", Deaf())))


def deliver(house, *, days=0):
    clock = house.clock
    post = Delivering(house.gridward.store, LINES, now=clock, count=uncounted)
    post.deliver_all()
    for _ in range(days):
        clock.forward(days=1)
        post.deliver_all()


def told(house):
    """A case whose dispatch tells its handler."""
    incident = house.post("/incidents", RUBBISH, WANG).json["id"]
    assert house.step(incident, "pass_on", LI).status_code == 200
    assert house.step(incident, "file", ZHANG, category="01-02").status_code == 200
    answer = house.step(incident, "dispatch", CHEN, unit=SANITATION, handler="p-sun-qiang")
    assert answer.status_code == 200, answer.json
    return incident


def of(house, incident):
    items = house.get(f"/incidents/{incident}/timeline").json["items"]
    return [(item["topic"], one) for item in items for one in item["notices"]]


def test_the_timeline_tells_each_delivery_under_its_fact(house):
    incident = told(house)
    assert of(house, incident) == []

    deliver(house)

    found = of(house, incident)
    assert {(one["channel"], one["state"], one["code"]) for _, one in found} == {
        ("desk", "delivered", "ok"),
        ("radio", "waiting", "timed-out"),
    }
    assert {(topic, one["about"]) for topic, one in found} == {
        ("incident.assigned", "incident.dispatch")
    }
    assert {one["to"] for _, one in found} == {f"handler@{SANITATION}"}


def test_a_timeline_is_sent_again_when_a_delivery_changed(house):
    incident = told(house)
    path = f"/incidents/{incident}/timeline"
    before = house.get(path).headers["ETag"]
    assert house.get(path, **{"If-None-Match": before}).status_code == 304

    deliver(house)
    after = house.get(path, **{"If-None-Match": before})

    assert after.status_code == 200
    assert house.get(path, **{"If-None-Match": after.headers["ETag"]}).status_code == 304


def test_the_page_says_who_was_told_and_whether_it_arrived(small_house):
    incident = told(small_house)
    deliver(small_house, days=12)

    browser = Browser(small_house, LI)
    page = browser.get(f"/incidents/{incident}").text

    assert 'class="told delivered"' in page
    assert "desk: delivered" in page
    assert 'class="told given-up"' in page
    assert "radio: never arrived" in page
