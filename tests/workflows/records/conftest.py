"""A city on each database, to import into."""

from collections.abc import Iterator

import pytest

from tests.workflows.records.files import City, a_city


@pytest.fixture
def city(store_url: str) -> Iterator[City]:
    city = a_city(store_url)
    yield city
    city.store.close()
