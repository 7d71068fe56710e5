"""The store: one writer on SQLite, readers beside it, and the settings that keep data safe."""

import multiprocessing
import sqlite3
import subprocess
import sys
import textwrap

import pytest
import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.store import Store
from migrations import migrate
from tests.ledger.lamps import NOON, Lamp, a_lamp_id, report
from tests.vaults import a_vault

TRIES = """
    from domain.kernel.refusals import Refused
    from ledger.store import Store
    try:
        Store({url!r}, read_only={read_only})
    except Refused as refusal:
        print(refusal.code)
    else:
        print("open")
"""


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    migrate(url)
    return url


def opened_elsewhere(url, *, read_only=False):
    """What another process is told that opens the same store."""
    program = textwrap.dedent(TRIES.format(url=url, read_only=read_only))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_second_writing_process_is_refused_until_the_first_lets_go(url):
    first, second = Store(url), Store(url)
    while_open = opened_elsewhere(url)
    reader = opened_elsewhere(url, read_only=True)
    first.close()
    half_closed = opened_elsewhere(url)
    second.close()

    assert (while_open, reader, half_closed) == ("writer-busy", "open", "writer-busy")
    assert opened_elsewhere(url) == "open"


def write_in_child(store, answers):
    try:
        with store.writing():
            answers.put("wrote")
    except Refused as refusal:
        answers.put(refusal.code)


def test_a_forked_child_does_not_write_beside_its_parent(url):
    store, context = Store(url), multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=write_in_child, args=(store, answers))
    child.start()
    answer = answers.get(timeout=20)
    child.join()
    store.close()

    assert answer == "writer-busy"


def test_a_read_only_store_reads_and_does_not_write(store_url):
    migrate(store_url)
    store, reader = Store(store_url), Store(store_url, read_only=True)
    report(Ledger(store, now=lambda: NOON, vault=a_vault()), "pole 7")
    ledger = Ledger(reader, now=lambda: NOON, vault=a_vault())

    with pytest.raises(Refused) as refusal:
        report(ledger, "pole 8")

    assert refusal.value.code == "store-read-only"
    assert ledger.load(Lamp, a_lamp_id("pole 7")).exists
    assert sum(Feed(reader).heads().values()) == 1
    with pytest.raises(sa.exc.DBAPIError), reader.engine.begin() as conn:
        conn.execute(sa.text("DELETE FROM events"))
    reader.close()
    store.close()


def test_sqlite_keeps_what_it_confirms(url):
    store = Store(url)
    status = store.status()
    store.close()

    assert status["journal_mode"] == "wal"
    assert (status["synchronous"], status["secure_delete"]) == ("2", "1")
    assert status["several_writers_safe"] == str(sqlite3.sqlite_version_info >= (3, 51, 3))


def test_postgresql_says_how_it_commits(fresh_postgres):
    store = Store(fresh_postgres)
    status = store.status()
    store.close()

    assert status["synchronous_commit"] in {"off", "on", "local", "remote_write", "remote_apply"}


def test_postgresql_does_without_prepared_statements(fresh_postgres):
    """As behind a pooler that gives each transaction another connection."""
    migrate(fresh_postgres)
    joint = "&" if "?" in fresh_postgres else "?"
    store = Store(f"{fresh_postgres}{joint}prepare_threshold=none")
    ledger = Ledger(store, now=lambda: NOON, vault=a_vault())
    for nth in range(8):
        report(ledger, f"pole {nth}")
    with store.reading() as conn:
        prepared = conn.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar()
    store.close()

    assert prepared == 0


def test_a_connection_that_died_at_rest_is_replaced(fresh_postgres, monkeypatch):
    monkeypatch.setattr("ledger.store._IDLE_SECONDS", 0.0)
    store, other = Store(fresh_postgres), Store(fresh_postgres)
    with store.reading() as conn:
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with other.reading() as conn:
        conn.exec_driver_sql(f"SELECT pg_terminate_backend({pid})").all()
    other.close()

    with store.reading() as conn:
        assert conn.exec_driver_sql("SELECT 1").scalar() == 1
    store.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite://", "store-needs-a-file"),
        ("sqlite:///:memory:", "store-needs-a-file"),
        ("mysql://city", "unknown-store"),
    ],
)
def test_a_store_that_cannot_keep_the_log_is_refused(url, code):
    with pytest.raises(Refused) as refusal:
        Store(url)

    assert refusal.value.code == code
