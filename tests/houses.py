"""Fixtures of houses: the city is built once on each database and copied for each test."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import ENGINES
from tests.house import House, furnish, reopen_house
from tests.postgres import new_database, order_server


@pytest.fixture(scope="session")
def city_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that holds the city; nobody may write to it."""
    path: Path = tmp_path_factory.mktemp("city") / "city.sqlite"
    furnish(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def keys_on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the keys of that city."""
    path: Path = tmp_path_factory.mktemp("keys")
    return path


@pytest.fixture(scope="session")
def city_on_postgres(postgres_url: str, keys_on_postgres: Path) -> Iterator[str]:
    """The name of a database that holds the city."""
    with new_database(postgres_url) as url:
        furnish(url, keys_on_postgres)
        yield str(sa.make_url(url).database)


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A furnished house, Monday at nine, on each engine in turn."""
    with own(request, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=ENGINES)
def still_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The same for tests in which nothing is recorded: they share it."""
    with own(request, tmp_path_factory.mktemp("still")) as opened:
        yield opened


@pytest.fixture
def small_house(city_on_sqlite: Path, tmp_path: Path) -> Iterator[House]:
    """The same on SQLite alone, for what no database decides."""
    with copied(city_on_sqlite, tmp_path) as opened:
        yield opened


@contextmanager
def own(request: pytest.FixtureRequest, folder: Path) -> Iterator[House]:
    """A house of one's own on the engine that the request names."""
    if request.param == "sqlite":
        with copied(request.getfixturevalue("city_on_sqlite"), folder) as opened:
            yield opened
        return
    server, city = (request.getfixturevalue(name) for name in ("postgres_url", "city_on_postgres"))
    name = f"house_{secrets.token_hex(6)}"
    order_server(server, f"CREATE DATABASE {name} TEMPLATE {city}")
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    try:
        with reopen_house(url, request.getfixturevalue("keys_on_postgres")) as opened:
            yield opened
    finally:
        order_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def copied(city: Path, folder: Path) -> Iterator[House]:
    """Open a copy of the city."""
    path = folder / "house.sqlite"
    shutil.copy(city, path)
    with reopen_house(f"sqlite:///{path}", city.parent) as opened:
        yield opened
