"""The command line: every command answers people and programs, and refuses in one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.cli import SECTIONS, main
from ops.cli.telling import table, width
from ops.migrating import revisions
from tests.ops.town import GRID, NAME, STREET, UNIT, a_town

WORDS = "门口有垃圾"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GRIDWARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GRIDWARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path / "home"


@pytest.fixture
def settled(home) -> Path:
    """A home with a town in it."""
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        town.dispatched()
    ask("migrate")
    return home


def ask(*words, status=0, given=None):
    result = CliRunner().invoke(main, list(words), input=given)
    assert result.exit_code == status, (result.output, result.stderr, result.exception)
    return result


def answer(*words, status=0):
    return json.loads(ask(*words, "--json", status=status).stdout)


def refused(*words):
    said = ask(*words, "--json", status=2).stderr
    return json.loads(said)["code"]


def test_help_names_every_command_that_is_there():
    said = ask("--help").output

    for name in ("demo", "serve", "work", "areas", "incidents", "rebuild", "export"):
        assert f"\n  {name} " in said
    assert all(section in said for section in SECTIONS)
    assert max(map(len, said.splitlines())) <= 100


def test_help_imports_no_machinery():
    code = (
        "import sys\nfrom ops.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print([m for m in ('sqlalchemy', 'flask', 'alembic', 'shapely') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )

    assert done.stdout.splitlines()[-1] == "[]"


def environment(**given):
    plain = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWARD_")}
    return {**plain, "PYTHONPATH": str(Path(__file__).parents[2]), **given}


def test_a_refusal_is_one_sentence_with_its_code_and_status_two(home):
    result = ask("status", status=2)

    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.endswith("[no-database]\n")


def test_a_database_that_is_not_there_is_named(home, monkeypatch):
    monkeypatch.setenv("GRIDWARD_DATABASE", f"sqlite:///{home / 'lost' / 'city.sqlite'}")

    assert "lost/city.sqlite" in ask("status", status=2).stderr


def test_a_wrong_name_of_a_command_is_met_with_the_nearest():
    assert "Did you mean 'status'?" in ask("statu", status=2).stderr


def test_the_installed_command_answers_in_a_process_of_its_own(home):
    code = "from ops.cli import main; main(prog_name='gridward')"
    done = subprocess.run(
        [sys.executable, "-c", code, "status", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(GRIDWARD_HOME=str(home), GRIDWARD_PROT="1"),
    )

    assert done.returncode == 2
    assert "GRIDWARD_PROT" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_makes_the_database_and_then_has_nothing_to_do(home):
    assert answer("migrate")["ran"] == list(revisions())
    assert answer("migrate")["ran"] == []
    assert home.stat().st_mode & 0o077 == 0


def test_status_tells_ledger_readers_deadlines_and_database(settled):
    told = answer("status")

    assert told["events"] > 0
    assert told["timers"] == 1
    assert {one["events"] for one in told["readers"]} == {0}
    assert told["database"]["synchronous"] == "2"


def test_status_warns_of_a_calendar_year_that_nobody_published(settled, monkeypatch):
    from datetime import UTC, datetime

    monkeypatch.setattr("ops.bootstrap.utc_now", None)
    monkeypatch.setattr(
        "ops.opening.assemble", _later(datetime(2031, 3, 1, tzinfo=UTC)), raising=True
    )

    assert answer("status")["unpublished_years"]["tianjin-government"] == [2031]
    assert "Calendar tianjin-government has no holidays for 2031" in ask("status").output


def _later(at):
    from ops.bootstrap import assemble

    return lambda settings, **given: assemble(settings, now=lambda: at, **given)


def test_check_rebuild_and_export_agree_on_the_ledger(settled, tmp_path):
    events = answer("status")["events"]

    assert answer("check") == {"events": events, "differences": []}
    assert all(one["same"] and one["events"] == events for one in answer("rebuild"))
    assert answer("export", str(tmp_path / "log"))["events"] == events
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["position"] for line in lines] == list(range(1, events + 1))
    assert ask("export").stdout == (tmp_path / "log").read_text()
    assert NAME not in (tmp_path / "log").read_text()


def test_check_finds_a_column_that_was_changed(settled):
    import sqlite3

    with sqlite3.connect(settled / "gridward.sqlite") as database:
        database.execute("UPDATE events SET actor = 'p-other' WHERE pos = 7")
    database.close()

    assert answer("check", status=1)["differences"][0]["pos"] == 7


def test_areas_are_listed_shown_and_not_found(settled):
    assert answer("areas", "list")[0]["area"]["code"] == "120101000000"
    assert answer("areas", "show", GRID)["level"] == "grid"
    assert "区120101001003" in ask("areas", "show", "120101001003").output
    assert refused("areas", "show", "120199000000") == "unknown-area"
    assert refused("areas", "show", "12") == "invalid-area-code"
    assert refused("areas", "find", "--lon", "117.2", "--lat", "39.1") == "no-grid-here"


def test_areas_are_imported_after_a_dry_run_and_a_question(settled, tmp_path):
    sheet = tmp_path / "changes.csv"
    sheet.write_text("code,change,name\n120101002000,added,新街道\n")
    words = ("areas", "import", str(sheet))

    assert answer(*words, "--dry-run") | {"bad": []} == answer(*words, "--dry-run")
    assert ask(*words, given="n\n").stdout.endswith("Nothing was changed.\n")
    assert answer(*words, "--yes")["recorded"] == 1
    assert answer(*words, "--yes")["applied"] is False
    assert [one["area"]["name"] for one in answer("areas", "list", "120101000000")][-1] == "新街道"


def test_people_and_units_are_listed_by_handle_and_named_only_when_asked(settled):
    handles = [one["handle"] for one in answer("people", "list", "--role", "handler")]
    assert handles == ["p-handler"]
    assert NAME not in ask("people", "show", "p-handler").output
    assert answer("people", "show", "p-handler", "--reason", "to call")["name"] == NAME
    assert answer("units", "show", UNIT)["unit"]["area"] == STREET
    assert refused("people", "show", "p-nobody") == "person-unknown"
    assert refused("units", "show", "u-none") == "unknown-unit"


def test_the_rota_says_who_answers_at_night_and_for_whom(settled):
    here = ("--role", "dispatcher", "--area", STREET)
    week = ("--from", "2026-01-05", "--to", "2026-12-31")
    assert [one["how"] for one in answer("people", "on-duty", "dispatcher", GRID)] == ["holder"]

    ask("people", "duty", "p-dispatcher", *here, "--hours", "22:00-06:00", *week)
    ask("people", "deputy", "p-commander", "--for", "p-dispatcher", *here, *week)
    (duty,) = answer("people", "rota", "dispatcher")
    assert (duty["number"], duty["hours"]) == (1, "22:00-06:00")
    night = ("people", "on-duty", "dispatcher", GRID, "--at", "2026-11-16T23:30")
    assert [one["how"] for one in answer(*night)] == ["on-duty"]

    ask("people", "absent", "p-dispatcher", *week)
    assert [one["handle"] for one in answer(*night)] == ["p-commander"]
    ask("people", "back", "p-dispatcher", "--day", "2026-02-01")
    ask("people", "end-duty", "1", *here, "--to", "2026-02-01")
    assert [one["how"] for one in answer(*night)] == ["holder"]


def test_people_are_imported_from_a_sheet(settled, tmp_path):
    sheet = tmp_path / "roster.csv"
    sheet.write_text(
        f"handle,name,role,area,unit,from,to\np-new,李雷,dispatcher,{STREET},,2026-01-01,\n"
    )

    assert answer("people", "import", str(sheet), "--yes")["recorded"] == 2
    assert answer("people", "show", "p-new")["posts"][0]["role"] == "dispatcher"


def test_rules_are_listed_and_published_once(settled):
    assert not any(one["is_new"] for one in answer("rules", "publish"))
    kinds = {one["kind"] for one in answer("rules", "list")}
    assert kinds >= {"calendar", "categories", "limits", "workflow"}


def test_a_matter_is_reported_moved_and_shown(settled):
    report = ("incidents", "report", "--area", GRID, "--category", "01-02", "--words", WORDS)
    by = ("--as", "p-grid-member", "--role", "grid_member", "--command-id", "once")
    told = answer(*report, *by)
    again = answer(*report, *by)
    assert (told["stage"], again["repeated"]) == ("accepting", True)

    acceptor = ("--as", "p-acceptor", "--role", "acceptor")
    assert answer("incidents", "step", told["number"], "pass_on", *acceptor)["version"] == 2

    shown = answer("incidents", "show", told["number"])
    assert shown["timeline"][0]["topic"] == "incident.reported"
    assert WORDS not in ask("incidents", "show", told["number"]).output
    look = ("--as", "p-acceptor", "--reason", "to call back")
    assert WORDS in ask("incidents", "show", told["incident"], *look).output
    assert told["number"] in ask("incidents", "list", "--stage", "awaiting_filing").output
    step = ("incidents", "step", told["number"])
    assert refused(*step, "close", *acceptor) == "wrong-stage"
    assert refused(*step, "pass_on", "--answer", "x", *acceptor) == "answer-not-understood"
    assert refused("incidents", "show", "261101-NONE0000") == "no-such-incident"


def test_the_board_is_filtered_and_paged(settled):
    assert answer("incidents", "list", "--ended")["items"] == []
    page = answer("incidents", "list", "--limit", "1", "--area", GRID)
    assert len(page["items"]) == 1
    assert answer("incidents", "list", "--light", "soon", "--category", "02")["next"] is None


def test_indicators_and_durations_answer(settled):
    assert answer("indicators")[0]["counts"]["cases"] == 1
    assert answer("durations", "--by", "street")["stages"]
    assert "accepting" in ask("durations").output


def test_a_reading_command_works_beside_a_writer_and_a_writing_one_says_who_it_is(settled):
    with a_town_held(settled):
        assert answer("incidents", "list")["items"]
        result = ask("rebuild", status=2)

    assert "[writer-busy]" in result.stderr
    assert f"Process {os.getpid()}" in result.stderr


def a_town_held(home):
    from contextlib import closing

    from ledger.store import Store

    return closing(Store(f"sqlite:///{home / 'gridward.sqlite'}"))


def test_readers_and_clock_are_not_run_apart_on_sqlite(settled):
    assert ask("work", status=2).stderr.endswith("[works-inside-the-server]\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "gridward.example"])
def test_no_address_but_loopback_is_served(settled, host):
    said = ask("serve", "--host", host, status=2).stderr

    assert "GRIDWARD_HOSTS" in said
    assert "[hosts-missing]" in said


def test_columns_line_up_where_chinese_counts_double():
    lines = table(("name", "grids"), [("河东区", 7), ("Heping", 1200)])

    assert [width(line) for line in lines] == [width(lines[0])] * 3
    assert lines[2].endswith("1,200")
