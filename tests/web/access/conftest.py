"""The hall of the matrix: one city, built once for all cells of a worker."""

import pytest

from tests.house import open_house
from tests.web.access.hall import Hall


@pytest.fixture(scope="session")
def hall(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('hall') / 'house.sqlite'}"
    with open_house(url) as house:
        yield Hall(house)
