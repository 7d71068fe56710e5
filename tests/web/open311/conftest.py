"""A partner of the city."""

import pytest

from tests.web.open311.partner import Partner


@pytest.fixture
def partner(small_house):
    return Partner(house=small_house)


@pytest.fixture
def neighbour(house):
    """The same on each database in turn."""
    return Partner(house=house)
