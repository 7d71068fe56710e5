"""Whoever knocks without being known: nothing is learnt, failures wait everywhere, ids are new."""

import re

import pyotp
import pytest

from domain.account.account import account_id
from domain.account.credentials import PASSKEY
from ledger.sessions import MOST
from tests.house import reopen_house
from tests.houses import copied
from tests.journeys.wall import CHEN
from tests.web.test_commands import LI, WANG, refusal
from tests.web.test_sign_in import (
    PASSWORD,
    Visitor,
    is_in,
    link_for,
    make_leader,
    order,
    quick_hashes,
    with_password,
    with_totp,
)
from web.account import passwords
from web.account.sample import SAMPLE
from workflows.account.commands import AddFactor, DisableAccount, OpenAccount

__all__ = ["quick_hashes"]
NOBODY, OPENED, CLOSED = "p-nobody-at-all", LI.handle, CHEN.handle


@pytest.fixture
def city(small_house):
    small_house.app.extensions[SAMPLE] = False
    return small_house


@pytest.fixture
def known(city):
    """Wang has a password, Li only an account, Chen a closed one; a fourth is not there."""
    with_password(city, WANG.handle)
    with_password(city, CLOSED)
    order(city, OpenAccount(handle=OPENED))
    order(city, DisableAccount(handle=CLOSED))
    return city


def plain(answer):
    """Leave out of an answer what differs each time."""
    return answer.status_code, re.sub(r'value="[^"]*"|p-[a-z-]+', "", answer.text)


def test_each_wrong_password_costs_one_hash_and_says_the_same(known, monkeypatch):
    hashed, answers = [], []

    def counted(password, kept, fits=passwords.fits):
        hashed.append(kept.rsplit("$", 2)[0])  # kind, version and parameters
        return fits(password, kept)

    monkeypatch.setattr(passwords, "fits", counted)
    for nth, handle in enumerate((WANG.handle, OPENED, CLOSED, NOBODY)):
        answers.append(Visitor(known, f"10.9.0.{nth}").sign_in(handle, "wrong password here"))

    assert len({plain(answer) for answer in answers}) == 1
    assert len(hashed) == 4
    assert len(set(hashed)) == 1


def test_a_link_says_nothing_of_who_has_an_account(known):
    link = link_for(known, WANG.handle)
    secret = "x" * len(link.rpartition("/")[2])

    answers = [
        Visitor(known).get(f"/link/{handle}/{secret}")
        for handle in (WANG.handle, OPENED, CLOSED, NOBODY)
    ]

    assert len({plain(answer) for answer in answers}) == 1
    assert answers[0].status_code == 409


def test_a_key_says_nothing_of_who_has_one(known):
    told = set()
    for handle in (WANG.handle, OPENED, CLOSED, NOBODY):
        headers = {"Authorization": f"Bearer gw.{handle}.k1.{'x' * 43}"}
        answer = known.client().get("/api/v1/whoami", headers=headers)
        told.add((answer.status_code, answer.json["code"], answer.json["reason"]))

    assert len(told) == 1


def test_who_waits_is_told_the_same_whether_there_is_such_a_person(known):
    told = set()
    for nth, handle in enumerate((WANG.handle, NOBODY)):
        for time_ in range(6):
            address = f"10.8.{nth}.{time_}"
            answer = Visitor(known, address).sign_in(handle, "wrong password here")
        told.add(plain(answer))

    assert len(told) == 1
    assert next(iter(told))[0] == 429


def test_failures_count_in_every_process_of_the_city(city_on_sqlite, tmp_path):
    """Three servers over one database share five free tries, and so does a fourth, begun later."""
    with copied(city_on_sqlite, tmp_path) as first:
        first.app.extensions[SAMPLE] = False
        with_password(first, WANG.handle)
        url, keys = f"sqlite:///{tmp_path / 'house.sqlite'}", first.gridward.settings.home
        tries = 0
        for _process in range(3):
            with reopen_house(url, keys) as other:
                other.app.extensions[SAMPLE] = False
                for _ in range(2 if tries < 4 else 1):
                    tries += 1
                    visitor = Visitor(other, f"10.7.0.{tries}")
                    assert visitor.sign_in(WANG.handle, "wrong password here").status_code == 401
        with reopen_house(url, keys) as fourth:
            fourth.app.extensions[SAMPLE] = False
            assert Visitor(fourth).sign_in(WANG.handle).status_code == 429


def test_each_sign_in_and_each_failure_stands_in_the_log_without_a_name(city, caplog):
    caplog.set_level("INFO")
    visitor, totp = with_totp(city, WANG.handle)
    visitor.sign_in(WANG.handle, "wrong password here")
    visitor.sign_in(WANG.handle)
    visitor.get("/sign-in/factor")
    visitor.post("/sign-in/factor", code="000000")
    visitor.post("/sign-in/factor", code=totp.at(city.clock()))

    said = [(one.message, one.account) for one in caplog.records if hasattr(one, "account")]
    mine = str(account_id(WANG.handle))
    assert said == [
        ("a try to sign in failed", mine),
        ("a session began", mine),
        ("a try to sign in failed", mine),
        ("a session began", mine),
    ]
    assert WANG.handle not in caplog.text


def test_codes_are_not_guessed_either(city):
    visitor, totp = with_totp(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    visitor.get("/sign-in/factor")
    for guess in range(5):
        assert visitor.post("/sign-in/factor", code=f"00000{guess}").status_code == 401

    answer = visitor.post("/sign-in/factor", code=totp.at(city.clock()))

    assert answer.status_code == 401
    assert "Too many tries" in answer.text
    assert not is_in(visitor)


KNOWN = '{"id": "AAAA", "rawId": "AAAA", "type": "public-key"}'


@pytest.mark.parametrize("answer", [" ", "{}", "no json", KNOWN])
def test_passkeys_that_do_not_fit_wait_and_are_logged_as_wrong_codes_are(city, caplog, answer):
    caplog.set_level("INFO")
    visitor = with_password(city, WANG.handle)
    key = AddFactor(handle=WANG.handle, name="AAAA", kind=PASSKEY, public_key="AAAA")
    order(city, key)
    visitor.sign_in(WANG.handle)
    visitor.get("/sign-in/factor")
    for _ in range(5):
        visitor.post("/sign-in/passkey")
        assert visitor.post("/sign-in/factor", passkey=answer).status_code == 401

    last = visitor.post("/sign-in/factor", passkey=answer)

    assert "Too many tries" in last.text
    assert Visitor(city, "10.6.0.1").sign_in(WANG.handle).status_code == 429
    failed = [one for one in caplog.records if one.message == "a try to sign in failed"]
    assert [one.account for one in failed] == [str(account_id(WANG.handle))] * 5
    assert WANG.handle not in caplog.text


def test_guessing_the_old_password_inside_a_session_waits_too(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    visitor.get("/account")
    for _ in range(5):
        visitor.post("/account/password", old="wrong password here", password="ganz neue worte")

    answer = visitor.post("/account/password", old=PASSWORD, password="ganz neue vier worte")

    assert answer.status_code == 422
    assert "Too many tries" in answer.text


def test_an_id_that_somebody_laid_in_is_never_taken_over(city):
    with_password(city, WANG.handle)
    attacker, victim = Visitor(city), Visitor(city)
    attacker.sign_in(WANG.handle)
    laid = attacker.cookie
    victim.client.set_cookie("gridward-session", laid)

    victim.sign_in(WANG.handle)

    assert victim.cookie != laid
    assert not is_in(attacker)  # the session of that id ended as another began over it


def test_another_role_another_id_and_the_old_one_is_void(city):
    make_leader(city, CHEN.handle)
    visitor, totp = with_totp(city, CHEN.handle)
    visitor.sign_in(CHEN.handle)
    visitor.get("/sign-in/factor")
    before = visitor.cookie
    visitor.post("/sign-in/factor", code=totp.at(city.clock()))
    with_factor = visitor.cookie
    visitor.get("/account")

    assert visitor.post("/account/role", role="commander").status_code == 303

    assert len({before, with_factor, visitor.cookie}) == 3
    for old in (before, with_factor):
        stranger = Visitor(city)
        stranger.client.set_cookie("gridward-session", old)
        assert not is_in(stranger)


@pytest.mark.parametrize("how", ["sign out everywhere", "disable", "password", "factor", "link"])
def test_whatever_ends_the_sessions_ends_all_of_them_at_the_next_request(house, how):
    house.app.extensions[SAMPLE] = False
    here, there = with_password(house, WANG.handle), Visitor(house)
    for visitor in (here, there):
        visitor.sign_in(WANG.handle)
        assert is_in(visitor)
    here.get("/account")
    _end(house, here, how)

    assert not is_in(there)
    assert refusal(there.client.get("/api/v1/whoami")) == (401, "sign-in-missing")


def test_one_session_more_than_ten_ends_the_one_that_rested_longest(house):
    house.app.extensions[SAMPLE] = False
    with_password(house, WANG.handle)
    visitors = [Visitor(house) for _ in range(MOST + 1)]
    for visitor in visitors:
        house.clock.forward(minutes=1)
        visitor.sign_in(WANG.handle)
    house.clock.forward(minutes=1)

    assert [is_in(visitor) for visitor in visitors] == [False] + [True] * MOST
    assert house.gridward.sessions.count(WANG.handle, house.clock()) == MOST


def _end(house, here, how):
    match how:
        case "sign out everywhere":
            here.post("/account/sign-out-everywhere")
        case "disable":
            order(house, DisableAccount(handle=WANG.handle))
        case "password":
            here.post("/account/password", old=PASSWORD, password="ganz neue vier worte")
        case "factor":
            secret = pyotp.random_base32()
            code = pyotp.TOTP(secret).at(house.clock())
            shown = {"secret": secret, "code": code, "current": PASSWORD}
            assert here.post("/account/totp", **shown).status_code == 303
        case "link":
            link = link_for(house, WANG.handle, "reset")
            visitor = Visitor(house)
            visitor.get(link)
            assert visitor.post(link, password="ganz neue vier worte").status_code == 303
