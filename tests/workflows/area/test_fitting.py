"""An outline is read from GeoJSON or refused with a sentence, and told how it fits."""

import math
from typing import Any

import pytest

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from workflows.area.fitting import fit_of, sentences
from workflows.area.polygons import boundary_of, geojson_of, geometry_of, read_outline

STREET = AreaCode("120101001000")
NEXT = AreaCode("120101002000")


def square(west, south, side=0.01) -> Any:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def boundary(*where):
    return boundary_of(geometry_of(square(*where)))


def feature(geometry, **properties) -> Any:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_an_outline_is_a_geometry_a_feature_or_a_collection_of_one():
    plain = square(117, 39)
    told = feature(plain, code=str(STREET), name="街")
    forms: Any = (plain, told, {"type": "FeatureCollection", "features": [told]})

    digests = {read_outline(form, STREET).digest for form in forms}

    assert len(digests) == 1
    assert geojson_of(read_outline(plain, STREET).polygons) == plain


def test_several_parts_stay_several():
    parts = [square(117, 39)["coordinates"], square(117.1, 39)["coordinates"]]
    given: Any = {"type": "MultiPolygon", "coordinates": parts}

    assert geojson_of(read_outline(given, STREET).polygons) == given
    assert geojson_of(()) is None


CROSSED = [[117, 39], [117.1, 39.1], [117.1, 39], [117, 39.1], [117, 39]]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "no-polygon"),
        ({"type": "Point", "coordinates": [117, 39]}, "no-polygon"),
        ({"type": "FeatureCollection", "features": []}, "no-polygon"),
        ({"type": "FeatureCollection", "features": 5}, "no-polygon"),
        ({"type": "Polygon", "coordinates": []}, "no-polygon"),
        ({"type": "Polygon", "coordinates": [[[10**400, 1], [1, 2], [2, 2]]]}, "no-polygon"),
        ({"type": "Polygon", "coordinates": [CROSSED]}, "outline-crosses-itself"),
        (square(39, 117), "invalid-boundary"),
        (square(1e308, 39), "invalid-boundary"),
        (square(math.nan, 39), "no-polygon"),
        (square(100, 20, side=20), "invalid-boundary"),
        (feature(square(117, 39), code=str(NEXT)), "outline-of-another"),
        (feature(None), "no-polygon"),
    ],
)
def test_what_is_no_outline_of_the_area_is_refused_with_its_code(given, code):
    with pytest.raises(Refused) as refusal:
        read_outline(given, STREET)

    assert refusal.value.code == code


def test_an_outline_within_its_parent_and_beside_its_neighbour_fits():
    street, district = boundary(117, 39), boundary(116.9, 38.9, 0.5)

    fit = fit_of(street, parent=district.polygons, beside={NEXT: boundary(117.01, 39).polygons})

    assert (fit.points, fit.outside_percent, fit.overlaps) == (5, 0, ())
    assert fit.square_metres == pytest.approx(1112 * 864, rel=0.01)


def test_what_lies_outside_the_parent_or_in_a_neighbour_is_measured():
    street, half = boundary(117, 39), boundary(117.005, 39).polygons

    fit = fit_of(street, parent=half, beside={NEXT: half})

    assert fit.outside_percent == 50
    (overlap,) = fit.overlaps
    assert overlap.code == NEXT
    assert overlap.square_metres == pytest.approx(fit.square_metres / 2, rel=0.01)
    assert len(sentences(street, parent=half, beside={NEXT: half})) == 3


def test_without_an_outline_of_the_parent_nothing_is_said_of_it():
    assert fit_of(boundary(117, 39), beside={}).outside_percent is None
