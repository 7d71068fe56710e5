"""One sample city with three weeks of history, for all tests that only look at it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ops.bootstrap import Gridward
from tests.ops.sample.loaded import WEDNESDAY_AFTERNOON, a_city, load


@dataclass
class Sample:
    """The city, and the processor time its load took."""

    gridward: Gridward
    seconds: float


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Iterator[Sample]:
    home = tmp_path_factory.mktemp("sample")
    url = f"sqlite:///{home / 'city.sqlite'}"
    with a_city(url, home, lambda: WEDNESDAY_AFTERNOON) as gridward:
        began = time.process_time()
        load(gridward, weeks=3)
        yield Sample(gridward=gridward, seconds=time.process_time() - began)
