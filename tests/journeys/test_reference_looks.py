"""The reference for programs in a real browser: calm on a wide and a narrow screen, and offline."""

import pytest

from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.journeys.test_pages import NARROW, TARGET, WIDE, Visit, pictures

pytestmark = pytest.mark.browser
__all__ = ["pictures"]
LOOKS = [
    (WIDE, "light", "en"),
    (WIDE, "dark", "zh"),
    (NARROW, "light", "zh"),
    (NARROW, "dark", "en"),
]


@pytest.fixture(scope="module")
def address(city_on_sqlite, tmp_path_factory):
    with (
        copied(city_on_sqlite, tmp_path_factory.mktemp("reference")) as house,
        served(house.app) as found,
    ):
        yield found


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_the_reference_is_calm_and_asks_nobody_else(address, pictures, size, scheme, language):
    asked = []
    with (
        chromium() as browser,
        Visit(browser, address, size=size, scheme=scheme, language=language) as visit,
    ):
        visit.page.on("request", lambda request: asked.append(request.url))
        visit.go("/")
        visit.page.locator("a[href='/reference']").click()
        visit.page.locator("#incidents_report summary").click()
        visit.page.screenshot(path=pictures / f"reference-{size[0]}-{scheme}-{language}.png")
        visit.page.locator("#incidents_report h4").first.scroll_into_view_if_needed()
        visit.page.screenshot(path=pictures / f"reference-open-{size[0]}-{scheme}-{language}.png")
        visit.is_calm()
        if size == NARROW:
            sizes = visit.page.locator("summary").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().height)"
            )
            assert min(sizes) >= TARGET

    assert all(url.startswith(address) for url in asked)
