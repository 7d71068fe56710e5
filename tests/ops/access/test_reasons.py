"""Why something of administration is ordered on the command line stands with the change."""

import pytest

from tests.ops.access.conftest import case
from tests.ops.access.test_covering import every_command
from tests.ops.test_cli import answer, ask, home, refused
from tests.ops.town import STREET

__all__ = ["case", "home"]
WHY = ("--reason", "moved away")
CHANGES = {
    "areas import",
    "areas bound",
    "areas grids import",
    "areas grids make",
    "people import",
    "people enrol",
    "people grant",
    "people end-role",
    "people leave",
    "people absent",
    "people back",
    "people deputy",
    "people duty",
    "people end-duty",
    "accounts open",
    "accounts invite",
    "accounts reset",
    "accounts disable",
    "accounts enable",
    "accounts bind",
    "accounts keys issue",
    "accounts keys revoke",
    "rules publish",
    "workflow publish",
    "workflow pilot",
    "senders register",
    "senders revise",
    "senders rotate",
    "senders end",
}


def whys(kind, code):
    return [one["why"] for one in answer("changes", kind, code)]


def test_every_change_of_administration_takes_a_reason():
    takes = {
        name
        for name, command in every_command()
        if any(one.name == "as_why" for one in command.params)
    }

    assert takes == CHANGES


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        (("people", "leave", "p-gone"), "person", "p-gone"),
        (("people", "enrol", "p-new", "--name", "新人"), "person", "p-new"),
        (("accounts", "disable", "p-commander"), "account", "p-commander"),
        (("accounts", "open", "p-gone"), "account", "p-gone"),
    ],
)
def test_the_reason_of_a_change_is_listed_with_it(case, typed, kind, code):
    ask(*typed, *WHY)

    assert whys(kind, code)[-1] == "moved away"


def test_each_change_of_an_import_is_told_why(case, tmp_path):
    roster, areas = tmp_path / "roster.csv", tmp_path / "areas.csv"
    roster.write_text(
        f"handle,name,role,area,unit,from,to\np-new,李雷,dispatcher,{STREET},,2026-01-01,\n"
    )
    areas.write_text("code,change,name\n120101003000,added,新街道\n")

    ask("people", "import", str(roster), "--yes", *WHY)
    ask("areas", "import", str(areas), "--yes", *WHY)

    assert whys("person", "p-new") == ["moved away", "moved away"]
    assert whys("area", "120101003000") == ["moved away"]


def test_a_reason_that_cannot_be_kept_is_refused_and_nothing_changes(case):
    long = ("--reason", "x" * 501)

    assert refused("people", "leave", "p-gone", *long) == "reason-missing"
    assert refused("people", "leave", "p-gone", "--reason", " ") == "reason-missing"
    assert len(answer("changes", "person", "p-gone")) == 2
