"""Distances in whole metres between points in micro-degrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.places import EARTH_RADIUS_M, Place, metres_between

PLACES = st.builds(
    Place,
    lon_e6=st.integers(-180_000_000, 180_000_000),
    lat_e6=st.integers(-90_000_000, 90_000_000),
)
HALF_ROUND = round(3.141592653589793 * EARTH_RADIUS_M)


@pytest.mark.parametrize(
    ("here", "there", "metres"),
    [
        # One degree of a meridian, and of the equator: 2 pi R / 360.
        ((0, 0), (0, 1_000_000), 111_195),
        ((0, 0), (1_000_000, 0), 111_195),
        # A degree of longitude at 60 degrees north is half as long.
        ((0, 60_000_000), (1_000_000, 60_000_000), 55_597),
        # Across the date line the way is short.
        ((179_999_000, 0), (-179_999_000, 0), 222),
        # By Pythagoras: 2,380 m to the east and 734 m to the south.
        ((117_182_000, 39_143_000), (117_209_600, 39_136_400), 2_491),
        ((0, 90_000_000), (77_000_000, 90_000_000), 0),
        ((0, 0), (180_000_000, 0), HALF_ROUND),
    ],
)
def test_known_distances(here, there, metres):
    one, other = (Place(lon_e6=lon, lat_e6=lat) for lon, lat in (here, there))

    assert metres_between(one, other) == metres


@given(PLACES, PLACES)
def test_the_way_back_is_as_long_and_nothing_is_farther_than_half_round(here, there):
    metres = metres_between(here, there)

    assert metres == metres_between(there, here)
    assert 0 <= metres <= HALF_ROUND


@given(PLACES)
def test_who_stands_there_is_there(place):
    assert metres_between(place, place) == 0


@given(PLACES, PLACES, PLACES)
def test_a_way_over_a_third_place_is_no_shorter(here, over, there):
    # Each leg is rounded to the metre.
    legs = metres_between(here, over) + metres_between(over, there)
    assert metres_between(here, there) <= legs + 2
