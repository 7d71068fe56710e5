"""What all tests share: real databases on both engines, and chance that can be repeated."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.memory import roomy_memory
from tests.postgres import new_database, running_postgres

if memory := roomy_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))

# On shared cores a slow example is no failure; print_blob gives the line that repeats one.
settings.register_profile("gridward", deadline=None, print_blob=True)
settings.load_profile("gridward")

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL as SQLAlchemy addresses it. Without one the tests fail, not skip."""
    if os.environ.get("GRIDWARD_TEST_POSTGRES") == "skip":
        pytest.skip("GRIDWARD_TEST_POSTGRES=skip: nothing is tested on PostgreSQL")
    with running_postgres() as url:
        yield url


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """An empty PostgreSQL database for this test alone."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on each engine in turn: the same store tests run on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url = request.getfixturevalue("fresh_postgres")
    assert isinstance(url, str)
    return url


@pytest.fixture
def random_seed() -> int:
    """A seed from GRIDWARD_SEED, else by chance; pytest shows the print when the test fails."""
    given = os.environ.get("GRIDWARD_SEED")
    seed = int(given) if given else random.SystemRandom().randrange(2**32)
    print(f"GRIDWARD_SEED={seed}")
    return seed
