"""The table of ASVS 5.0 is whole, its sum is right, and each test that it names is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security-asvs.md"
ROW = re.compile(r"\| ([0-9.]+) \| ([12]) \| [^|]+ \| ([^|]+) \| [^|]+ \|")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
OF_THE_STANDARD = {"1": 70, "2": 183}
STANDINGS = {"met", "**in part**", "**not met**", "does not apply"}


def rows(text):
    found = [ROW.fullmatch(line) for line in text.splitlines() if re.match(r"\| [0-9]", line)]
    assert all(found), "a row that cannot be read"
    return [one.groups() for one in found if one]


def missing(text):
    """Give the tests that a page names and nobody wrote."""
    return [
        f"{path}::{name}"
        for path, name in NAMED.findall(text)
        if not (ROOT / path).is_file()
        or (name and f"\ndef {name}(" not in (ROOT / path).read_text("utf-8"))
    ]


def test_every_requirement_of_both_levels_stands_there_once():
    found = rows(PAGE.read_text("utf-8"))

    assert len({number for number, *_ in found}) == len(found)
    assert Counter(level for _, level, _ in found) == OF_THE_STANDARD
    assert {standing for *_, standing in found} <= STANDINGS


def test_the_sum_is_that_of_the_rows():
    text = PAGE.read_text("utf-8")
    count = Counter(standing.strip("*") for *_, standing in rows(text))

    met, part, no = count["met"], count["in part"], count["not met"]
    said = (
        f"**{met} are met, {part} in part, {no} not met, {count['does not apply']} do not apply.**"
    )
    assert said in text


@pytest.mark.parametrize("page", ["security-asvs.md", "security.md"])
def test_every_test_that_is_named_is_there(page):
    text = (ROOT / "docs" / page).read_text("utf-8")

    assert NAMED.search(text)
    assert missing(text) == []


def test_a_test_that_is_not_there_is_found():
    planted = "`tests/docs/test_security.py::test_nobody_wrote_this` and `tests/nowhere.py`"

    assert len(missing(planted)) == 2
