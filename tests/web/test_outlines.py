"""Where an area lies is set over the API and on the page, tried out first, with who and why."""

import json
from io import BytesIO

import pytest

from domain.area.area import Area, area_id
from domain.area.boundary import MAX_POINTS
from domain.kernel.reasons import ReasonGiven
from tests.city import HEPING, HEXI, KAIFENG, XIAOBAILOU, centre, grid
from tests.keys import header_of
from tests.web.test_admin import BOSS, DAY, city, do, keeper
from tests.web.test_commands import LI, refusal

__all__ = ["city"]
PATH = f"/areas/{XIAOBAILOU}/outline"
LON, LAT = centre(grid(KAIFENG))
WHY = "与民政局公布的界线一致"


def square(west=117.18, south=39.09, side=0.05):
    east, north = round(west + side, 6), round(south + side, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def told(house, code=XIAOBAILOU, query=""):
    headers = header_of(BOSS, "administrator")
    return house.client().get(f"/api/v1/areas/{code}/outline{query}", headers=headers)


def area(house, code=XIAOBAILOU):
    return house.gridward.ledger.load(Area, area_id(code))


def test_an_outline_is_tried_out_set_and_told_again(city):
    wish = {"outline": square(), "from_day": DAY, "reason": WHY}
    before = area(city).version

    tried = do(city, PATH, wish, dry=True)

    assert (tried.status_code, tried.json["changes"]) == (200, 1)
    assert tried.json["fit"]["points"] == 5
    assert tried.json["fit"]["overlaps"] == []
    assert area(city).version == before
    assert do(city, PATH, wish, key="once").status_code == 200
    found = told(city).json
    assert found["geometry"] == square()
    assert found["properties"]["from_day"] == DAY
    assert told(city, query="?day=2026-11-15").json["geometry"] is None


def test_an_outline_says_who_set_it_and_why_and_once(city):
    wish = {"outline": square(), "from_day": DAY, "reason": WHY}
    do(city, PATH, wish, key="once")
    do(city, PATH, wish, key="once")

    changed, said = city.gridward.ledger.facts(area_id(XIAOBAILOU))[-2:]
    assert (changed.TOPIC, changed.act.person) == ("area.bounded", BOSS)
    assert isinstance(said, ReasonGiven)
    assert city.gridward.ledger.words(area_id(XIAOBAILOU), said.originator_version, "reason") == WHY


def test_a_trial_tells_what_lies_outside_and_what_it_overlaps(city):
    do(city, f"/areas/{HEPING}/outline", {"outline": square(side=0.04), "from_day": DAY})
    lon, lat = centre(grid(KAIFENG, 2))
    over = square(round(lon - 0.0002, 6), round(lat - 0.0002, 6), 0.0004)

    street = do(city, PATH, {"outline": square(side=0.05), "from_day": DAY}, dry=True)
    small = do(
        city, f"/areas/{grid(KAIFENG)}/outline", {"outline": over, "from_day": DAY}, dry=True
    )

    assert 30 < street.json["fit"]["outside_percent"] < 40
    assert [one["code"] for one in small.json["fit"]["overlaps"]] == [str(grid(KAIFENG, 2))]
    assert small.json["fit"]["outside_percent"] is None


LONG = {
    "type": "Polygon",
    "coordinates": [[*([117 + n / 100_000, 39] for n in range(MAX_POINTS)), [117, 38], [117, 39]]],
}


@pytest.mark.parametrize(
    ("code", "given", "status", "why"),
    [
        (XIAOBAILOU, {"outline": {"type": "Point"}, "from_day": DAY}, 422, "no-polygon"),
        (XIAOBAILOU, {"outline": LONG, "from_day": DAY}, 422, "boundary-too-long"),
        (XIAOBAILOU, {"outline": square(39, 117), "from_day": DAY}, 422, "invalid-boundary"),
        (XIAOBAILOU, {"outline": square(), "from_day": "1990-01-01"}, 404, "area-not-standing"),
        (HEXI, {"outline": square(), "from_day": DAY}, 403, "outside-your-area"),
        ("120101099000", {"outline": square(), "from_day": DAY}, 404, "no-such-area"),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_what_cannot_be_set_is_refused_the_same_when_tried(city, code, given, status, why, dry):
    told = do(city, f"/areas/{code}/outline", given, dry=dry)

    assert refusal(told) == (status, why)


def test_an_outline_that_is_no_object_is_named_as_a_field(city):
    told = do(city, PATH, {"outline": "Polygon", "from_day": DAY})

    assert refusal(told) == (422, "fields-invalid")
    assert "outline" in told.text


def test_an_acceptor_sets_no_outline(city):
    wish = {"outline": square(), "from_day": DAY}

    assert refusal(do(city, PATH, wish, who=LI.handle, role=LI.role)) == (
        403,
        "not-for-your-role",
    )


def send(visitor, go, **fields):
    path = f"/admin/outline?area={XIAOBAILOU}"
    visitor.get(path)
    given = {"area": str(XIAOBAILOU), "from_day": DAY, "key": "k", "go": go, **fields}
    return visitor.post("/admin/outline", **given)


def test_the_page_draws_what_would_be_and_keeps_what_was_typed(city):
    page = send(keeper(city), "try", outline=json.dumps(square()), reason=WHY)

    assert page.status_code == 200
    assert 'class="wished"' in page.text
    assert "nothing was recorded" in page.text
    assert WHY in page.text
    assert area(city).on(city.clock().date()).boundary is None


def test_the_page_sets_an_outline_from_a_file_and_tells_who_and_why(city):
    visitor = keeper(city)
    file = (BytesIO(json.dumps(square()).encode()), "street.geojson")

    assert send(visitor, "set", file=file, reason=WHY).status_code == 303
    city.catch_up()

    page = visitor.get(f"/admin/outline?area={XIAOBAILOU}").text
    assert 'class="own"' in page
    assert WHY in page
    assert "柳青" in page
    assert 'class="below"' in visitor.get("/admin").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"outline": "no json"}, 422),
        ({"outline": json.dumps(square()), "from_day": "soon"}, 422),
        ({"outline": json.dumps(square()), "area": str(HEXI)}, 403),
    ],
)
def test_what_the_page_cannot_set_it_says(city, fields, status):
    answer = send(keeper(city), "set", **fields)

    assert answer.status_code == status
    assert area(city).on(city.clock().date()).boundary is None
