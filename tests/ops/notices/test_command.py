"""The operator's view: what was sent, what was given up, and a new beginning for it."""

import json
import os
from datetime import timedelta

import pytest
from click.testing import CliRunner

from ledger import deliveries
from ops.cli import main
from ops.metrics import Counts
from ops.notices.delivering import Delivering
from ops.notices.people import people_of
from ops.notices.reading import lines_of
from ops.reading import catch_up
from ops.scheduling import sweep
from ops.standing import standing_now
from ops.working import Works
from tests.ops.notices.post import webhook
from tests.ops.test_scheduling import wait_for
from tests.ops.town import STREET, UNIT, a_town

DAYS = 12


@pytest.fixture
def town(store_url, tmp_path):
    with a_town(store_url, tmp_path, parts=4) as town:
        yield town


@pytest.fixture
def given_up(tmp_path, monkeypatch, web):
    """A home with notices that nobody took for days, and the receiver that did not."""
    for name in [name for name in os.environ if name.startswith("GRIDWARD_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    file = tmp_path / "notices.toml"
    file.write_text(webhook(web))
    web.mood = "fails"
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        town.dispatched()
        lines = lines_of(str(file), town.clock)
        counts = Counts()
        post = Delivering(
            town.gridward.store, lines, now=town.clock, count=counts.delivery, rest=0.01
        )
        for _ in range(DAYS):
            post.deliver_all()
            town.clock.forward(days=1)
    monkeypatch.setenv("GRIDWARD_HOME", str(home))
    monkeypatch.setenv("GRIDWARD_NOTICES", str(file))
    monkeypatch.setenv("NO_COLOR", "1")
    ask("migrate")
    return web


def ask(*words, status=0):
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == status, (result.output, result.stderr, result.exception)
    return result.stdout if status == 0 else result.stderr


def answer(*words, status=0):
    return json.loads(ask(*words, "--json", status=status))


def test_what_was_given_up_is_listed_shown_and_named_in_the_status(given_up):
    listed = answer("notices", "list", "--state", "given-up")
    shown = answer("notices", "show", listed[0]["id"])

    assert {one["state"] for one in listed} == {"given-up"}
    assert {one["channel"] for one in listed} == {"desk"}
    assert shown == listed[:1]
    assert (shown[0]["tries"], shown[0]["code"]) == (12, "http-500")
    assert "http-500" in ask("notices", "show", listed[0]["id"])
    assert "given up" in ask("status")
    assert answer("status")["notices_given_up"] == len(listed)


def test_one_or_all_given_up_begin_anew_at_the_operators_word(given_up):
    lost = len(answer("notices", "list", "--state", "given-up"))
    first = answer("notices", "list")[0]["id"]

    assert answer("notices", "retry", first) == {"again": 1}
    assert answer("notices", "retry", "--all") == {"again": lost - 1}

    assert answer("status")["notices_given_up"] == 0
    assert answer("status")["notices_waiting"] == {"desk": lost}
    assert len(answer("notices", "list", "--state", "waiting")) == lost


def test_an_unknown_notice_and_an_unclear_wish_are_refused(given_up):
    assert answer("notices", "show", "ntc_0_none", status=2)["code"] == "no-such-notice"
    assert answer("notices", "retry", "ntc_0_none", status=2)["code"] == "no-such-notice"
    assert "Name a notice, or give --all" in ask("notices", "retry", status=2)


def test_the_channels_are_checked_and_listed_without_their_secrets(given_up):
    said = ask("notices", "channels")

    assert "desk" in said
    assert "webhook" in said
    assert "whsec_" not in said
    assert answer("notices", "channels")[0]["name"] == "desk"


def test_a_file_with_a_mistake_is_refused_by_the_command(given_up, tmp_path):
    (tmp_path / "notices.toml").write_text("[[channel]]\nkind = 'fax'\n")

    assert answer("notices", "channels", status=2)["code"] == "notices-malformed"


def test_a_process_at_work_sends_what_a_step_told(town):
    works = Works(town.gridward)
    town.dispatched()
    works.start()
    try:
        wait_for(lambda: deliveries.newest(town.gridward.store, state="delivered"))
        wait_for(lambda: standing_now(town.gridward).notices == 0)
    finally:
        works.stop()

    assert {one.channel for one in deliveries.newest(town.gridward.store)} == {"log"}


def test_the_status_tells_how_old_the_oldest_is(town):
    town.dispatched()
    town.clock.forward(minutes=7)

    standing = standing_now(town.gridward)

    assert standing.notices > 0
    assert standing.notices_oldest == timedelta(minutes=7).total_seconds()


def test_the_sweep_forgets_after_the_days_of_the_setting(town):
    post = Delivering(
        town.gridward.store, lines_of("", town.clock), now=town.clock, count=Counts().delivery
    )
    town.dispatched()
    post.deliver_all()
    sent = len(deliveries.newest(town.gridward.store))

    town.clock.forward(days=89)
    assert sweep(town.gridward) == 0
    town.clock.forward(days=2)

    assert sweep(town.gridward) == sent
    assert deliveries.newest(town.gridward.store) == []


def test_a_notice_names_who_answers_for_its_role_now(town):
    catch_up(town.gridward.readers)
    people = people_of(town.gridward)

    assert people(f"dispatcher@{STREET}") == ["p-dispatcher"]
    assert people(f"handler@{UNIT}") == ["p-handler"]
    assert list(people("reporter@p-grid-member")) == ["p-grid-member"]
    assert list(people(f"mayor@{STREET}")) == []
    assert list(people("handler@u-nowhere")) == []
