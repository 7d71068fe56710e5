"""Migrations: from nothing to the tables that the code expects, on both databases."""

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from domain.kernel.refusals import Refused
from ledger.ledger import Ledger
from ledger.store import Store
from ledger.tables import LEDGER
from migrations import current, migrate, pending
from tests.ledger.lamps import NOON
from tests.vaults import a_vault


def test_a_new_database_waits_for_its_migrations(store_url):
    assert current(store_url) is None
    assert pending(store_url)[0] == "0001"


def test_a_migrated_database_waits_for_none(store_url):
    migrate(store_url)
    migrate(store_url)

    assert pending(store_url) == []
    assert current(store_url) is not None


def test_migrations_make_the_tables_that_the_code_names(store_url):
    migrate(store_url)
    store = Store(store_url)
    with store.reading() as conn:
        found = compare_metadata(MigrationContext.configure(conn), LEDGER)
    store.close()

    assert found == []


@pytest.mark.parametrize(("asked", "on_sqlite", "on_postgresql"), [(None, 1, 64), (7, 7, 7)])
def test_the_number_of_parts_is_settled_once(store_url, asked, on_sqlite, on_postgresql):
    migrate(store_url, parts=asked)
    migrate(store_url, parts=1024)
    store = Store(store_url)
    parts = Ledger(store, now=lambda: NOON, vault=a_vault()).parts
    store.close()

    assert parts == (on_sqlite if store.is_sqlite else on_postgresql)


@pytest.mark.parametrize("parts", [0, 1025])
def test_a_ledger_has_one_to_1024_parts(store_url, parts):
    with pytest.raises(Refused) as refusal:
        migrate(store_url, parts=parts)

    assert refusal.value.code == "invalid-parts"


@pytest.mark.parametrize("where", ["threads", "processes"])
def test_several_that_migrate_at_once_make_one_ledger(fresh_postgres, where):
    """As when many servers of a new release start together."""
    pool: Executor = {
        "threads": ThreadPoolExecutor(4),
        "processes": ProcessPoolExecutor(4, mp_context=get_context("spawn")),
    }[where]
    with pool as several:
        list(several.map(migrate, [fresh_postgres] * 4))

    store = Store(fresh_postgres)
    with store.reading() as conn:
        tables = set(sa.inspect(conn).get_table_names())
    store.close()
    assert tables == {*LEDGER.tables, "alembic_version"}
