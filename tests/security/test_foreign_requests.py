"""Requests that another site makes with our cookie, and reading that would change something."""

from uuid import UUID

import pytest

from domain.kernel.ids import incident_number
from tests.houses import copied
from tests.journeys.wall import CHEN, WHO, Wall
from tests.security.routes import Walk
from tests.web.test_pages import Browser

READERS = ("p-zhao-lei", "p-zheng-shuang")
OPEN311, API = "/open311/", "/api/"
FOREIGN = (
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Origin": "http://localhost:9"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.fixture(scope="module")
def walk(city_on_sqlite, tmp_path_factory):
    """A street on the day of the facade, with a real case, whistle and photo to ask for."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("walk")) as house:
        wall = Wall(house)
        wall.live()
        number = incident_number(UUID(wall.incident))
        known = {"incident": wall.incident, "whistle": wall.whistle, "number": number}
        yield Walk(house, **known)


@pytest.fixture(scope="module")
def browser(walk):
    """Somebody who is signed in."""
    browser = Browser(walk.house, CHEN)
    browser.get("/board")
    return browser


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda one: "=".join(*one.items()))
def test_no_address_takes_an_order_from_another_site(walk, browser, headers):
    before, token = walk.state(), browser.token()
    for rule, method, path in walk.changing():
        answer = browser.client.open(path, method=method, data={"token": token}, headers=headers)
        assert answer.status_code in (400, 401, 403), rule
        if not path.startswith(OPEN311):  # where no cookie counts
            assert answer.status_code == 403, rule
            if path.startswith(API):
                assert answer.json["code"] == "foreign-origin", rule
    assert walk.state() == before


@pytest.mark.parametrize("token", [None, "", "guessed", "of-another-browser"])
def test_no_form_is_taken_without_the_token_of_its_browser(walk, browser, token):
    if token == "of-another-browser":
        other = Browser(walk.house, CHEN)
        other.get("/board")
        token = other.token()
    before = walk.state()
    for rule, method, path in walk.changing():
        if path.startswith((OPEN311, API)):
            continue
        sent = {} if token is None else {"token": token}
        answer = browser.client.open(path, method=method, data=sent)
        assert answer.status_code == 403, rule
        assert "This form has expired" in answer.text or "form-expired" in answer.text, rule
    assert walk.state() == before


def test_the_api_takes_no_order_that_a_plain_form_could_send(walk, browser):
    """A page elsewhere sends forms without asking; ours want JSON or a header, which are asked."""
    before = walk.state()
    for rule, method, path in walk.changing():
        if not path.startswith(API):
            continue
        for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
            answer = browser.client.open(path, method=method, data="{}", content_type=kind)
            assert 400 <= answer.status_code < 500, rule
    assert walk.state() == before


def test_open311_hears_no_cookie(walk, browser):
    for rule, method, path in walk.changing():
        if path.startswith(OPEN311):
            answer = browser.client.open(path, method=method, data={"service_code": "01-02"})
            assert answer.status_code in (400, 401, 403), rule


def test_reading_changes_nothing(walk):
    readers = [Browser(walk.house, WHO[handle]) for handle in READERS]
    before, seen = walk.state(), set()
    for rule, path in walk.reading():
        asked = [(readers[0], method) for method in ("HEAD", "OPTIONS")]
        for browser, method in [*((one, "GET") for one in readers), *asked]:
            answer = browser.client.open(path, method=method)
            assert answer.status_code < 500, (rule, answer.text)
            if method == "GET" and answer.status_code == 200:
                seen.add(rule.endpoint)
            answer.close()
    every = {rule.endpoint for rule, _ in walk.reading()}
    print(f"{len(seen)} of {len(every)} were answered; the others said no")
    assert walk.state() == before
    assert len(seen) > len(every) * 0.6, every - seen
