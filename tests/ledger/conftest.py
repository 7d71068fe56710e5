"""A migrated store and a ledger on it, on both databases."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.store import Store
from ledger.tables import LEDGER
from migrations import migrate
from tests.ledger.lamps import Clock
from tests.vaults import a_vault


@pytest.fixture
def store(store_url) -> Iterator[Store]:
    migrate(store_url, parts=4)
    store = Store(store_url)
    yield store
    store.close()


@pytest.fixture
def whole_store(store_url) -> Iterator[Store]:
    """A store of one part, where positions are one sequence."""
    migrate(store_url, parts=1)
    store = Store(store_url, pool_size=12)
    yield store
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(store, clock) -> Ledger:
    return Ledger(store, now=clock, vault=a_vault())


@pytest.fixture
def feed(store) -> Feed:
    return Feed(store)


@pytest.fixture
def count(store) -> Callable[[str], int]:
    """Count the rows of a table."""

    def rows(table: str) -> int:
        with store.reading() as conn:
            return conn.scalar(sa.select(sa.func.count()).select_from(LEDGER.tables[table])) or 0

    return rows
