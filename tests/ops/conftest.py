"""A town on each database in turn."""

from collections.abc import Iterator

import pytest

from tests.ops.town import Town, a_town


@pytest.fixture
def town(store_url, tmp_path) -> Iterator[Town]:
    with a_town(store_url, tmp_path, parts=4) as town:
        yield town
