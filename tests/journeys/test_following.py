"""The resident's page in a real browser, by thumb: followed, rated, asked to be taken up again."""

from urllib.parse import urlsplit

import pytest

from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.journeys.test_pages import LOOKS, NARROW, TARGET, Visit, pictures
from tests.web.open311.partner import Partner
from tests.web.open311.test_journey import ON_THE_WAY, walk

__all__ = ["pictures"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def street(city_on_sqlite, tmp_path_factory):
    """A street with a report under way and one that is closed: its address, and their links."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("follow")) as house:
        partner = Partner(house=house)
        fresh, closed = partner.report(), partner.report()
        walk(house, closed["service_request_id"], ON_THE_WAY)
        with served(house.app) as address:
            yield address, *(urlsplit(one["follow_up"]).path for one in (fresh, closed))


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_the_residents_page_is_calm(browser, street, pictures, size, scheme, language):
    address, *links = street
    for name, link in zip(("follow", "follow-closed"), links, strict=True):
        with Visit(browser, address, size=size, scheme=scheme, language=language) as visit:
            visit.go(link)
            visit.page.screenshot(
                path=pictures / f"{name}-{size[0]}-{scheme}-{language}.png", full_page=True
            )
            visit.is_calm()


def test_a_resident_rates_by_thumb_and_asks_to_have_it_taken_up_again(browser, street):
    address, _, link = street
    with Visit(browser, address, size=NARROW) as visit:
        visit.go(link)
        page = visit.page
        tiles, send = page.locator(".tiles label"), page.get_by_role("button", name="Send")
        sides = [one.bounding_box() for one in [*tiles.all(), send]]
        assert all(min(box["width"], box["height"]) >= TARGET for box in sides)

        for name, answer in (("service", "satisfied"), ("handling", "dissatisfied")):
            page.locator(f"input[name={name}][value={answer}]").check()
        page.locator("input[name=contacted][value=no]").check()
        page.get_by_label("take it up again").check()
        send.click()

        page.get_by_text("The duty leader decides").wait_for()
        visit.is_calm()
