"""Receivers, and a ledger on each database."""

from collections.abc import Iterator

import pytest

from ledger.ledger import Ledger
from ledger.store import Store
from migrations import migrate
from tests.ledger.lamps import Clock
from tests.ops.notices.receivers import Mailbox, Web, a_mailbox, a_web
from tests.vaults import a_vault


@pytest.fixture
def store(store_url) -> Iterator[Store]:
    migrate(store_url, parts=4)
    store = Store(store_url)
    yield store
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(store, clock) -> Ledger:
    return Ledger(store, now=clock, vault=a_vault())


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as web:
        yield web


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with a_mailbox() as mailbox:
        yield mailbox
