"""Snags of the clock and of processes: listed, named in the status, retried singly or all."""

import json
import os

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from domain.kernel.refusals import Refused
from ledger.snags import ProcessSnags
from ledger.tables import due
from ops.cli import main
from ops.following import followers
from ops.scheduling import fire_due
from ops.snagging import retry
from ops.standing import standing_now
from tests.ops.town import a_town


@pytest.fixture
def hindered(town, monkeypatch):
    """A town in which a deadline failed, and a fact that joining could not follow up."""
    return hinder(town, monkeypatch)


def hinder(town, monkeypatch):
    incident = town.report()
    with monkeypatch.context() as broken:
        broken.setattr(town.gridward.desk, "do", lambda *_: 1 / 0)
        fire_due(town.gridward, town.clock.forward(hours=2))
    for follower in followers(town.gridward):
        follower.prepare()
    (recorded,) = town.gridward.ledger.history(incident)
    snags = ProcessSnags(town.gridward.store, "joining")
    where = (recorded.part, recorded.position)
    snags.mark(*where, stream=incident, code="not-today", at=town.clock.forward(minutes=1))
    return town


def test_all_snags_are_listed_the_oldest_first(hindered):
    found = hindered.gridward.snags()

    assert [(one.who, one.code) for one in found] == [
        ("clock", "ZeroDivisionError"),
        ("joining", "not-today"),
    ]
    assert {one.stream for one in found} == set(hindered.reported)
    assert standing_now(hindered.gridward).process_snags == {"joining": 1}


def test_a_city_without_snags_has_none(town):
    assert list(town.gridward.snags()) == []
    assert standing_now(town.gridward).process_snags == {}


def test_a_new_try_carries_out_what_is_mended(hindered):
    city = hindered.gridward

    assert retry(city, city.snags()) == 2

    assert list(city.snags()) == []
    assert "deadline-missed" in hindered.told(hindered.reported[0])


def test_what_is_still_broken_stays_and_counts_on(hindered, monkeypatch):
    city = hindered.gridward

    def still_broken(*_):
        raise Refused("not-today", "It does not work.")

    monkeypatch.setattr(city.desk, "do", still_broken)

    assert retry(city, city.snags()) == 1

    (left,) = city.snags()
    assert (left.who, left.code, left.times) == ("clock", "not-today", 2)


def test_the_snag_of_a_deadline_that_is_no_more_is_forgotten(hindered):
    city = hindered.gridward
    with city.store.writing() as conn:
        conn.execute(sa.delete(due))

    assert retry(city, [one for one in city.snags() if one.who == "clock"]) == 1

    assert [one.who for one in city.snags()] == ["joining"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GRIDWARD_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("GRIDWARD_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        hinder(town, monkeypatch)
    ask("migrate")
    return home


def ask(*words, status=0):
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == status, (result.output, result.stderr, result.exception)
    return result.stdout if status in (0, 1) else result.stderr


def answer(*words, status=0):
    return json.loads(ask(*words, "--json", status=status))


def test_the_command_lists_shows_and_retries_them(home):
    listed = answer("snags", "list")
    said = ask("status")
    assert answer("snags", "show", listed[0]["id"]) == listed[0]
    assert "ZeroDivisionError" in ask("snags", "show", listed[0]["id"])
    assert "The process joining is stuck at 1 facts" in said

    assert answer("snags", "retry", listed[1]["id"]) == {"gone": 1, "left": 0}
    assert answer("snags", "retry", "--all") == {"gone": 1, "left": 0}

    assert ask("snags", "list") == "Nothing is stuck.\n"
    assert answer("snags", "show", "none", status=2)["code"] == "no-such-snag"
    assert "Name a snag, or give --all" in ask("snags", "retry", status=2)
