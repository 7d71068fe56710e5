"""Kinds of whistle as a city publishes them, and everything that is refused."""

import copy
from typing import Any

import pytest

from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import Limit
from domain.kernel.refusals import Refused
from domain.rulebook.whistles import whistles_from
from workflows.rulebook.reading import BOOK, read_rules
from workflows.rulebook.schemas import must_fit_schema

WRITTEN = read_rules(BOOK / "whistles" / "tianjin-grid.toml").content
GRID = AreaCode("120101001003007")


def a_book():
    return whistles_from("tianjin-grid@1", WRITTEN)


def test_the_book_holds_the_published_limits():
    kinds = a_book().kinds

    assert list(kinds) == ["work", "hard-case", "emergency"]
    hour, day = Limit(clock="elapsed", minutes=60), Limit(clock="elapsed", minutes=1440)
    for code, days in (("work", 3), ("hard-case", 5)):
        kind = kinds[code]
        assert (kind.sign_for, kind.contact) == (hour, day)
        assert kind.check_in == Limit(minutes=days * 480)
    assert kinds["emergency"].check_in == Limit(clock="elapsed", minutes=30)


def test_a_hard_case_needs_the_district_leader():
    hard, work = a_book().kind("hard-case"), a_book().kind("work")

    assert hard.blown_by.area(GRID) == "120101001000"
    assert hard.approved_by is not None
    assert hard.approved_by.area(GRID) == "120101000000"
    assert work.approved_by is None


def test_a_late_party_rises_rung_by_rung():
    kind = a_book().kind("work")

    district = kind.rung_above(Level.STREET)
    assert district is not None
    assert (district.level, district.grace) == (Level.DISTRICT, Limit(minutes=480))
    assert kind.rung_above(Level.CITY) is None


def test_every_cause_of_a_kind_has_a_name():
    book = a_book()

    assert {cause for kind in book.kinds.values() for cause in kind.causes} == set(book.causes)


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(Refused) as refusal:
        a_book().kind("concert")

    assert refusal.value.code == "unknown-whistle"
    assert "hard-case" in refusal.value.reason


def changed(**given):
    content: dict[str, Any] = copy.deepcopy(dict(WRITTEN))
    content["kind"][0].update(given)
    return content


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (changed(code="Work"), "code"),
        (changed(code="emergency"), "code"),
        (changed(causes=["boredom"]), "causes"),
        (changed(causes=[]), "causes"),
        (changed(radius_m=0), "radius_m"),
        (changed(radius_m=60_000), "radius_m"),
        (changed(photo="yes"), "photo"),
        (changed(blown_by={"level": "grid", "roles": ["commander"]}), "blown_by"),
        (changed(blown_by={"level": "street", "roles": []}), "roles"),
        (changed(summons={"levels": []}), "levels"),
        (changed(rung=[]), "rung"),
        (
            changed(
                rung=[
                    {"level": "city", "owner": "commander"},
                    {"level": "district", "owner": "commander"},
                ]
            ),
            "rung",
        ),
        ({**WRITTEN, "kind": []}, "kind"),
    ],
)
def test_what_is_unsound_is_refused_with_its_key(content, key):
    with pytest.raises(Refused) as refusal:
        whistles_from("x@1", content)

    assert (refusal.value.code, refusal.value.facts["key"]) == ("rules-malformed", key)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"check_in": "soon"}, "limit-not-understood"),
        ({"summons": {"levels": ["planet"]}}, "unknown-level"),
    ],
)
def test_limits_and_levels_are_read_as_everywhere(given, code):
    with pytest.raises(Refused) as refusal:
        whistles_from("x@1", changed(**given))

    assert refusal.value.code == code


def test_keys_that_nobody_knows_are_refused_by_the_schema():
    with pytest.raises(Refused) as refusal:
        must_fit_schema("whistles", changed(volume=11))

    assert refusal.value.facts["findings"][0]["key"] == "kind.0.volume"
