"""The clerk's commands: check, publish, compare, draw and rehearse a workflow."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docs.generating import REFERENCE, SCHEMA
from ops.cli import main
from workflows.reading import (
    BOOK,
    definition_files,
    definition_from,
    read_content,
    scenarios_beside,
)

STREET = BOOK / "street-incident.v1.toml"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GRIDWARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GRIDWARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path / "home"


@pytest.fixture
def city() -> None:
    """A city with the book published."""
    ask("migrate")
    ask("rules", "publish")


def ask(*words, status=0) -> Result:
    result = CliRunner().invoke(main, list(map(str, words)))
    assert result.exit_code == status, (result.output, result.exception)
    return result


def answer(*words, status=0):
    return json.loads(ask(*words, "--json", status=status).stdout)


def changed(folder: Path, old: str, new: str) -> Path:
    """The street's workflow with one text swapped, and its scenarios beside it."""
    text = STREET.read_text(encoding="utf-8")
    assert old in text
    path = folder / "street-incident.v2.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    scenarios = scenarios_beside(STREET).read_text(encoding="utf-8")
    scenarios_beside(path).write_text(scenarios, encoding="utf-8")
    return path


def test_a_sound_file_is_said_to_be_sound():
    said = ask("workflow", "check", STREET).output

    assert said == "street-incident.v1.toml is sound: no errors, no warnings.\n"
    assert answer("workflow", "check", STREET)["sound"] is True


def test_a_finding_has_line_sentence_hint_and_code(tmp_path):
    path = changed(tmp_path, 'by = ["duty_leader"]', 'by = ["duty_laeder"]')

    said = ask("workflow", "check", path, status=2).output
    (finding,) = [
        one
        for one in answer("workflow", "check", path, status=2)["findings"]
        if one["code"] == "unknown-role"
    ]

    assert "there is no role 'duty_laeder'.  [unknown-role]" in said
    assert "    Did you mean 'duty_leader'?" in said
    assert f"street-incident.v2.toml:{finding['line']}  error" in said


def test_a_file_that_is_no_toml_is_a_finding_too(tmp_path):
    path = tmp_path / "odd.v1.toml"
    path.write_text("[[stage\n", encoding="utf-8")

    assert "[not-toml]" in ask("workflow", "check", path, status=2).output


def test_a_change_is_published_once_and_told_apart(city, tmp_path):
    path = changed(tmp_path, "60 clock days", "30 clock days")

    first = ask("workflow", "publish", path).output
    again = ask("workflow", "publish", path).output
    rows = answer("workflow", "list")
    said = answer("workflow", "diff", "street-incident@1", "street-incident")

    assert first == "street-incident@2 is published.\n"
    assert "nothing is new" in again
    assert {row["name"]: row["latest"] for row in rows}["street-incident"] == 2
    assert [one["sentence"] for one in said["differences"]] == [
        "stage 'suspended': the deadline changed from 60 clock days to 30 clock days."
    ]


def test_what_is_unsound_is_not_published(city, tmp_path):
    path = changed(tmp_path, 'to = "checking"', 'to = "nowhere"')
    path.write_text(path.read_text("utf-8").replace("own_report", "own_reprot"), "utf-8")

    said = ask("workflow", "publish", path, status=2).stdout

    assert "[unknown-target]" in said
    assert "    Did you mean 'own_report'?" in said
    assert said.endswith("[definition-refused]\n")
    assert answer("workflow", "list")[-1]["latest"] == 1


def test_a_version_is_piloted_in_an_area_until_its_end(city, tmp_path):
    ask("workflow", "publish", changed(tmp_path, "60 clock days", "30 clock days"))
    area = ("--area", "120101000000")

    begun = ask("workflow", "pilot", "street-incident@1", *area, "--from-day", "2026-01-01")
    listed, status = ask("workflow", "list").output, answer("status")
    row = next(one for one in answer("workflow", "list") if one["name"] == "street-incident")
    ask("workflow", "pilot", "street-incident", *area, "--end", "2026-01-02")

    assert "begin with street-incident@1" in begun.output
    assert "street-incident@1  120101000000  2026-01-01" in listed
    assert row["pilots"][0]["version"] == 1
    assert status["pilots"]["street-incident"][0]["area"] == "120101000000"
    assert "piloted" not in ask("workflow", "list").output


def test_files_are_compared_without_a_city(tmp_path):
    path = changed(tmp_path, 'by = ["dispatcher", "commander"]', 'by = ["dispatcher"]')

    assert ask("workflow", "diff", STREET, path).output == (
        "step 'dispatch': who may take it changed from commander, dispatcher to dispatcher.\n"
    )
    assert ask("workflow", "diff", STREET, STREET).output == "They do not differ.\n"


def test_a_published_name_and_a_file_are_drawn_alike(city):
    assert ask("workflow", "diagram", "street-incident").output == (
        ask("workflow", "diagram", STREET).output
    )


def test_a_diagram_is_svg_or_mermaid_in_a_language():
    assert ask("workflow", "diagram", STREET).output.startswith("<svg ")
    assert ask("workflow", "diagram", STREET, "--svg").output.startswith("<svg ")
    assert ask("workflow", "diagram", STREET, "--mermaid").output.startswith("stateDiagram-v2\n")
    assert "Awaiting" not in ask("workflow", "diagram", STREET, "--language", "zh").output
    assert answer("workflow", "diagram", STREET, "--mermaid")["form"] == "mermaid"


def test_a_workflow_is_shown(city):
    said = ask("workflow", "show", "street-incident@1").output

    assert said.startswith("street-incident@1: 街面事件 Street incident\n")
    assert "accepting" in said
    assert "escalate" in said
    assert answer("workflow", "show", STREET)["stages"]["checking"]["owner"] == "grid_member"


def test_an_unknown_name_is_refused(city):
    said = ask("workflow", "show", "no-such", status=2).stderr

    assert "[unknown-publication]" in said


def test_the_book_is_rehearsed():
    said = ask("workflow", "test").output

    assert "\nfailed" not in said
    assert said.count(" scenarios passed, 100 % of ") == len(definition_files())


def test_a_scenario_that_goes_wrong_is_told_with_its_line(tmp_path):
    path = changed(tmp_path, 'grace = "4 working hours"', 'grace = "2 working hours"')

    told = answer("workflow", "test", path, status=2)
    said = ask("workflow", "test", path, status=2).output

    assert told[0]["passed"] is False
    assert told[0]["coverage"]["percent"] == 100
    assert "failed  A late case climbs one rung at a time" in said
    assert "what fired should be" in said


def test_a_step_that_no_scenario_takes_is_listed(tmp_path):
    path = changed(tmp_path, "[ladder]", "[ladder]")
    scenarios_beside(path).write_text(
        'workflow = "street-incident"\n[[scenario]]\nname = "One"\ngiven = { by = "acceptor" }\n',
        encoding="utf-8",
    )

    said = ask("workflow", "test", path).output

    definition = definition_from(read_content(path.read_text("utf-8"))[0], version=1)
    steps = len({rule.name for rule in definition.steps})
    assert f"1 of 1 scenarios passed, 0 % of {steps} steps taken." in said
    assert "No scenario takes: send_to_verify, " in said


def test_the_schema_is_written_for_an_editor():
    told = json.loads(ask("workflow", "schema").stdout)

    assert told == json.loads((REFERENCE / SCHEMA).read_text("utf-8"))
    assert told == answer("workflow", "schema")
