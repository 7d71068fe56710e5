"""What the page of Open311 names is there: every rule has a test by its name."""

import pytest

from docs.generating import ROOT
from tests.docs.test_rules import ROW, TEST

PAGE = (ROOT / "docs" / "reference" / "open311.md").read_text(encoding="utf-8")
ROWS = ROW.findall(PAGE)


@pytest.mark.parametrize(("rule", "shown_by"), ROWS, ids=[rule for rule, _ in ROWS])
def test_every_rule_has_its_test(rule, shown_by):
    test = TEST.fullmatch(shown_by)

    assert test, shown_by
    assert f"def {test[2]}(" in (ROOT / test[1]).read_text(encoding="utf-8")


def test_the_page_is_read_whole():
    assert len(ROWS) == PAGE.count("\n| ") - 1
