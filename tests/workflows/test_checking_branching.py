"""A definition that opens sub-cases is told where it would leave them, or wait for ever."""

from collections.abc import Callable

import pytest

from workflows.checking import check_text
from workflows.reading import BOOK

CALENDARS = {"tianjin-government", "tianjin-always"}
SPLIT = 'opens = { workflow = "joint-task", within = "case limit" }\n'
WAITS = 'done_when = "all", then = "all_parts_over" }'


def hotline() -> str:
    return (BOOK / "hotline-case.v1.toml").read_text(encoding="utf-8")


def codes(text: str) -> set[str]:
    return check_text(text, calendars=CALENDARS)[1].codes()


def swapped(old: str, new: str) -> Callable[[str], str]:
    def swap(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return swap


BROKEN: dict[str, Callable[[str], str]] = {
    "undo-missing": swapped('undo = "recall_parts"\n', ""),
    "undo-unexplained": swapped('undo = "recall_parts"\n', 'undo = "none"\n'),
    "undo-target-missing": swapped('undo = "recall_parts"\n', 'undo = "recall_all"\n'),
    "wait-never-ends": swapped(SPLIT, SPLIT.replace("joint-task", "supervision-order")),
    "wait-leads-nowhere": swapped('by = ["process"]', 'by = ["dispatcher"]'),
    "process-cannot-answer": swapped('by = ["process"]', 'by = ["process"]\nasks = ["reason"]'),
    "closes-over-sub-cases": swapped('needs = ["no_open_sub_case"]\n', ""),
    "reader-may-act": swapped(
        'by = ["handler"]\nasks = ["remark"]', 'by = ["handler", "supervisor"]\nasks = ["remark"]'
    ),
}


@pytest.mark.parametrize("code", BROKEN)
def test_each_way_to_break_what_opens_sub_cases_is_found(code):
    assert code in codes(BROKEN[code](hotline()))


def test_nothing_is_wrong_with_what_ships():
    assert codes(hotline()) == set()


def test_an_undo_that_cannot_be_taken_where_the_step_leads_is_found():
    broken = swapped('undo = "recall_parts"\n', 'undo = "not_solved"\n')(hotline())

    assert "undo-target-missing" in codes(broken)


def test_what_cannot_be_taken_back_says_why():
    explained = 'undo = "none"\nbecause = { zh = "不撤", en = "It stays" }\n'

    assert codes(swapped('undo = "recall_parts"\n', explained)(hotline())) == set()


@pytest.mark.parametrize("done_when", ['"any"', "2"])
def test_a_stage_may_wait_for_any_or_for_so_many(done_when):
    assert codes(swapped(WAITS, WAITS.replace('"all"', done_when))(hotline())) == set()


@pytest.mark.parametrize("done_when", ['"most"', "0", "true", "1.5"])
def test_a_stage_waits_for_no_other_number(done_when):
    broken = swapped(WAITS, WAITS.replace('"all"', done_when))(hotline())

    assert codes(broken) == {"wrong-shape"}


def test_a_sub_case_may_have_a_limit_of_its_own():
    assert codes(swapped('within = "case limit" }', 'within = "2 working days" }')(hotline())) == (
        set()
    )
