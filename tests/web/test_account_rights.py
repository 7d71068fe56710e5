"""Who may keep whose account: administrators those who serve in their area only."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.kernel.act import Act
from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from tests.city import CITY, KAIFENG
from tests.web.test_commands import CHEN, LI, WANG
from workflows.account.commands import (
    AddFactor,
    DisableAccount,
    IssueKey,
    MakeLink,
    RemoveFactor,
    SetPassword,
)
from workflows.people.commands import GrantRole

WORDS = Words(text="$argon2id$", key=b"k" * 32)


@pytest.fixture
def administrator(small_house):
    """Chen keeps the accounts of Kaifeng road."""
    day = small_house.clock().date()
    grant = GrantRole(handle=CHEN.handle, role="administrator", area=KAIFENG, from_day=day)
    small_house.gridward.desk.do(grant, act(small_house, CHEN.handle, "administrator"))

    def do(command):
        order = act(small_house, CHEN.handle, "administrator")
        return small_house.gridward.desk.do(command, order)

    return do


def act(house, person, role):
    return Act(person=person, role=role, area=KAIFENG, command_id=str(uuid4()), at=house.clock())


def refused(do, command):
    with pytest.raises(Refused) as refusal:
        do(command)
    return refusal.value.code


def a_key(house, role):
    return IssueKey(
        handle=WANG.handle,
        label="patrol bot",
        role=role,
        area=CITY,
        scopes=("read",),
        digest="0" * 64,
        expires_at=house.clock() + timedelta(days=1),
    )


def test_nobody_sets_a_password_or_a_factor_of_another(administrator):
    password = SetPassword(handle=WANG.handle, how="hand", hashed=WORDS)
    factor = AddFactor(handle=WANG.handle, name="totp", kind="totp", secret=WORDS)

    assert refused(administrator, password) == "wrong-role"
    assert refused(administrator, factor) == "wrong-role"


def test_an_administrator_takes_a_lost_factor_away_and_issues_a_key(administrator, small_house):
    assert administrator(RemoveFactor(handle=WANG.handle, name="totp")) is not None
    assert administrator(a_key(small_house, WANG.role)) is not None


def test_a_key_for_a_role_with_a_second_factor_is_issued_by_the_person(administrator, small_house):
    assert refused(administrator, a_key(small_house, "commander")) == "key-by-the-person-only"


def test_a_post_elsewhere_that_is_still_to_come_counts_already(administrator, small_house):
    tomorrow = small_house.clock().date() + timedelta(days=1)
    grant = GrantRole(handle=WANG.handle, role="commander", area=CITY, from_day=tomorrow)
    small_house.gridward.desk.do(grant, act(small_house, CHEN.handle, "administrator"))

    link = MakeLink(handle=WANG.handle, purpose="reset", digest="0" * 64, lasts=timedelta(hours=1))
    assert refused(administrator, link) == "not-your-account"


def test_a_post_at_a_unit_lies_in_the_area_of_the_unit(administrator, small_house):
    assert refused(administrator, DisableAccount(handle=LI.handle)) == "not-your-account"
