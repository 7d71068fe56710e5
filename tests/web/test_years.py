"""A year without a published calendar is told where working time is looked at."""

from datetime import UTC, datetime

import pytest

from tests.web.test_pages import WHO, Browser

MAY_2028 = datetime(2028, 5, 8, 2, 0, tzinfo=UTC)
DECEMBER_2026 = datetime(2026, 12, 7, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/", "/workflows"])
def test_pages_say_that_no_calendar_is_published_for_the_year(small_house, path):
    small_house.clock.at = MAY_2028

    page = Browser(small_house, commander()).get(path).text

    assert "No calendar is published for 2028 in " in page
    assert "tianjin-government" in page
    assert "counted by plain weeks" in page


def test_the_hint_is_in_the_language_of_the_reader_and_names_the_next_year_in_december(small_house):
    small_house.clock.at = DECEMBER_2026

    page = Browser(small_house, commander(), language="zh").get("/workflows").text

    assert "尚未发布2027年的工作日历" in page


def test_a_year_that_is_published_has_no_hint(small_house):
    page = Browser(small_house, commander()).get("/workflows").text

    assert "No calendar is published" not in page


def commander():
    return next(one for one in WHO.values() if one.role == "commander")
