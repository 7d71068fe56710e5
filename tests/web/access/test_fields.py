"""Who sees a case sees of it what was written down, and no case beside it."""

import pytest

from domain.access.table import FIELDS
from domain.kernel.codes import AreaCode
from domain.kernel.places import Place
from tests.city import DAYINGMEN, QUANYECHANG, SANITATION
from tests.web.access.expected_fields import ALL, CASE, NAMES
from tests.web.access.hall import (
    BUILDER,
    GRID,
    PREFIX_GRID,
    PREFIX_STREET,
    RELATIONS,
    STREET,
    area_for,
    handle_of,
    unit_at,
)
from web.incident.masking import masked

FORMS = ("/api/v1/incidents/{}", "/incidents/{}.json")
STORIES = ("/api/v1/incidents/{}/timeline", "/incidents/{}/timeline.json")
LISTS = ("/api/v1/incidents", "/board.json", "/api/v1/requests", "/api/v1/whistles")
AROUND = (STREET, PREFIX_STREET, QUANYECHANG, DAYINGMEN, GRID, PREFIX_GRID)


def looked_at(hall, role, *, ended):
    unit = unit_at("own") if role == "handler" else SANITATION
    stage = "closed" if ended else "handling"
    return hall.case(stage, area_for(role, "own"), BUILDER, unit)


@pytest.mark.parametrize("role", CASE)
@pytest.mark.parametrize("ended", [False, True])
def test_a_case_shows_what_was_written_down(hall, role, ended):
    case, who = looked_at(hall, role, ended=ended), (handle_of(role, "own"), role)

    for form in FORMS:
        told = hall.ask("GET", form.format(case), who).json
        assert {name for name in ALL if told[name] is not None} == CASE[role][ended], form


@pytest.mark.parametrize("role", NAMES)
@pytest.mark.parametrize("ended", [False, True])
def test_the_story_names_whom_it_may_and_nobody_else(hall, role, ended):
    case, who = looked_at(hall, role, ended=ended), (handle_of(role, "own"), role)

    for form in STORIES:
        first, *others = hall.ask("GET", form.format(case), who).json["items"]
        named = {"reporter"} if first["person"] or "reporter" in first["facts"] else set()
        named |= {"others"} if any(one["person"] for one in others) else set()
        assert named == NAMES[role][ended], form


@pytest.mark.parametrize("role", CASE)
def test_words_stand_nowhere_in_what_shows_none(hall, role):
    case, who = looked_at(hall, role, ended=True), (handle_of(role, "own"), role)
    forms = (*FORMS, *STORIES, "/incidents/{}", "/incidents/{}/timeline.csv")

    for form in forms:
        text = hall.ask("GET", form.format(case), who).get_data(as_text=True)
        assert ("门口的旧沙发" in text) <= ("words" in CASE[role][True]), form


def test_what_is_closed_is_taken_out_of_every_fact(hall):
    from projections.incident.timeline import timeline

    case = hall.case("closed", STREET, BUILDER, SANITATION)
    entries = timeline(hall.ledger.history(case), hall.house.gridward.shelf)

    open_to_all = [masked(one, frozenset(FIELDS), "p-x") for one in entries]
    closed = [masked(one, frozenset(), "p-x") for one in entries]

    assert open_to_all == entries
    assert any(isinstance(value, Place) for one in entries for value in one.facts.values())
    assert not any(isinstance(value, Place) for one in closed for value in one.facts.values())
    assert not any(one.person.startswith("p-") for one in closed)


def test_a_neighbours_case_is_no_suggestion_outside_ones_area(hall):
    for area in AROUND:
        hall.case("accepting", area, f"{BUILDER}-{area}")
    hall.house.catch_up()
    case = hall.reported(STREET, BUILDER)
    hall.house.catch_up()

    told = hall.ask(
        "GET", f"/api/v1/incidents/{case}/suggestions", (handle_of("acceptor", "own"), "acceptor")
    )

    areas = {AreaCode(one["area"]) for one in told.json["items"]}
    assert all(STREET.covers(area) for area in areas)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("role", ["acceptor", "grid_member", "auditor"])
def test_no_list_holds_a_case_of_a_sibling_whose_code_begins_alike(hall, role, relation):
    for area in AROUND:
        hall.case("accepting", area)
    hall.house.catch_up()
    who = (handle_of(role, relation), role)
    mine = AreaCode(hall.ask("GET", "/api/v1/whoami", who).json["posts"][0]["area"])

    for path in LISTS:
        if role == "grid_member" and "whistles" in path:
            continue
        for query in ({}, {"area": str(mine)}):
            told = hall.ask("GET", path, who, query_string=query)
            areas = [AreaCode(one["area"]) for one in told.json["items"]]
            assert all(mine.covers(area) for area in areas), (path, query)
