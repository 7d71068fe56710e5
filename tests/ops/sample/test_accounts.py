"""Accounts of the sample city: drawn per installation, for the owner alone, good for sign-in."""

import json

import pyotp
import pytest
from argon2 import PasswordHasher

from domain.account.account import Account, account_id
from domain.kernel.offices import WITH_SECOND_FACTOR
from ops.demo import _greeting
from ops.sample.accounts import FILE, enrol_keeper, prepare_accounts
from ops.sample.people import KEEPER, sample_people
from tests.ops.sample.loaded import WEDNESDAY_AFTERNOON, a_city, load
from tests.web.test_sign_in import Visitor
from web.account import passwords
from web.app import create_app


@pytest.fixture
def city(tmp_path, monkeypatch):
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    with a_city(url, tmp_path, lambda: WEDNESDAY_AFTERNOON) as gridward:
        load(gridward, weeks=0)
        enrol_keeper(gridward)
        yield gridward


class House:
    """What a visitor needs of a house."""

    def __init__(self, gridward):
        self.app = create_app(gridward, sample=False)
        self.client = self.app.test_client


def prepared(city):
    people = sample_people(city)
    return people, prepare_accounts(city, people)


def test_every_role_has_a_password_and_those_who_need_it_an_authenticator(city):
    people, access = prepared(city)

    assert {one.role for one in people} >= {"grid_member", "commander", "administrator"}
    for one in people:
        assert bool(access[one.handle].secret) == (one.role in WITH_SECOND_FACTOR)
    assert len({how.password for how in access.values()}) == len(people)


def test_they_are_kept_where_the_owner_alone_reads_them(city):
    _, access = prepared(city)
    path = city.settings.home / FILE

    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())[KEEPER]["password"] == access[KEEPER].password


def test_a_second_start_changes_nothing(city):
    _, first = prepared(city)
    before = city.ledger.load(Account, account_id(KEEPER)).version

    assert prepared(city)[1] == first
    assert city.ledger.load(Account, account_id(KEEPER)).version == before


def test_the_administrator_signs_in_with_password_and_code(city):
    _, access = prepared(city)
    visitor = Visitor(House(city))
    visitor.sign_in(KEEPER, access[KEEPER].password)

    visitor.get("/sign-in/factor")
    code = pyotp.TOTP(access[KEEPER].secret).at(WEDNESDAY_AFTERNOON)
    assert visitor.post("/sign-in/factor", code=code).status_code == 303

    assert KEEPER in visitor.get("/account").text


def test_the_greeting_names_everybody_with_password_and_secret(city):
    people, access = prepared(city)

    said = "\n".join(_greeting("http://127.0.0.1:8000", people, access))

    for one in people:
        assert one.handle in said
        assert access[one.handle].password in said
