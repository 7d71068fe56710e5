"""Trying rules from the command line, on a city with a few recorded cases."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.cli import main
from tests.ops.town import Town, a_town
from workflows.reading import BOOK

FILE = str(BOOK / "street-incident.v1.toml")
LIMITS = BOOK / "limits" / "tianjin-grid.toml"


@pytest.fixture
def recorded(tmp_path, monkeypatch) -> Path:
    """A home with one case dispatched on Monday and handled two hours later."""
    for name in [name for name in os.environ if name.startswith("GRIDWARD_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("GRIDWARD_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        handled(town)
    ask("migrate")
    return home


def handled(town: Town) -> None:
    incident = town.dispatched()
    town.clock.forward(hours=2)
    town.step(incident, "done", by="handler")
    town.clock.at += timedelta(minutes=1)


def ask(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == status, (result.output, result.stderr, result.exception)
    return result.stdout or result.stderr


def answer(*words: str, status: int = 0):
    return json.loads(ask(*words, "--json", status=status))


def shorter(tmp_path: Path) -> str:
    """The limits of the book, but rubbish within one working hour."""
    text = LIMITS.read_text(encoding="utf-8")
    place = text.index('category = "01-02"')
    begins = text.index('handling = "', place)
    ends = text.index("\n", begins)
    path = tmp_path / "shorter.toml"
    path.write_text(f'{text[:begins]}handling = "1 working hour"{text[ends:]}', encoding="utf-8")
    return str(path)


def asked(*words: str) -> tuple[str, ...]:
    period = ("--from", "2026-11-16", "--to", "2026-11-16")
    return ("workflow", "what-if", "street-incident", *period, *words)


def test_what_if_tells_what_shorter_limits_would_have_changed(recorded, tmp_path):
    found = answer(*asked("--limits", shorter(tmp_path)))
    said = ask(*asked("--limits", shorter(tmp_path), "--cases"))

    assert (found["before"]["cases"], found["differ"], found["refused"]) == (1, 1, 0)
    assert found["after"]["missed"] == {"bundled": 1}
    assert found["cases"][0]["after"]["rises"][0]["level"] == "street"
    assert "bundled/1 would be missed" in said
    assert "Not modelled:" in said


def test_what_if_with_the_rules_in_force_tells_no_difference(recorded):
    calendar = BOOK / "calendars" / "tianjin-government.toml"
    files = ("--limits", str(LIMITS), "--calendar", str(calendar), "--definition", FILE)

    found = answer(*asked(*files))

    assert (found["differ"], found["moved"], found["refused"]) == (0, 0, 0)
    assert found["before"] == found["after"]


def test_what_if_looks_at_the_cases_of_the_period_only(recorded, tmp_path):
    period = ("--from", "2026-11-17", "--to", "2026-11-30")

    found = answer("workflow", "what-if", "street-incident", *period, "--limits", shorter(tmp_path))

    assert found["before"]["cases"] == 0


def test_what_if_tries_a_roster_and_a_calendar_with_a_shorter_day(recorded, tmp_path):
    calendar, roster = tmp_path / "early.toml", tmp_path / "roster.csv"
    text = (BOOK / "calendars" / "tianjin-government.toml").read_text(encoding="utf-8")
    calendar.write_text(text.replace("14:00-18:00", "14:00-17:00"), encoding="utf-8")
    roster.write_text("handle,name,role,area,unit,from,to\n", encoding="utf-8")

    found = answer(*asked("--calendar", str(calendar), "--roster", str(roster)))

    assert found["before"]["cases"] == found["after"]["cases"] == 1
    assert found["unreplayable"] == []


def test_what_if_wants_something_to_try(recorded):
    assert answer(*asked(), status=2)["code"] == "nothing-to-try"


def test_a_file_is_simulated_without_a_city():
    words = ("workflow", "simulate", FILE, "--cases", "120", "--seed", "4")

    found = answer(*words)

    assert found == answer(*words)
    assert (found["cases"], found["seed"]) == (120, 4)
    assert "acceptor" in {crew["role"] for crew in found["crews"]}


def test_what_is_published_is_simulated_by_its_name(recorded):
    said = ask("workflow", "simulate", "street-incident", "--cases", "50", "--staff", "acceptor=1")

    assert said.startswith("street-incident@1: 50 cases reported")
    assert "rose to" in said


def test_staffing_is_a_role_and_a_number():
    words = ("workflow", "simulate", FILE, "--cases", "5", "--staff", "acceptor")

    assert "acceptor=3" in ask(*words, status=2)


def test_assumptions_of_ones_own_need_only_what_differs(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text("[staff]\nacceptor = 7\n", encoding="utf-8")
    words = ("workflow", "simulate", FILE, "--cases", "60", "--assumptions", str(mine))

    crews = {crew["role"]: crew["people"] for crew in answer(*words)["crews"]}

    assert (crews["acceptor"], crews["dispatcher"]) == (7, 2)


def test_assumptions_with_a_slip_are_refused(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text("[staf]\nacceptor = 7\n", encoding="utf-8")
    words = ("workflow", "simulate", FILE, "--assumptions", str(mine))

    assert answer(*words, status=2)["code"] == "assumptions-not-understood"


def test_paths_are_listed_and_walked():
    found = answer("workflow", "paths", FILE)

    assert found["by_end"]["closed"] == 1
    assert found["walks"]["never_visited"] == []
