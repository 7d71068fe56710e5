"""A case that a street cannot solve: whistled, answered by three, closed after the last, told."""

import csv
import io
from pathlib import Path

import pytest

from tests.city import ROADS
from tests.journeys.wall import FAR, HE, PHOTO, POLICE, SQUAD, URBAN, ZHANG, Wall
from tests.web.test_pages import Browser

HERE = Path(__file__).parent


@pytest.fixture
def wall(house):
    return Wall(house)


def parties(wall):
    shown = wall.house.get(f"/whistles/{wall.whistle}").json
    return {one["unit"]: one for one in shown["parties"]}


def story(wall, language):
    browser = Browser(wall.house, ZHANG, language=language)
    answer = browser.get(f"/incidents/{wall.incident}/timeline.csv")
    rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [(row["who"], row["what"]) for row in rows]


def test_a_case_is_whistled_answered_by_three_and_closes_after_the_last(wall):
    wall.report_and_dispatch()
    wall.blow()
    assert {one["state"] for one in parties(wall).values()} == {"summoned"}

    assert wall.answer() == [f"{POLICE}/sign-for"]
    late = parties(wall)[POLICE]
    assert (late["light"], late["missed"], late["level"]) == ("on-time", ["sign-for"], "district")
    assert parties(wall)[ROADS]["state"] == "substituted"
    assert parties(wall)[SQUAD]["stands_for"] == ROADS

    too_far = wall.ordered("11:00", "check-in", HE, URBAN, place=FAR, photo=PHOTO)
    assert (too_far.status_code, too_far.json["facts"]["distance_m"]) == (422, 2589)
    wall.come()
    assert [one["distance_m"] for one in parties(wall).values()] == [103, 103, None, 0]

    wall.await_closing()
    too_soon = wall.house.step(wall.incident, "close", ZHANG, outcome="normal")
    assert (too_soon.status_code, too_soon.json["code"]) == (409, "needs-unmet")

    wall.finish()
    wall.confirm_and_close()

    case = wall.house.get(f"/incidents/{wall.incident}").json
    assert (case["stage"], case["final"], case["whistles"]) == ("closed", "settled", [])
    assert {unit: one["stars"] for unit, one in parties(wall).items() if one["stars"]} == {
        URBAN: 5,
        SQUAD: 4,
        POLICE: 2,
    }
    ratings_are_counted(wall)
    the_story_is_told_in_both_languages(wall)
    nothing_fires_any_more(wall)


def ratings_are_counted(wall):
    items = wall.house.get("/responses").json["items"]
    found = {one["unit"]: one for one in items}

    assert {unit: one["stars"]["mean"] for unit, one in found.items()} == {
        URBAN: 5.0,
        SQUAD: 4.0,
        POLICE: 2.0,
        ROADS: None,
    }
    assert found[POLICE]["signed"] == {"part": 0, "of": 1, "percent": 0.0}
    assert found[URBAN]["arrived"] == {"part": 1, "of": 1, "percent": 100.0}


def the_story_is_told_in_both_languages(wall):
    for language in ("zh", "en"):
        expected = (HERE / f"wall.{language}.txt").read_text(encoding="utf-8")
        assert [f"{who}: {what}" for who, what in story(wall, language)] == expected.splitlines()


def nothing_fires_any_more(wall):
    wall.house.clock.forward(days=60)

    assert wall.house.ring() == []
