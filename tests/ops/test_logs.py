"""Logs tell facts as fields; names and words never appear in them."""

import json
import logging
from contextlib import contextmanager
from io import StringIO

import pytest
import structlog

from domain.kernel.refusals import Refused
from ops import logs
from tests.ops.town import MONDAY_NINE, NAME, a_report

WORDS = "李雷 13912345678 says his neighbour is rude"


@pytest.fixture(params=["text", "json"])
def logged(request):
    """Set the log up in each form, and give what was written."""
    with set_up(request.param) as written:
        yield written.getvalue


@contextmanager
def set_up(form):
    root, written = logging.getLogger(), StringIO()
    level = root.level
    logs.set_up(level="debug", form=form, stream=written)
    yield written
    root.handlers[:] = [one for one in root.handlers if not isinstance(one, logs.OurHandler)]
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_an_event_with_its_fields(logged):
    structlog.get_logger("gridward.test").info("deadline missed", timer="t-1", rung=2)

    assert "deadline missed" in (line := logged())
    assert "t-1" in line


def test_json_lines_are_json():
    with set_up("json") as written:
        logging.getLogger("some.package").warning("it is %s", "late")

    told = json.loads(written.getvalue())
    assert told["event"] == "it is late"
    assert told["logger"] == "some.package"


def test_personal_fields_are_dropped_also_inside_of_others(logged):
    log = structlog.get_logger("gridward.test")

    log.info("reported", words=WORDS, name=NAME, case="c-1", form={"phone": "139", "stage": "s"})

    line = logged()
    assert "c-1" in line
    assert WORDS not in line
    assert NAME not in line
    assert "139" not in line


def test_an_error_is_told_by_kind_and_place_without_its_message(logged):
    def fail():
        raise ValueError(f"cannot read '{WORDS}'")

    try:
        fail()
    except ValueError:
        logging.getLogger("flask.app").exception("Exception on /api [POST]")

    line = logged()
    assert "ValueError" in line
    assert "tests/ops/test_logs.py" in line
    assert "rude" not in line


def test_the_databases_own_trouble_keeps_its_message(logged):
    structlog.get_logger("gridward.test").warning("waits", exc_info=OSError("disk is full"))

    assert "disk is full" in logged()


def test_words_and_names_of_a_report_are_in_no_log_line(town, logged):
    act = town.act("grid_member")
    town.gridward.desk.do(a_report(words=WORDS), act)
    town.report(words=WORDS)
    with pytest.raises(Refused):
        town.gridward.desk.do(a_report(words=WORDS, category="99-99"), act)
    try:
        town.gridward.desk.do(object(), act)
    except KeyError:
        logging.getLogger("flask.app").exception("Exception on /api/v1/incidents [POST]")

    line = logged()
    assert town.clock() == MONDAY_NINE
    assert "KeyError" in line
    for piece in (WORDS, "13912345678", NAME, "李雷"):
        assert piece not in line
        assert piece.encode("unicode_escape").decode() not in line
