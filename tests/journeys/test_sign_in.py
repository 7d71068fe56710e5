"""Signing in with a real browser: invited, with a passkey, with an authenticator, and out again."""

import re

import pyotp
import pytest

from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.journeys.test_pages import NARROW, Visit
from tests.web.test_commands import CHEN, LI
from tests.web.test_sign_in import PASSWORD, link_for, make_leader, quick_hashes
from web.account.sample import SAMPLE

__all__ = ["quick_hashes"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def city(city_on_sqlite, tmp_path):
    """A city where people sign in, and its address; passkeys want a name, not a number."""
    with copied(city_on_sqlite, tmp_path) as house:
        house.app.extensions[SAMPLE] = False
        make_leader(house, CHEN.handle)
        with served(house.app) as address:
            yield house, address.replace("127.0.0.1", "localhost")


@pytest.fixture
def visit(browser, city):
    with Visit(browser, city[1], size=NARROW) as visit:
        yield visit


def invited(house, visit, who):
    """Set a password by the link of the invitation, and sign in with it."""
    visit.go(link_for(house, who.handle))
    visit.page.get_by_label("New password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Set it").click()
    signed_in(visit, who)


def signed_in(visit, who):
    page = visit.page
    page.get_by_label("Person").fill(who.handle)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signed_out(visit):
    visit.page.get_by_role("button", name="Sign out", exact=True).click()
    visit.page.get_by_label("Person").wait_for()


def with_authenticator(visit):
    """Plug in a key that its owner always touches, as Chromium plays it."""
    devtools = visit.context.new_cdp_session(visit.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_invited_person_gets_in_and_out(city, visit):
    house, _ = city
    invited(house, visit, LI)
    visit.page.get_by_role("link", name="Board").first.click()
    visit.page.get_by_role("heading", name="Board").wait_for()

    signed_out(visit)

    visit.page.go_back()
    assert "/sign-in" in visit.page.url or visit.page.get_by_label("Person").is_visible()
    visit.page.goto(f"{visit.address}/board")
    assert "/sign-in" in visit.page.url


def test_a_commander_makes_a_passkey_and_signs_in_with_it(city, visit):
    house, _ = city
    invited(house, visit, CHEN)
    with_authenticator(visit)
    visit.go("/account")
    passkeys = visit.page.locator("form[data-passkey]")
    passkeys.get_by_label("Your password").fill(PASSWORD)
    passkeys.get_by_role("button", name="Add a passkey").click()
    visit.page.get_by_role("button", name="Remove").wait_for()
    signed_out(visit)

    signed_in(visit, CHEN)
    visit.page.get_by_role("button", name=re.compile("passkey", re.IGNORECASE)).click()
    visit.page.get_by_role("button", name="Sign out", exact=True).wait_for()

    visit.go("/board")
    visit.page.get_by_role("heading", name="Board").wait_for()


def test_a_commander_pairs_an_authenticator_by_what_the_page_shows(city, visit):
    house, _ = city
    invited(house, visit, CHEN)
    visit.go("/account")
    assert visit.page.locator(".qr svg").is_visible()
    secret = visit.page.locator("code.no").first.inner_text()
    totp = pyotp.TOTP(secret)
    visit.page.get_by_label("The code it shows").fill(totp.at(house.clock()))
    visit.page.get_by_label("Your password").first.fill(PASSWORD)
    visit.page.get_by_role("button", name="Add", exact=True).click()
    visit.page.get_by_role("button", name="Remove").wait_for()
    signed_out(visit)
    house.clock.forward(seconds=30)

    signed_in(visit, CHEN)
    visit.page.locator("input[name=code]").fill(totp.at(house.clock()))
    visit.page.locator("input[name=code]").press("Enter")
    visit.page.get_by_role("button", name="Sign out", exact=True).wait_for()

    visit.go("/board")
    visit.page.get_by_role("heading", name="Board").wait_for()
