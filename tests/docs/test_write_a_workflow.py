"""The workflow that the page builds is sound, and its scenarios go as they are written."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from docs.generating import ROOT
from domain.kernel.limits import Limit
from tests.workflows.moving.street import begin, move
from tests.workflows.office import StreetOffice, a_street_office
from workflows.checking import check_text
from workflows.moving.reading import read_plan
from workflows.reading import rules_of
from workflows.rehearsal.expecting import CHECKS
from workflows.rehearsal.expecting_whistles import WHISTLE_CHECKS
from workflows.rehearsal.reading import DeedSchema, ExpectedSchema, ReportSchema
from workflows.rehearsal.rehearsing import rehearse_file
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import content_from

PAGE = (ROOT / "docs" / "how-to" / "write-a-workflow.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```toml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def files(tmp_path) -> Path:
    """Put the pieces of the page together, as it says."""
    pieces: dict[str, list[str]] = defaultdict(list)
    for name, text in BLOCK.findall(PAGE):
        pieces[name].append(text)
    for name, texts in pieces.items():
        (tmp_path / name).write_text("\n".join(texts), encoding="utf-8")
    return tmp_path


def test_the_example_is_sound(files):
    text = (files / "noise.v1.toml").read_text(encoding="utf-8")

    _, findings = check_text(text, calendars={"tianjin-government"})

    assert [str(finding) for finding in findings.found] == []


def test_its_scenarios_go_as_they_are_written_and_take_every_step(files):
    rehearsal = rehearse_file(files / "noise.v1.toml")

    assert [str(failure) for one in rehearsal.failed for failure in one.failures] == []
    assert rehearsal.coverage.percent == 100


def test_its_running_cases_go_over_to_a_second_version_as_its_plan_says(files):
    first = (files / "noise.v1.toml").read_text(encoding="utf-8")
    second = first.replace('"visiting"', '"on_site"').replace("30 working", "15 working")
    plan = read_plan((files / "noise-2.toml").read_text(encoding="utf-8"))
    office = a_street_office()
    publish(office, first)
    waiting, visited = office.report(workflow="noise"), office.report(workflow="noise")
    office.step(visited, "send", by="acceptor", category="01-02", unit="u-roads")

    publish(office, second)
    begin(office, plan)
    for case in (waiting, visited):
        move(office, case, plan)

    assert office.incident(waiting).course.limit == Limit(minutes=15)
    assert office.incident(visited).course.stage == "on_site"


def publish(office: StreetOffice, text: str) -> None:
    content = rules_of(dict(content_from(text)))
    order = PublishRules(kind="workflow", name="noise", content=content)
    office.desk.do(order, office.act("commander"))
    office.desk.office.shelf.refresh()


@pytest.mark.parametrize(
    "key", sorted({*CHECKS, *WHISTLE_CHECKS, *ReportSchema().fields, *DeedSchema().fields})
)
def test_the_page_tells_every_key_of_a_scenario(key):
    assert f"`{key}" in PAGE or f"{key} =" in PAGE


def test_what_may_be_expected_is_what_is_looked_at():
    assert set(ExpectedSchema().fields) == {*CHECKS, *WHISTLE_CHECKS}
