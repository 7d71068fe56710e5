"""Changes of one's own account: proved anew, and recorded only while the session stands."""

import pyotp
import pytest

from tests.city import KAIFENG
from tests.web.test_commands import WANG
from tests.web.test_sign_in import (
    PASSWORD,
    Visitor,
    account,
    is_in,
    order,
    quick_hashes,
    with_password,
    with_totp,
)
from web.account.sample import SAMPLE
from workflows.account.commands import DisableAccount, RemoveFactor
from workflows.people.commands import EndRole

__all__ = ["quick_hashes"]

KEY = {"label": "patrol bot", "area": str(KAIFENG), "scope": "read", "days": "2"}


@pytest.fixture
def city(small_house):
    small_house.app.extensions[SAMPLE] = False
    return small_house


@pytest.fixture
def either(house):
    house.app.extensions[SAMPLE] = False
    return house


def signed_in(house):
    visitor = with_password(house, WANG.handle)
    visitor.sign_in(WANG.handle)
    visitor.get("/account")
    return visitor


def an_authenticator(house):
    secret = pyotp.random_base32()
    return {"secret": secret, "code": pyotp.TOTP(secret).at(house.clock())}


def events_of(house):
    return account(house, WANG.handle).version


@pytest.mark.parametrize("current", ["", "a wrong password"])
def test_a_first_second_factor_is_added_by_who_knows_the_password(city, current):
    """Whoever finds an open session, or steals its cookie, does not lock its owner out."""
    visitor = signed_in(city)

    answer = visitor.post("/account/totp", **an_authenticator(city), current=current)

    assert answer.status_code == 401
    assert "Person and password do not belong together" in answer.text
    assert account(city, WANG.handle).factors == ()
    assert is_in(visitor)


def test_with_the_password_a_first_second_factor_is_added(city):
    visitor = signed_in(city)

    answer = visitor.post("/account/totp", **an_authenticator(city), current=PASSWORD)

    assert answer.status_code == 303
    assert account(city, WANG.handle).factor("totp") is not None


def test_a_factor_is_taken_away_by_the_factor_and_the_password(city):
    visitor, totp = with_totp(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    visitor.get("/sign-in/factor")
    visitor.post("/sign-in/factor", code=totp.at(city.clock()))

    assert visitor.post("/account/factor/remove", factor="totp").status_code == 401
    removed = visitor.post("/account/factor/remove", factor="totp", current=PASSWORD)

    assert removed.status_code == 303
    assert account(city, WANG.handle).factors == ()


def test_a_key_is_issued_by_who_knows_the_password(city):
    visitor = signed_in(city)
    before = len(account(city, WANG.handle).keys)

    assert "patrol bot" not in visitor.post("/account/keys", **KEY).text
    assert len(account(city, WANG.handle).keys) == before
    assert "patrol bot" in visitor.post("/account/keys", **KEY, current=PASSWORD).text


def test_the_wish_for_a_passkey_is_told_why_not_before_the_browser_makes_one(city):
    visitor = signed_in(city)

    refused = visitor.post("/account/passkey/wish", current="a wrong password")
    wished = visitor.post("/account/passkey/wish", current=PASSWORD)

    assert (refused.status_code, refused.json["code"]) == (401, "sign-in-failed")
    assert "challenge" in wished.json


def test_guesses_at_the_password_of_an_open_session_wait_as_at_the_door(city):
    visitor = signed_in(city)
    for _ in range(5):
        visitor.post("/account/totp", **an_authenticator(city), current="a wrong password")

    late = visitor.post("/account/totp", **an_authenticator(city), current=PASSWORD)

    assert late.status_code == 429
    assert account(city, WANG.handle).factors == ()


def test_who_has_no_password_signed_in_a_moment_ago(small_house):
    """In a sample city, or with a sign-in provider, there is none to ask for."""
    visitor = Visitor(small_house)
    visitor.get("/")
    visitor.post("/who", handle=WANG.handle, role=WANG.role)
    visitor.get("/account")
    small_house.clock.forward(minutes=10)

    late = visitor.post("/account/totp", **an_authenticator(small_house))
    visitor.post("/who", handle=WANG.handle, role=WANG.role)
    added = visitor.post("/account/totp", **an_authenticator(small_house))

    assert (late.status_code, "Sign in once more" in late.text) == (401, True)
    assert added.status_code == 303


CHANGES = {
    "/account/password": {"old": PASSWORD, "password": "ganz neue vier worte"},
    "/account/totp": {"current": PASSWORD},
    "/account/factor/remove": {"factor": "totp", "current": PASSWORD},
    "/account/keys": {**KEY, "current": PASSWORD},
    "/account/keys/revoke": {"key": "k1"},
}


def disable(house):
    order(house, DisableAccount(handle=WANG.handle))


def end_role(house):
    day = house.clock().date()
    order(house, EndRole(handle=WANG.handle, role=WANG.role, area=WANG.area, to_day=day))


def before_the_record(house, monkeypatch, change):
    """Change something after the last look outside the transaction that records."""
    ledger = house.gridward.ledger
    real = ledger.change
    changed: list[int] = []

    def then(record, told, **how):
        if how.get("seen") and not changed:
            changed.append(events_of(house))
            change(house)
            changed[0] = events_of(house)
        return real(record, told, **how)

    monkeypatch.setattr(ledger, "change", then)
    return changed


@pytest.mark.parametrize("path", CHANGES)
def test_a_session_that_ended_meanwhile_changes_nothing(either, monkeypatch, path):
    visitor = signed_in(either)
    fields = CHANGES[path] | (an_authenticator(either) if path.endswith("totp") else {})
    if path.endswith("remove"):
        secret = an_authenticator(either)
        visitor.post("/account/totp", **secret, current=PASSWORD)
    changed = before_the_record(either, monkeypatch, disable)

    answer = visitor.post(path, **fields)

    assert answer.status_code in (401, 422)
    assert events_of(either) == changed[0]


def test_a_key_for_a_role_that_ended_meanwhile_is_not_issued(either, monkeypatch):
    visitor = signed_in(either)
    changed = before_the_record(either, monkeypatch, end_role)

    visitor.post("/account/keys", **KEY, current=PASSWORD)

    assert events_of(either) == changed[0]


def test_what_took_nothing_away_meanwhile_only_has_it_decided_again(either, monkeypatch):
    visitor = signed_in(either)

    def lose_nothing(house):
        order(house, RemoveFactor(handle=WANG.handle, name="never-there"))
        end_role(house)

    changed = before_the_record(either, monkeypatch, lose_nothing)
    answer = visitor.post("/account/totp", **an_authenticator(either), current=PASSWORD)

    assert answer.status_code == 303
    assert events_of(either) == changed[0] + 1
