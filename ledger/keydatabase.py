"""The database of the key store: its tables, and an engine that leaves nothing behind on disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from eventsourcing.persistence import OperationalError
from sqlalchemy import event, exc

from domain.kernel.refusals import Refused

KEYS = sa.MetaData()
_BUSY_SECONDS = 30
# What SQLite takes outside of a transaction only.
_UNBEGUN = {"unbegun": True}
# No WAL: a write-ahead log would keep wrapped keys after they were destroyed.
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON")

_BY_LETTERS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

keys = sa.Table(
    "person_keys",
    KEYS,
    # Compared by its letters whatever the server's language: cases are walked in their order.
    sa.Column("person", _BY_LETTERS, primary_key=True),
    # The life of the person here, from 1: after an erasure a new one is begun by order only.
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("master", sa.Integer, nullable=False),
    # None once destroyed; the fingerprint (SHA-256) stays as the fence.
    sa.Column("wrapped", sa.LargeBinary),
    sa.Column("fingerprint", sa.Text, nullable=False),
    # Where the ledger says that it was erased.
    sa.Column("part", sa.Integer),
    sa.Column("pos", sa.BigInteger),
    sqlite_with_rowid=False,
)

about = sa.Table(
    "about",
    KEYS,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

followed = sa.Table(
    "followed",
    KEYS,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The blind index: who is found by what, as the HMAC of it.
entries = sa.Table(
    "index_entries",
    KEYS,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("person", _BY_LETTERS, primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Index("index_entries_by_person", "person"),
    sa.Index("index_entries_by_generation", "generation"),
    sqlite_with_rowid=False,
)


class KeyDatabase:
    """SQLite in a file of mode 0600, or PostgreSQL; errors leave it as ``OperationalError``."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        """Open, and make the tables where they are missing; refuses ``keys-missing``."""
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.read_only = read_only
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()
        if not read_only:
            self._prepare()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that writes."""
        if self.read_only:
            raise Refused("store-read-only", "The key store was opened for reading only.")
        engine = self.engine.execution_options(writing=True)
        with _own_errors(), engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read what is committed."""
        with _own_errors(), self.engine.connect() as conn:
            yield conn

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def clear_away(self) -> None:
        """Leave no copy of what was destroyed: PostgreSQL drops dead rows, SQLite writes anew.

        SQLite's secure_delete is not enough: a row that moves to another page as the tree is
        balanced leaves a copy in a gap of its old one. About 2.5 s for a million keys; who is
        killed meanwhile leaves it to the next erasure.
        """
        anew = "VACUUM" if self.is_sqlite else f"VACUUM {keys.name}, {entries.name}"
        option = _UNBEGUN if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        with _own_errors(), self.engine.execution_options(**option).connect() as conn:
            conn.exec_driver_sql(anew)

    def _sqlite(self) -> sa.Engine:
        path = self.url.database or ""
        if path in {"", ":memory:"}:
            raise Refused("store-needs-a-file", "Give the key store a file: sqlite:///keys.sqlite.")
        if not Path(path).exists():
            if self.read_only:
                raise missing(path)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        engine = sa.create_engine(
            f"sqlite:///{path}",
            connect_args={
                "timeout": _BUSY_SECONDS,
                "isolation_level": None,  # transactions are begun by us
                "check_same_thread": False,
            },
        )
        event.listen(engine, "connect", _reading_only if self.read_only else _carefully)
        event.listen(engine, "begin", _begin)
        return engine

    def _postgresql(self) -> sa.Engine:
        return sa.create_engine(
            self.url.difference_update_query(["prepare_threshold"]), pool_size=4, max_overflow=8
        )

    def _prepare(self) -> None:
        with _own_errors():
            try:
                KEYS.create_all(self.engine)
            except exc.DBAPIError:  # another process makes them at the same moment
                KEYS.create_all(self.engine)


def missing(place: str) -> Refused:
    """Say what to do without a key store."""
    reason = (
        f"There is no key store at {place}, and without it nobody's words can be read. Restore it,"
        " or set GRIDWARD_KEYS to where it is."
    )
    return Refused("keys-missing", reason)


def _carefully(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _reading_only(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin(conn: sa.Connection) -> None:
    options = conn.get_execution_options()
    if not options.get("unbegun"):
        conn.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except exc.DBAPIError as error:
        raise OperationalError(str(error.orig)) from error
