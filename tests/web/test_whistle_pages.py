"""The pages of whistles without a browser: every form works without scripts."""

import io

import pytest

from tests.city import ROADS, SANITATION, XIAOBAILOU
from tests.journeys.wall import CHEN, FAR, HE, HERE, LI, LIN, SUN, URBAN, ZHAO, Wall
from tests.web.evidence.hostile import jpeg
from tests.web.test_pages import Browser


@pytest.fixture
def wall(small_house):
    wall = Wall(small_house)
    wall.report_and_dispatch()
    return wall


@pytest.fixture
def blown(wall):
    wall.blow()
    return wall


def ordered(wall, who, path, **fields):
    """Fill in a form of the whistle's page."""
    browser = Browser(wall.house, who)
    browser.get(f"/whistles/{wall.whistle}")
    return browser.post(f"/whistles/{wall.whistle}{path}", key=browser.key(), **fields)


def test_the_commander_blows_by_the_form_of_the_case(wall):
    browser = Browser(wall.house, ZHAO)
    page = browser.get(f"/incidents/{wall.incident}").text
    assert f'name="party" value="{URBAN}"' in page
    fields = {"kind": "work", "cause": "pressing-matter", "words": "砖", "party": [URBAN, ROADS]}

    answer = browser.post(f"/incidents/{wall.incident}/whistles", key=browser.key(), **fields)

    assert answer.status_code == 303
    shown = browser.get(answer.headers["Location"]).text
    assert "Heping Urban Management" in shown
    assert "A pressing matter the street cannot solve: 砖" in shown


def test_who_may_not_blow_sees_no_form(wall):
    page = Browser(wall.house, LI).get(f"/incidents/{wall.incident}").text

    assert 'name="party"' not in page


def test_a_blow_without_anybody_is_refused_on_the_page(wall):
    browser = Browser(wall.house, ZHAO)
    browser.get(f"/incidents/{wall.incident}")

    answer = browser.post(
        f"/incidents/{wall.incident}/whistles",
        key=browser.key(),
        kind="work",
        cause="pressing-matter",
    )

    assert answer.status_code == 422


def test_a_department_answers_by_its_forms(blown):
    party = f"/parties/{URBAN}"
    assert ordered(blown, HE, f"{party}/sign-for").status_code == 303
    photo = (io.BytesIO(jpeg()), "wall.jpg")
    here = {"lon": HERE["lon"], "lat": HERE["lat"], "picture": photo}
    assert ordered(blown, HE, f"{party}/check-in", **here).status_code == 303
    assert ordered(blown, HE, f"{party}/finish", result="已拆除").status_code == 303
    assert ordered(blown, ZHAO, f"{party}/rate", stars="4", remark="好").status_code == 303

    page = Browser(blown.house, ZHAO, language="en").get(f"/whistles/{blown.whistle}").text
    assert "★★★★☆" in page
    assert "<blockquote>已拆除</blockquote>" in page


def test_too_far_is_refused_with_the_distance_and_keeps_what_was_typed(blown):
    ordered(blown, HE, f"/parties/{URBAN}/sign-for")

    answer = ordered(
        blown,
        HE,
        f"/parties/{URBAN}/check-in",
        lon=FAR["lon"],
        lat=FAR["lat"],
        picture=(io.BytesIO(jpeg()), "wall.jpg"),
    )

    assert answer.status_code == 422
    assert "2589 m" in answer.text
    assert f'value="{FAR["lon"]}"' in answer.text
    assert 'name="receipt"' in answer.text  # the photo need not be taken again


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (f"/parties/{URBAN}/confirm", {}, 404),
        ("/sign-for", {}, 404),
        ("/nothing", {}, 404),
        (f"/parties/{URBAN}/check-in", {"lon": "x", "lat": "y"}, 422),
        (f"/parties/{URBAN}/rate", {"stars": "many"}, 422),
        ("/confirm", {"result": "solved"}, 409),
    ],
)
def test_what_is_no_order_is_refused(blown, path, fields, status):
    assert ordered(blown, ZHAO, path, **fields).status_code == status


def test_a_handler_finds_the_summons_of_his_unit_and_others_those_of_their_area(blown):
    inbox = Browser(blown.house, LIN).get("/whistles").text
    assert "Work whistle" in inbox
    assert "Heping Police" in inbox
    assert "No whistle waits here." in Browser(blown.house, SUN).get("/whistles").text
    assert "3 of 3 expected" in Browser(blown.house, CHEN).get("/whistles").text
    everything = Browser(blown.house, CHEN).get(f"/whistles?area={XIAOBAILOU}&state=all")
    assert "Work whistle" in everything.text
    sheet = Browser(blown.house, LIN).get("/whistles.csv").text
    assert "Heping Police: Summoned" in sheet
    assert Browser(blown.house, LIN).get("/whistles.json").json["items"][0]["kind"] == "work"
    assert Browser(blown.house, LIN).get("/whistles?state=half").status_code == 422


def test_the_case_says_why_it_went_to_its_unit(blown):
    page = Browser(blown.house, CHEN).get(f"/incidents/{blown.incident}").text

    assert "by rule “By the duty for the category” of tianjin-grid@1" in page
    assert "chose Heping Sanitation" in page
    assert SANITATION not in page.split('id="routing"')[1].split("</section>")[0]


def test_a_workflow_is_drawn_with_what_waits_in_its_stages(blown):
    browser = Browser(blown.house, CHEN)
    assert "Street incident" in browser.get("/workflows").text
    page = browser.get(f"/workflows/street-incident@1?area={XIAOBAILOU}").text
    assert 'class="workflow-diagram"' in page
    assert "<style>" not in page
    assert "1 open cases, 0 late" in page
    assert browser.get("/diagram.css").text.startswith(".workflow-diagram")
    counted = browser.get("/workflows/street-incident.csv").text.splitlines()
    assert counted[1:] == ["handling,1,0,10"]
    assert browser.get("/workflows/street-incident.json").json["reference"] == "street-incident@1"
    assert "whistle@1" in browser.get("/workflows/whistle@1").text
    assert browser.get("/workflows/none").status_code == 404


def test_the_case_is_drawn_with_the_way_it_came(blown):
    page = Browser(blown.house, CHEN).get(f"/incidents/{blown.incident}").text

    assert 'class="stage now" data-stage="handling"' in page
    assert 'class="stage passed" data-stage="accepting"' in page


def test_a_merged_case_is_taken_out_by_its_form(blown):
    body = {"area": blown.house.get(f"/incidents/{blown.incident}").json["area"]}
    second = blown.house.post("/incidents", {**body, "category": "02-04", "place": HERE}, LI)
    blown.house.step(second.json["id"], "merge", LI, leading=blown.incident)
    leading = Browser(blown.house, LI).get(f"/incidents/{blown.incident}").text
    assert second.json["number"] in leading
    browser = Browser(blown.house, LI)
    assert "It is another matter" in browser.get(f"/incidents/{second.json['id']}").text

    path = f"/incidents/{second.json['id']}/unmerge"
    empty = browser.post(path, key=browser.key(), version="", reason=" ")
    answer = browser.post(path, key=browser.key(), version="", reason="另一面墙")

    assert (empty.status_code, answer.status_code) == (422, 303)
    assert "另一面墙" in browser.get(f"/incidents/{second.json['id']}").text


def test_a_party_that_is_late_is_red_until_it_answers(blown):
    blown.until("10:41")
    page = Browser(blown.house, LIN).get(f"/whistles/{blown.whistle}").text
    assert 'class="light overdue"' in page
    assert "Overdue" in Browser(blown.house, LIN).get("/whistles?overdue=true").text
