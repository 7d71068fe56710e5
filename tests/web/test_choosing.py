"""A new password: the common ones are refused, and those of names; sentences of words are not."""

import pytest

from domain.kernel.refusals import Refused
from tests.web.test_commands import WANG
from tests.web.test_sign_in import Visitor, link_for, quick_hashes
from web.account import choosing
from web.account.sample import SAMPLE

__all__ = ["quick_hashes"]
OF_THE_STANDARD = 3000


@pytest.fixture
def city(small_house):
    small_house.app.extensions[SAMPLE] = False
    return small_house


def code_of(password, handle=WANG.handle):
    with pytest.raises(Refused) as refused:
        choosing.must_be_strong(password, handle=handle)
    return refused.value.code


def test_three_thousand_passwords_that_are_long_enough_are_refused_however_they_are_written():
    fitting = [one for one in choosing.common() if len(one) >= choosing.SHORTEST]

    assert len(fitting) == len(choosing.common()) > 3 * OF_THE_STANDARD
    for password in fitting:
        assert code_of(password) == code_of(password.upper()) == "password-common"


@pytest.mark.parametrize(
    "telling",
    [
        "Gridward-2026",
        "gridward grid_member",
        "天津市和平区天津和平区2026",
        "Tianjin-Heping-2026",
        "WangFang19900101",
        "王芳王芳王芳王芳20260101",
    ],
)
def test_names_of_the_service_the_place_and_the_person_make_no_password(city, telling):
    link, visitor = link_for(city, WANG.handle), Visitor(city)
    visitor.get(link)

    answer = visitor.post(link, password=telling)

    assert answer.status_code == 422
    assert "little is left" in answer.text
    assert visitor.get(link).status_code == 200


@pytest.mark.parametrize(
    "good", ["Tianjin smells of roasted chestnuts", "天津的糖炒栗子冬天里最香甜"]
)
def test_a_sentence_may_hold_the_name_of_the_city(city, good):
    link, visitor = link_for(city, WANG.handle), Visitor(city)
    visitor.get(link)

    assert visitor.post(link, password=good).status_code == 303


def test_the_reason_is_told_in_chinese_too(city):
    link, visitor = link_for(city, WANG.handle), Visitor(city)
    visitor.client.set_cookie("gridward-language", "zh")
    visitor.get(link)

    assert "最先被猜到" in visitor.post(link, password="1qaz2wsx3edc4rfv").text
    assert "所剩无几" in visitor.post(link, password="Gridward-2026").text


def test_who_serves_in_a_unit_alone_may_not_use_its_city_either(city):
    link, visitor = link_for(city, "p-ma-chao"), Visitor(city)
    visitor.get(link)

    assert visitor.post(link, password="Tianjin-2026-0101").status_code == 422
