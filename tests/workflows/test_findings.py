"""Every finding that the checks know has a definition that it refuses, and names line and hint."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import workflows.checks
from tests.workflows.test_checking import BROKEN as OF_CASES
from tests.workflows.test_checking import CALENDARS, LONGEST, street
from tests.workflows.test_checking_branching import BROKEN as OF_BRANCHES
from tests.workflows.test_checking_branching import hotline
from tests.workflows.test_joint import BROKEN as OF_PARTIES
from tests.workflows.test_joint import party_way
from workflows.checking import check_text

Broken = tuple[Callable[[str], str], Callable[[], str]]
FIXTURES: dict[str, Broken] = {
    code: (edit, text)
    for broken, text in (
        (OF_PARTIES, party_way),
        (OF_BRANCHES, hotline),
        (OF_CASES, street),
    )
    for code, edit in broken.items()
}


def known_codes() -> Iterator[str]:
    """The codes that stand in the code of the checks."""
    folder = Path(workflows.checks.__file__).parent
    for path in (*folder.glob("*.py"), folder.parent / "reading.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                makes = node.func.attr in ("error", "warning") and node.args
                if makes and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)


def test_every_finding_has_a_definition_that_it_refuses():
    assert sorted(set(known_codes()) - set(FIXTURES)) == []


def test_a_file_that_breaks_off_is_wrong_in_its_last_line():
    found = check_text('workflow = "w"\nlevels = [', calendars=CALENDARS)[1].found

    assert [(one.code, one.line) for one in found] == [("not-toml", 2)]


@pytest.mark.parametrize("code", FIXTURES)
def test_each_finding_names_its_line_what_is_wrong_and_what_to_do(code):
    edit, text = FIXTURES[code]
    broken = edit(text())

    checked = check_text(broken, calendars=CALENDARS, longest=LONGEST)[1]
    found = [one for one in checked.found if one.code == code]

    assert found
    for one in found:
        assert one.sentence.endswith(".")
        assert one.hint.endswith((".", "?"))
        assert one.line is not None
        assert 1 <= one.line <= len(broken.splitlines())
