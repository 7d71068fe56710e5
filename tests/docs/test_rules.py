"""What the page of rules names is there: scenarios by their names, tests by theirs."""

import re
import tomllib

import pytest

from docs.generating import ROOT
from workflows.reading import BOOK, definition_files, scenarios_beside

PAGE = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?!rule \||---)(.+) \| (.+) \|$", re.MULTILINE)
SCENARIO = re.compile(r"`([a-z-]+)`: (.+)")
TEST = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
ROWS = ROW.findall(PAGE)


def scenarios() -> dict[str, list[str]]:
    """The names of the scenarios of each workflow."""
    texts = {
        path.stem.partition(".")[0]: scenarios_beside(path).read_text(encoding="utf-8")
        for path in definition_files(BOOK)
    }
    return {
        name: [one["name"] for one in tomllib.loads(text)["scenario"]]
        for name, text in texts.items()
    }


NAMED = scenarios()


@pytest.mark.parametrize(("rule", "shown_by"), ROWS, ids=[rule for rule, _ in ROWS])
def test_every_rule_is_shown_by_something_that_is_there(rule, shown_by):
    for shown in shown_by.split("<br>"):
        if test := TEST.fullmatch(shown):
            assert f"def {test[2]}(" in (ROOT / test[1]).read_text(encoding="utf-8")
        else:
            scenario = SCENARIO.fullmatch(shown)
            assert scenario, shown
            assert scenario[2] in NAMED[scenario[1]]


def test_the_page_is_read_whole():
    assert len(ROWS) == sum(line.startswith("| ") for line in PAGE.splitlines()) - 2 * len(
        re.findall(r"^\| rule ", PAGE, re.MULTILINE)
    )


def test_every_scenario_of_a_whistle_shows_a_rule():
    told = {
        one[2] for _, shown in ROWS for one in map(SCENARIO.fullmatch, shown.split("<br>")) if one
    }

    assert set(NAMED["whistle"]) <= told
