"""Whistles on the command line: blown, answered, shown and judged, or refused in one sentence."""

import pytest

from tests.ops.test_cli import answer, ask, home, refused, settled
from tests.ops.town import GRID, STREET, UNIT

__all__ = ["home", "settled"]
HANDLER = ("--as", "p-handler", "--role", "handler")
COMMANDER = ("--as", "p-commander", "--role", "commander")
PLACE = ("--place", "39.13,117.2")


@pytest.fixture
def blown(settled) -> str:
    (case,) = answer("incidents", "list")["items"]
    blow = ("whistles", "blow", case["number"], "--cause", "pressing-matter", "--party", UNIT)
    told = answer(*blow, *PLACE, "--words", "外墙松动", "--command-id", "once", *COMMANDER)
    assert told["state"] == "blown"
    assert answer(*blow, *PLACE, "--words", "外墙松动", "--command-id", "once", *COMMANDER)[
        "repeated"
    ]
    whistle: str = told["whistle"]
    return whistle


def order(blown, word, *more):
    return ("whistles", "order", blown, word, *more)


def test_a_whistle_is_answered_judged_and_shown(blown):
    mine = ("--party", UNIT)
    ask(*order(blown, "sign-for", *mine), *HANDLER)
    ask(*order(blown, "check-in", *mine, *PLACE, "--photo", "ab" * 32), *HANDLER)
    ask(*order(blown, "finish", *mine, "--result", "已拆除"), *HANDLER)
    ask(*order(blown, "rate", *mine, "--stars", "4"), *COMMANDER)
    assert (
        answer(*order(blown, "confirm", "--result", "solved"), *COMMANDER)["state"] == "confirmed"
    )

    shown = answer("whistles", "show", blown)
    assert [one["topic"] for one in shown["timeline"]][-1] == "whistle.confirmed"
    assert (shown["parties"][0]["state"], shown["parties"][0]["stars"]) == ("done", 4)
    assert "confirmed (solved)" in ask("whistles", "show", blown).output
    assert answer("whistles", "list")["items"] == []
    assert (
        answer("whistles", "list", "--state", "over", "--unit", UNIT)["items"][0]["area"] == STREET
    )
    (response,) = answer("whistles", "responses", "--area", GRID.path[0])["items"]
    assert (response["unit"], response["stars"]) == (UNIT, {"part": 4, "of": 1})
    assert UNIT in ask("whistles", "responses").output


def test_what_cannot_be_is_refused_in_one_sentence(blown):
    nobody = "00000000-0000-7000-8000-000000000000"
    assert refused("whistles", "show", nobody) == "no-such-whistle"
    assert refused(*order(nobody, "confirm", "--result", "solved"), *COMMANDER) == "no-such-whistle"
    assert refused(*order(blown, "sign-for", "--party", UNIT), *COMMANDER) == "not-for-your-role"
    for wrong in (
        ("sign-for",),
        ("check-in", "--party", UNIT, "--place", "39.13,117.2", "--stars", "3"),
        ("check-in", "--party", UNIT, "--place", "here"),
        ("check-in", "--party", UNIT, "--place", "1.2.3,4"),
    ):
        assert refused(*order(blown, *wrong), *HANDLER) == "answer-not-understood"
    assert "No whistle fits." in ask("whistles", "list", "--overdue").output
