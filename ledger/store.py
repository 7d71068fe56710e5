"""The store: one engine on SQLite or PostgreSQL, set up so that what it confirms is kept."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from urllib.parse import quote
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, OperationalError
from sqlalchemy import event, exc

from domain.kernel.refusals import Refused
from ledger import guard as guards
from ledger.errors import ConnectionLost

SAFE_SQLITE = (3, 51, 3)
_BUSY_SECONDS = 30
_IDLE_SECONDS = 1.0
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")


class Store:
    """One engine; errors leave it as the library's ``IntegrityError`` and ``OperationalError``.

    A writing store on SQLite is the only process that writes; refuses ``writer-busy``.
    """

    def __init__(self, url: str, *, pool_size: int = 10, read_only: bool = False) -> None:
        """Open the store of a URL such as ``sqlite:///city.sqlite``; nothing is created."""
        self.url = _normal(url)
        self.read_only = read_only
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._guard: guards.Guard | None = None
        self._asking: deque[sqlite3.Connection] = deque()
        self._recording: deque[sqlite3.Connection] = deque()
        if self.is_sqlite:
            self._open_sqlite(pool_size)
        else:
            self._open_postgresql(pool_size)
        self.dialect: sa.Dialect = self.engine.dialect
        self._dbapi: Any = self.engine.dialect.dbapi  # a module, sqlite3 or psycopg

    def _open_sqlite(self, pool_size: int) -> None:
        database = self.url.database or ""
        if database in {"", ":memory:"}:
            reason = "Give the SQLite store a file: sqlite:///path/to/city.sqlite."
            raise Refused("store-needs-a-file", reason)
        if not self.read_only:
            self._guard = guards.take(database)
        self._pooled = sa.create_engine(
            "sqlite://",
            creator=lambda: _connect_sqlite(database, read_only=self.read_only),
            poolclass=sa.pool.QueuePool,
            pool_size=pool_size,
            max_overflow=pool_size,
        )
        self.engine = self._pooled.execution_options(writing=not self.read_only)
        event.listen(self._pooled, "begin", _begin_sqlite)

    def _open_postgresql(self, pool_size: int) -> None:
        asked = dict(self.url.query)
        arguments: dict[str, Any] = {}
        if "prepare_threshold" in asked:
            word = str(asked["prepare_threshold"])
            arguments["prepare_threshold"] = None if word == "none" else int(word)
        self._pooled = sa.create_engine(
            self.url.difference_update_query(["prepare_threshold"]),
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args=arguments,
            isolation_level="AUTOCOMMIT",  # reading needs no BEGIN; `engine` has transactions
        )
        self.engine = self._pooled.execution_options(isolation_level="READ COMMITTED")
        event.listen(self._pooled, "checkin", _note_time)
        event.listen(self._pooled, "checkout", _ping_after_rest)
        event.listen(self._pooled, "connect", _each_statement_sees_anew)
        if self.read_only:
            event.listen(self._pooled, "connect", _only_read)

    @property
    def is_absent(self) -> bool:
        """Whether the file of a SQLite database does not exist yet."""
        return self.is_sqlite and not os.path.exists(self.url.database or "")  # noqa: PTH110

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that writes; it commits when the block ends without an error."""
        with self._turn(), self.own_errors(), self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read: on SQLite one snapshot, on PostgreSQL each statement sees what is committed."""
        with self.own_errors(), self._pooled.connect() as conn:
            yield conn

    @contextmanager
    def asking(self) -> Iterator[Any]:
        """Give the driver's connection for small questions; each sees what is committed.

        SQLAlchemy's connection costs three times what such a question costs on SQLite itself.
        """
        with self.own_errors(), self._resting() as driver:
            yield driver

    @contextmanager
    def recording(self) -> Iterator[Any]:
        """One transaction that writes, as ``writing``, on the driver's connection."""
        if not self.is_sqlite:
            with self.writing() as conn:
                yield conn.connection.driver_connection
            return
        with self._turn(), self.own_errors(), _kept(self._recording, self._connected) as driver:
            driver.execute("BEGIN IMMEDIATE")
            try:
                yield driver
                driver.commit()
            except BaseException:
                driver.rollback()
                raise

    @contextmanager
    def at_once(self) -> Iterator[Any]:
        """Give the driver's connection for one statement that is a transaction by itself."""
        if self.is_sqlite or self.read_only:
            raise Refused("store-read-only", "Only PostgreSQL records in one statement.")
        with self.own_errors(), self._borrowed() as driver:
            yield driver

    @contextmanager
    def in_one_trip(self) -> Iterator[Any]:
        """Give PostgreSQL's driver for statements that go out together, as one transaction.

        Each sees what was committed before it began; results can be read after the block.
        """
        with self.at_once() as driver, self.own_errors(), driver.pipeline():
            yield driver

    def stream_key(self, stream: UUID | str) -> UUID | str:
        """Give a stream id as the driver takes it."""
        return stream.hex if self.is_sqlite and isinstance(stream, UUID) else stream

    def status(self) -> dict[str, str]:
        """Tell what keeps the data safe here, for `gridward status`."""
        asked = ("journal_mode", "synchronous", "secure_delete") if self.is_sqlite else (
            "server_version", "synchronous_commit", "synchronous_standby_names", "fsync",
        )  # fmt: skip
        verb = "PRAGMA" if self.is_sqlite else "SHOW"
        with self.reading() as conn:
            found = {name: str(conn.exec_driver_sql(f"{verb} {name}").scalar()) for name in asked}
        if self.is_sqlite:
            found["sqlite_version"] = sqlite3.sqlite_version
            found["several_writers_safe"] = str(sqlite3.sqlite_version_info >= SAFE_SQLITE)
        return found

    def leave_no_trace(self) -> None:
        """Empty the write-ahead log and every free page of what was deleted (SQLite only).

        On PostgreSQL nothing but ciphertext was ever written, so a destroyed key is enough.
        """
        if not self.is_sqlite:
            return
        with self._turn(), self.own_errors(), self._resting() as driver:
            driver.execute("VACUUM")
        self.empty_log()

    def empty_log(self) -> None:
        """Empty SQLite's write-ahead log; while somebody reads, as much of it as can be."""
        if self.is_sqlite:
            with self._turn(), self.own_errors(), self._resting() as driver:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Close all connections and free the database for another writer."""
        with self._guard.turn if self._guard else nullcontext():
            self._pooled.dispose()
            for kept in (self._asking, self._recording):
                while kept:
                    kept.pop().close()
        if self._guard is not None:
            guards.give_back(self._guard)
            self._guard = None

    @contextmanager
    def _borrowed(self) -> Iterator[Any]:
        borrowed = self._pooled.raw_connection()
        try:
            yield borrowed.driver_connection
        finally:
            borrowed.close()

    def _resting(self) -> AbstractContextManager[Any]:
        return _kept(self._asking, self._connected) if self.is_sqlite else self._borrowed()

    def _connected(self) -> sqlite3.Connection:
        return _connect_sqlite(self.url.database or "", read_only=self.read_only)

    def _turn(self) -> AbstractContextManager[object]:
        if self.read_only:
            raise Refused("store-read-only", "This store was opened for reading only.")
        if self._guard is None:
            return nullcontext()
        if self._guard.pid != os.getpid():
            raise guards.busy(self._guard.path)
        return self._guard.turn

    @contextmanager
    def own_errors(self) -> Iterator[None]:
        """Raise the driver's errors as the library's."""
        try:
            yield
        except exc.IntegrityError as error:
            raise IntegrityError(str(error.orig)) from error
        except exc.DBAPIError as error:
            kind = ConnectionLost if error.connection_invalidated else OperationalError
            raise kind(str(error.orig)) from error
        except self._dbapi.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        except self._dbapi.Error as error:
            if self.is_sqlite or not self._means_lost(error):
                raise OperationalError(str(error)) from error
            self._pooled.dispose()  # what rests in the pool is as dead as this one
            raise ConnectionLost(str(error)) from error

    def _means_lost(self, error: Exception) -> bool:
        state = getattr(error, "sqlstate", None)
        if state is None:
            return isinstance(error, self._dbapi.OperationalError)
        return str(state).startswith(("08", "57P0"))


def _normal(url: str) -> sa.URL:
    parsed = sa.make_url(url.replace("postgres://", "postgresql://", 1))
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        reason = "Use a store URL that begins with sqlite:/// or postgresql://."
        raise Refused("unknown-store", reason, scheme=parsed.drivername)
    return parsed.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def _connect_sqlite(database: str, *, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"file:{quote(os.path.realpath(database))}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,  # transactions are begun by us, with IMMEDIATE where they write
        check_same_thread=False,
    )
    for pragma in () if read_only else _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _kept(
    kept: deque[sqlite3.Connection], connect: Callable[[], sqlite3.Connection]
) -> Iterator[sqlite3.Connection]:
    """Take a resting connection or a new one; after trouble it is not kept."""
    try:
        driver = kept.pop()
    except IndexError:
        driver = connect()
    try:
        yield driver
    except BaseException:
        driver.close()
        raise
    kept.append(driver)


def _begin_sqlite(conn: sa.Connection) -> None:
    writing = conn.get_execution_options().get("writing", False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _note_time(_connection: Any, record: Any) -> None:
    record.info["returned_at"] = time.monotonic()


def _ping_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has rested whether it lives; a busy one need not be asked each time."""
    returned_at = record.info.get("returned_at")
    if returned_at is None or time.monotonic() - returned_at < _IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        if not connection.autocommit:
            connection.rollback()
    except Exception as error:
        raise exc.DisconnectionError from error


def _only_read(connection: Any, _record: Any) -> None:
    _set(connection, "default_transaction_read_only = on")


def _each_statement_sees_anew(connection: Any, _record: Any) -> None:
    """What waited for a lock must see what was committed meanwhile (``ledger/under.py``)."""
    _set(connection, "default_transaction_isolation = 'read committed'")


def _set(connection: Any, what: str) -> None:
    connection.execute(f"SET {what}")
    if not connection.autocommit:
        connection.commit()
