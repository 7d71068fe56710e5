"""Where rules send a matter: the first that holds decides, and the answer can be found again."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.places import Place
from domain.kernel.routed import OTHERWISE
from domain.rulebook.content import Content
from domain.rulebook.routing import Answering, RoutingFacts, route
from domain.rulebook.routing_content import routing_from
from domain.rulebook.routing_inputs import facts_from, inputs_of

GRID = "120101001003007"
SQUARE = [[117_190_000, 39_100_000], [117_200_000, 39_100_000], [117_200_000, 39_110_000]]
SWEEPERS = (
    Answering(unit="u-street", kind="sanitation"),
    Answering(unit="u-district", kind="sanitation"),
    Answering(unit="u-water", kind="water"),
)


def book(*rules: Content):
    title = {"zh": "名", "en": "Name"}
    content = {"title": title, "categories": "grid", "otherwise": "ask-the-district"}
    return routing_from("grid@3", {**content, "rule": list(rules)})


def rule(when: Content | None = None, name: str = "one", **then: object) -> Content:
    return {"name": name, "when": when or {}, "then": then or {"unit": "u-named"}}


def facts(**known) -> RoutingFacts:
    usual: dict[str, Any] = {
        "category": "01-02",
        "kind": "urban-management",
        "area": GRID,
        "source": "grid-member",
        "local": "2026-11-16T09:30",
        "working": True,
        "units": SWEEPERS,
    }
    return RoutingFacts(**(usual | known))


@pytest.mark.parametrize(
    ("when", "known", "holds"),
    [
        ({"category": "01"}, {}, True),
        ({"category": "01-02"}, {}, True),
        ({"category": ["03", "01-02"]}, {}, True),
        ({"category": "01"}, {"category": "c01-01"}, False),
        ({"category": "01-02"}, {"category": "01"}, False),
        ({"area": "120101"}, {}, True),
        ({"area": "120101001"}, {}, True),
        ({"area": GRID}, {}, True),
        ({"area": ["120102", "120103"]}, {}, False),
        ({"within": SQUARE}, {"place": Place(lon_e6=117_199_000, lat_e6=39_102_000)}, True),
        ({"within": SQUARE}, {"place": Place(lon_e6=117_195_000, lat_e6=39_100_000)}, True),
        ({"within": SQUARE}, {"place": Place(lon_e6=117_191_000, lat_e6=39_109_000)}, False),
        ({"within": SQUARE}, {}, False),
        ({"hours": "09:00-10:00"}, {}, True),
        ({"hours": "10:00-09:30"}, {}, False),
        ({"hours": "22:00-06:00"}, {"local": "2026-11-16T23:59"}, True),
        ({"hours": "22:00-06:00"}, {"local": "2026-11-16T06:00"}, False),
        ({"hours": ["07:00-08:00", "09:30-09:31"]}, {}, True),
        ({"days": ["monday"]}, {}, True),
        ({"days": ["saturday", "sunday"]}, {}, False),
        ({"working": True}, {}, True),
        ({"working": False}, {}, False),
        ({"source": ["hotline", "public"]}, {}, False),
        ({"source": "grid-member"}, {}, True),
        ({"answers": {"condition": "emergency"}}, {}, False),
        (
            {"answers": {"condition": "emergency"}},
            {"answers": {"condition": "emergency", "category": "01-02"}},
            True,
        ),
        ({"load": {"unit_below": 40}}, {"loads": {"u-named": 39}}, True),
        ({"load": {"unit_below": 40}}, {"loads": {"u-named": 40}}, False),
        ({"category": "01", "days": ["sunday"]}, {}, False),
        ({}, {}, True),
    ],
)
def test_a_rule_holds_when_all_its_conditions_do(when, known, holds):
    routed = route(book(rule(when)), facts(**known))

    assert (routed.rule, routed.unit) == (("one", "u-named") if holds else (OTHERWISE, None))


@pytest.mark.parametrize(
    ("then", "known", "unit"),
    [
        ({"unit_kind": "sanitation"}, {}, "u-street"),
        ({"unit_kind": "water"}, {}, "u-water"),
        ({"unit_kind": "any"}, {}, "u-street"),
        ({"unit_kind": "of-category"}, {"kind": "water"}, "u-water"),
        ({"unit_kind": "of-category"}, {}, None),
        ({"unit_kind": "gas"}, {}, None),
        ({"district": True}, {}, None),
        ({"unit": "u-named"}, {"resting": ("u-named",)}, None),
    ],
)
def test_a_rule_means_the_nearest_unit_of_its_kind_or_the_district(then, known, unit):
    routed = route(book(rule(**then)), facts(**known))

    assert (routed.rules, routed.rule, routed.unit) == ("grid@3", "one", unit)


@pytest.mark.parametrize(
    ("loads", "rule_name", "unit"),
    [
        ({"u-street": 39, "u-district": 0}, "sweeping", "u-street"),
        ({"u-street": 40, "u-district": 12}, "sweeping", "u-district"),
        ({"u-street": 40, "u-district": 40}, OTHERWISE, None),
    ],
)
def test_a_team_that_has_enough_to_do_is_passed_over(loads, rule_name, unit):
    rules = book(rule({"load": {"unit_below": 40}}, "sweeping", unit_kind="sanitation"))

    routed = route(rules, facts(loads=loads))

    assert (routed.rule, routed.unit) == (rule_name, unit)


def test_the_first_rule_that_holds_decides_also_on_the_limit():
    rules = book(
        rule({"category": "02"}, "other", unit="u-other"),
        rule({"category": "01"}, "first", unit="u-first", limit="2 clock hours"),
        rule({}, "last", unit="u-last"),
    )

    routed = route(rules, facts())

    assert (routed.rule, routed.unit) == ("first", "u-first")
    assert routed.limit is not None
    assert (routed.limit.clock, routed.limit.minutes) == ("elapsed", 120)


codes = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
some_facts = st.builds(
    RoutingFacts,
    category=st.sampled_from(["01", "01-02", "03-04", "c01-01"]),
    kind=codes,
    area=st.sampled_from([GRID, "120101001003", "120102000000"]),
    source=st.sampled_from(["public", "grid-member"]),
    local=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
        lambda at: f"{at:%Y-%m-%dT%H:%M}"
    ),
    working=st.booleans(),
    place=st.none()
    | st.builds(
        Place,
        lon_e6=st.integers(117_180_000, 117_210_000),
        lat_e6=st.integers(39_090_000, 39_120_000),
    ),
    answers=st.dictionaries(codes, st.text(max_size=20)),
    units=st.lists(st.builds(Answering, unit=codes, kind=codes), max_size=3).map(tuple),
    loads=st.dictionaries(codes, st.integers(0, 99)),
    resting=st.lists(codes, max_size=2).map(tuple),
)
MANY = book(
    rule({"working": False, "hours": "20:00-07:00"}, "night", unit_kind="any"),
    rule({"within": SQUARE}, "square", unit="u-square"),
    rule({"category": "01", "load": {"unit_below": 50}}, "load", unit_kind="any"),
    rule({"area": "120101", "source": "public"}, "public", unit_kind="of-category"),
    rule({"days": ["sunday"]}, "sunday", district=True),
)


@given(some_facts)
@settings(max_examples=300, deadline=None)
def test_inputs_that_were_kept_give_the_same_answer(known):
    kept = inputs_of(known)

    assert facts_from(kept) == known
    assert route(MANY, facts_from(kept)) == route(MANY, known)
