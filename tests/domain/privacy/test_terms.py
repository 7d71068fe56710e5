"""Terms: however a number or a name is said, it is found the same."""

import pytest

from domain.kernel.refusals import Refused
from domain.privacy.terms import Term, term, terms_in

PHONE = Term("phone", "13900001111")


@pytest.mark.parametrize(
    "said",
    [
        "13900001111",
        "139 0000 1111",
        "139-0000-1111",
        "+86 139 0000 1111",
        "0086-13900001111",
        "１３９００００１１１１",
        " (139) 0000 1111 ",
    ],
)
def test_a_phone_number_is_its_digits(said):
    assert term("phone", said) == PHONE
    assert PHONE in terms_in("words", f"路灯不亮，请回电{said}，谢谢")


@pytest.mark.parametrize("said", ["王小明", " 王 小明 ", "王小明\n"])
def test_a_name_is_its_letters(said):
    assert term("name", said) == Term("name", "王小明")


def test_latin_names_are_found_in_any_case_and_width():
    assert term("name", "ＷＡＮＧ Xiaoming") == term("name", "wang xiaoming")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("phone", "110"),
        ("phone", "1" * 16),
        ("phone", "王"),
        ("name", "  "),
        ("email", ""),
        ("id", "1"),
        ("name", "王" * 101),
    ],
)
def test_what_finds_nobody_is_refused(kind, said):
    with pytest.raises(Refused) as refusal:
        term(kind, said)

    assert refusal.value.code == "invalid-search"


def test_a_contact_is_found_by_number_address_and_name_in_either_order():
    contact = "first_name: Xiaoming\nlast_name: Wang\nphone: 139 0000 1111\nemail: W@X.cn"

    assert terms_in("contact", contact) == {
        PHONE,
        Term("email", "w@x.cn"),
        Term("name", "wangxiaoming"),
        Term("name", "xiaomingwang"),
    }


def test_a_contact_said_in_one_line_is_understood():
    assert terms_in("contact", "王小明，13900001111") == {Term("name", "王小明"), PHONE}
    assert terms_in("contact", "王小明 13900001111") == {Term("name", "王小明"), PHONE}


def test_a_number_beside_another_is_found_too():
    assert PHONE in terms_in("words", "5号楼 5 13900001111")


@pytest.mark.parametrize("words", ["120101199001011234", "三年前 2019", "路灯不亮"])
def test_words_without_a_number_to_call_are_found_by_nothing(words):
    assert terms_in("words", words) == set()


def test_other_words_than_reports_are_no_terms():
    assert terms_in("reason", "13900001111") == set()
