"""A form that came without a sign-in or too late: nothing that was typed is lost."""

import re
from io import BytesIO

import pytest

from tests.city import KAIFENG, grid
from tests.web.test_commands import LI, WANG
from tests.web.test_pages import Browser

WORDS = "路灯 <不亮> 三天了"


@pytest.fixture
def written(small_house):
    """A report that was typed before its sender was signed out."""
    browser = Browser(small_house, WANG)
    browser.get("/report")
    fields = {
        "key": browser.key(),
        "category": "01-02",
        "area": str(grid(KAIFENG)),
        "words": WORDS,
    }
    token = browser.token()
    browser.post("/sign-out")
    return browser, {**fields, "token": token}


def send(browser, fields, path="/report"):
    browser.page = browser.client.post(path, data=fields, headers={"Accept": "text/html"})
    return browser.page


def kept(page):
    """The fields of the page that is sent again."""
    form = page[page.index("Not sent yet") :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_who_was_signed_out_gets_back_all_that_was_typed(written):
    browser, fields = written

    answer = send(browser, fields)

    assert answer.status_code == 401
    assert "You are no longer signed in. Nothing you wrote is lost" in answer.text
    assert "路灯 &lt;不亮&gt; 三天了" in answer.text
    assert kept(answer.text).items() >= {
        ("key", fields["key"]),
        ("category", "01-02"),
        ("area", fields["area"]),
    }


def test_signed_in_again_the_same_form_reports_once(small_house, written):
    browser, fields = written
    again = {**fields, "token": kept(send(browser, fields).text)["token"]}
    browser.be(WANG)

    first, second = send(browser, again), send(browser, again)

    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    board = small_house.get("/incidents", LI).json["items"]
    assert [one["category"] for one in board] == ["01-02"]


def test_a_form_whose_token_ran_out_is_sent_again_from_where_it_came(small_house):
    browser = Browser(small_house, WANG)
    browser.get("/report")
    fields = {"key": browser.key(), "category": "01-02", "area": str(grid(KAIFENG))}

    late = send(browser, {**fields, "token": "of-yesterday", "words": WORDS})
    assert late.status_code == 403
    assert "This form has expired. Nothing you wrote is lost" in late.text

    assert send(browser, kept(late.text)).status_code == 303


def test_passwords_are_never_written_back(small_house):
    browser = Browser(small_house)
    browser.get("/")

    for fields in ({"old": "xyzzy-1", "password": "xyzzy-2"}, {"current": "xyzzy-3"}):
        late = send(browser, {**fields, "token": "of-yesterday"}, "/account/password")
        assert "xyzzy" not in late.text


def test_a_photo_is_asked_for_once_more(written):
    browser, fields = written
    answer = send(browser, {**fields, "picture": (BytesIO(b"a photo"), "lamp.jpg")})

    assert answer.status_code == 401
    assert '<input type="file" name="picture">' in answer.text


def test_a_report_without_a_category_says_what_to_choose(small_house):
    for language, said in (("en", "Choose what is wrong"), ("zh", "请先选择问题类别")):
        browser = Browser(small_house, WANG, language)
        browser.get("/report")

        answer = browser.post("/report", key=browser.key(), area=str(grid(KAIFENG)), words=WORDS)

        assert answer.status_code == 422
        assert said in answer.text
        assert "三天了" in answer.text
