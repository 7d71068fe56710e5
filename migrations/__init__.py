"""Alembic migrations of the ledger, and the three functions that operators need of them."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from eventsourcing.persistence import IntegrityError, OperationalError

from domain.kernel.refusals import Refused
from ledger.store import Store

MOST_PARTS = 1024
_one_at_a_time = Lock()  # Alembic keeps its context in the module: one run a process


def migrate(url: str, *, parts: int | None = None) -> None:
    """Bring the database to the newest revision; of several that try at once, one does it.

    ``parts`` counts only for a new database and stays for its life: 1 on SQLite and 64 on
    PostgreSQL unless given.
    """
    if parts is not None and not 1 <= parts <= MOST_PARTS:
        reason = f"A ledger has 1 to {MOST_PARTS} parts."
        raise Refused("invalid-parts", reason, parts=parts)
    store = Store(url)
    try:
        _upgrade(store, parts)
    except (IntegrityError, OperationalError):
        if _newer_than(_current(store)):
            raise
    finally:
        store.close()


def current(url: str) -> str | None:
    """Give the revision the database is at; None when it was never migrated."""
    store = Store(url, read_only=True)
    try:
        return _current(store)
    finally:
        store.close()


def pending(url: str) -> list[str]:
    """Give the revisions that `migrate` would run, oldest first."""
    return _newer_than(current(url))


def _upgrade(store: Store, parts: int | None) -> None:
    config = _config()
    with _one_at_a_time, store.writing() as conn:
        config.attributes["connection"] = conn
        config.attributes["parts"] = parts
        command.upgrade(config, "head")


def _current(store: Store) -> str | None:
    if store.is_absent:
        return None
    with store.reading() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def _newer_than(revision: str | None) -> list[str]:
    script = ScriptDirectory.from_config(_config())
    newer = script.iterate_revisions("head", revision or "base")
    return [revision.revision for revision in newer][::-1]


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config


def parts_for(connection: sa.Connection, asked: int | None) -> int:
    """Give the number of parts of a new ledger."""
    if asked is not None:
        return asked
    return 1 if connection.dialect.name == "sqlite" else 64
