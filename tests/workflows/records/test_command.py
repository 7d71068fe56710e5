"""`gridward import` on the command line: what it says, and what it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ops.cli import main
from tests.workflows.records.files import a_file, a_row, never_closed


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    assert gridward("--home", home, "migrate").exit_code == 0
    return home


def gridward(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def imported(home: Path, file: Path, *words: object) -> Result:
    asked = ("--mapping", "boston311.toml", *words)
    return gridward("--home", home, "import", "records", file, *asked)


def test_it_tells_what_became_of_every_row(home, tmp_path):
    file = a_file(tmp_path, [a_row("1"), a_row("1"), never_closed("2"), a_row("", type="x")])
    rejects = tmp_path / "rejects.csv"

    done = imported(home, file, "--rejects", rejects)

    assert done.exit_code == 0
    for said in ("4  rows in the file", "1    closed", "1    never closed", "1  rows said again"):
        assert said in done.stdout
    assert "rejected, line 5: It has no case id." in done.stdout
    assert rejects.read_text().splitlines()[1].startswith("5,5,,rejected,no-case-id,")
    assert not done.stderr


def test_the_board_shows_what_was_imported(home, tmp_path):
    imported(home, a_file(tmp_path, [a_row("1"), never_closed("2")]))

    shown = gridward("--home", home, "incidents", "list", "--all", "--json")

    found = {one["reference"]: one for one in json.loads(shown.stdout)["items"]}
    assert found["boston311:1"]["on_time"] is True
    assert found["boston311:2"]["stage"] == "open"


def test_a_second_run_records_nothing(home, tmp_path):
    file = a_file(tmp_path, [a_row("1"), never_closed("2")])
    first = json.loads(imported(home, file, "--json").stdout)

    second = json.loads(imported(home, file, "--json").stdout)

    assert first["counts"]["commands_recorded"] == 3
    assert second["counts"] == first["counts"] | {"commands_recorded": 0}


def test_the_clock_can_be_told_where_to_stop_in_local_time(home, tmp_path):
    file = a_file(tmp_path, [never_closed("1")])

    done = imported(home, file, "--until", "2011-08-05", "--json")

    told = json.loads(done.stdout)
    assert told["until"] == "2011-08-05T04:00:00+00:00"
    assert told["counts"]["deadlines_missed"] == 1


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [
        (b"", (), "empty-file"),
        (b"\x1f\x8b\x08\x00broken", (), "unreadable-file"),
        (b"a,b\n1,2\n", (), "missing-columns"),
        (b"a,b\n1,2\n", ("--until", "soon"), "invalid-time"),
        (b"a,b\n1,2\n", ("--until", "0001-01-01"), "time-out-of-range"),
        (b"a,b\n1,2\n", ("--mapping", "atlantis"), "unknown-mapping"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_a_sentence(home, tmp_path, content, words, code):
    file = tmp_path / "file.csv"
    file.write_bytes(content)

    done = imported(home, file, *words)

    assert done.exit_code == 2
    assert f"[{code}]" in done.stderr
    assert "Traceback" not in done.output


def test_the_mappings_that_ship_are_listed():
    done = gridward("import", "mappings")

    assert done.exit_code == 0
    assert {"boston311.toml", "chicago311-published.toml"} <= set(done.stdout.split())
