"""A migrated store and its ledger, on each database in turn."""

from collections.abc import Iterator

import pytest

from ledger.ledger import Ledger
from ledger.store import Store
from migrations import migrate
from tests.vaults import a_vault
from tests.workflows.whistle.street import MONDAY_NINE


@pytest.fixture
def store(store_url) -> Iterator[Store]:
    yield from store_at(store_url)


def store_at(url: str) -> Iterator[Store]:
    migrate(url, parts=3)
    found = Store(url)
    yield found
    found.close()


@pytest.fixture
def ledger(store) -> Ledger:
    return Ledger(store, now=lambda: MONDAY_NINE, vault=a_vault())
