"""A city on each database."""

from collections.abc import Iterator

import pytest

from tests.projections.city import City, a_city


@pytest.fixture
def city(store_url: str) -> Iterator[City]:
    """A small city with an empty log and a reader that has heard nothing."""
    found = a_city(store_url)
    yield found
    found.store.close()
