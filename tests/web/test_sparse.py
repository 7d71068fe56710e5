"""Callers ask for some fields alone, and go on page by page wherever a list can grow."""

import pytest

from tests.city import PEOPLE
from tests.web.test_commands import LI, RUBBISH, WANG, refusal
from web.cursors import cursor
from web.paging import page_of

SUN = next(one for one in PEOPLE if one.handle == "p-sun-qiang")


@pytest.fixture
def case(small_house):
    return small_house.post("/incidents", RUBBISH, WANG).json["id"]


@pytest.mark.parametrize(
    ("path", "kept", "always"),
    [
        ("/incidents", {"stage", "due_at"}, "id"),
        ("/people", {"role"}, "handle"),
        ("/units", {"name"}, "code"),
        ("/areas?search=120101", {"level", "name"}, "code"),
        ("/areas/120101000000/children", {"below"}, "code"),
    ],
)
def test_a_list_holds_the_fields_asked_for(small_house, case, path, kept, always):
    asked = f"{path}{'&' if '?' in path else '?'}fields={','.join(kept)}"
    items = small_house.get(asked).json["items"]

    assert items
    assert {frozenset(item) for item in items} == {frozenset({*kept, always})}


def test_a_case_holds_the_fields_asked_for(small_house, case):
    told = small_house.get(f"/incidents/{case}?fields=number,stage").json

    assert set(told) == {"id", "number", "stage"}
    assert set(small_house.get(f"/incidents/{case}").json) > set(told)


@pytest.mark.parametrize("fields", ["colour", "number,colour", "", ",", "Stage", "facts.x"])
def test_a_field_that_is_not_there_is_refused_with_those_that_are(small_house, case, fields):
    for path in (f"/incidents/{case}", "/incidents", "/whistles", "/people", "/requests"):
        answer = small_house.get(f"{path}?fields={fields}")
        assert refusal(answer) == (422, "fields-invalid"), path
        assert "Known: " in answer.json["facts"]["fields"]["query"]["fields"][0]


def test_asking_for_a_masked_field_does_not_open_it(small_house, case):
    assert small_house.get(f"/incidents/{case}?fields=words", LI).json["words"]
    assert small_house.step(case, "refuse", LI, reason="no matter of ours").status_code == 200

    whole = small_house.get(f"/incidents/{case}", WANG).json
    asked = small_house.get(f"/incidents/{case}?fields=words,place,reporter", WANG).json

    assert asked == {name: whole[name] for name in ("id", "words", "place", "reporter")}
    foreign = small_house.get(f"/incidents/{case}?fields=words", SUN)
    assert refusal(foreign) == (404, "no-such-incident")


def test_one_request_leaves_nothing_out_of_the_next(small_house, case):
    assert set(small_house.get(f"/incidents/{case}?fields=id").json) == {"id"}

    assert len(small_house.get(f"/incidents/{case}").json) > 20


def test_a_list_made_whole_is_given_in_pages():
    rows, seen, query = list("abcde"), [], {"limit": 2}
    while True:
        page = page_of(rows, query, str)
        seen += page["items"]
        if page["next"] is None:
            break
        query = {"limit": 2, "after": page["next"]}

    assert seen == rows


@pytest.mark.parametrize("after", ["x", cursor("nobody")])
def test_a_page_after_a_row_that_is_not_there_is_refused(small_house, case, after):
    for path in (f"/incidents/{case}/followers", f"/incidents/{case}/reveals", "/snags"):
        assert refusal(small_house.get(f"{path}?after={after}")) == (422, "bad-cursor")
