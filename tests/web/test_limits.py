"""Who asks too much is told to wait: by key, by session and by address, over all processes."""

import os

import pytest

from ops.settings import Settings
from tests.house import as_
from tests.web.test_commands import LI, WANG, refusal
from web.app import create_app
from web.limiting.counts import Counts, Limits
from web.limiting.limiting import register_limits

NOON = 1_700_000_040 - 1_700_000_040 % 60


class Clock:
    def __init__(self):
        self.at = NOON

    def __call__(self):
        return float(self.at)


@pytest.fixture
def clock():
    return Clock()


def limited(house, clock, **limits):
    """The city with limits, and a client of it."""
    app = create_app(house.gridward, sample=True)
    register_limits(app, Limits(**limits), clock=clock)
    return app.test_client()


def ask(client, who=LI, address="10.0.0.1", path="/api/v1/whoami", headers=None):
    sent = as_(who) if headers is None else headers
    return client.get(path, headers=sent, environ_base={"REMOTE_ADDR": address})


def test_a_key_that_asks_too_much_waits_until_the_minute_is_over(small_house, clock):
    client = limited(small_house, clock, sender=3)
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 200]

    clock.at += 18
    answer = ask(client)

    assert refusal(answer) == (429, "too-many-requests")
    assert answer.headers["Retry-After"] == "42"
    assert "42 seconds" in answer.json["reason"]
    assert ask(client, WANG).status_code == 200

    clock.at += 42
    assert ask(client).status_code == 200


def test_drawing_a_new_key_for_each_request_gets_nobody_past_the_address(small_house, clock):
    client = limited(small_house, clock, sender=2, address=5)
    made_up = [ask(client, headers={"Authorization": f"Bearer gw.x.k{n}.s"}) for n in range(7)]

    assert [one.status_code for one in made_up][-2:] == [429, 429]
    assert ask(client, address="10.0.0.2").status_code == 200


def test_a_page_and_open311_are_refused_in_their_own_shape(small_house, clock):
    client = limited(small_house, clock, address=1)
    ask(client)

    page = ask(client, path="/board", headers={"Accept": "text/html"})
    other = ask(client, path="/open311/v2/services.xml", headers={})

    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert (other.status_code, other.mimetype) == (429, "text/xml")
    assert int(other.headers["Retry-After"]) > 0


def test_what_operators_ask_is_never_limited(small_house, clock):
    client = limited(small_house, clock, address=1)

    assert {ask(client, path="/health", headers={}).status_code for _ in range(5)} == {200}


def test_processes_that_were_forked_count_together():
    counts = Counts()
    child = os.fork()
    if not child:
        counts.one_more("key", now=NOON)
        os._exit(0)
    os.waitpid(child, 0)

    assert counts.one_more("key", now=NOON) == 2


def test_a_full_table_forgets_whoever_asked_least():
    counts = Counts(places=8)
    for _ in range(100):
        counts.one_more("eager", now=NOON)
    for number in range(50):
        counts.one_more(f"passer-by {number}", now=NOON)

    assert counts.one_more("eager", now=NOON) == 101


def test_limits_are_settings():
    settings = Settings.from_environment({"GRIDWARD_LIMIT_SENDER": "0"})

    assert (settings.limit_sender, settings.limit_address) == (0, 12_000)


def test_failed_tries_say_how_long_to_wait(small_house):
    for _ in range(60):
        answer = ask(small_house.client(), headers={"Authorization": "Bearer gw.p-li-na.k1.no"})
        if answer.status_code == 429:
            break

    assert refusal(answer) == (429, "too-many-tries")
    assert int(answer.headers["Retry-After"]) > 0
