"""The page of who may do what, in a real browser: wide and narrow, light and dark, zh and en."""

from datetime import timedelta
from functools import partial

import pytest

from domain.kernel.confiding import Words
from tests.city import ROADS, TAISHAN, XIAOBAILOU
from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.journeys.test_intake_looks import LOOKS
from tests.journeys.test_pages import NARROW, TARGET, Visit, pictures
from tests.web.test_commands import CHEN, LI
from tests.web.test_sign_in import order
from workflows.account.commands import SetPassword
from workflows.people.commands import GrantRole

__all__ = ["pictures"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "mine": "/rights",
    "role": "/rights?role=handler",
    "who": "/rights?action=look+at+a+case",
    "account": "/account",
}
CONTROLS = "main button, main .button, main select, main .chip, main th[scope] a:not(.unseen)"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(city_on_sqlite, tmp_path_factory):
    """A city in which Li stands in for Chen and will be an auditor, and has a post at a unit."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("rights")) as house:
        day = house.clock().date()
        ahead, week = day + timedelta(days=3), day + timedelta(days=10)
        stands_in = partial(GrantRole, deputy_for=CHEN.handle, to_day=week)
        for grant in (
            GrantRole(handle=LI.handle, role="auditor", area=TAISHAN, from_day=ahead),
            stands_in(handle=LI.handle, role="dispatcher", area=XIAOBAILOU, from_day=day),
            GrantRole(handle=LI.handle, role="acceptor", unit=ROADS, from_day=day),
        ):
            order(house, grant)
        kept = Words(text="$argon2id$", key=bytes(32))
        order(house, SetPassword(handle=LI.handle, how="hand", hashed=kept))
        with served(house.app) as found:
            yield found


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_calm(browser, address, pictures, name, size, scheme, language):
    with Visit(browser, address, size=size, scheme=scheme, language=language) as visit:
        visit.be(LI)
        visit.go(PAGES[name])
        for folded in visit.page.locator("details summary").all():
            folded.click()

        visit.page.screenshot(
            path=pictures / f"rights-{name}-{size[0]}-{scheme}-{language}.png", full_page=True
        )
        visit.is_calm()
        if size == NARROW:
            boxes = [one.bounding_box() for one in visit.page.locator(CONTROLS).all()]
            assert all(box["height"] >= TARGET - 0.5 for box in boxes if box)


def test_from_a_role_to_an_action_and_to_who_may(browser, address):
    with Visit(browser, address) as visit:
        visit.be(LI)
        visit.go("/rights")
        visit.page.locator(".chips a", has_text="Publish rules").click()
        visit.page.locator(".rights th a", has_text="Administrator").click()

        assert "role=administrator" in visit.page.url
        assert visit.page.locator(".rights th", has_text="Publish rules").is_visible()
