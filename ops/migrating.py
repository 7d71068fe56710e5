"""Bringing a database up to this code: tables of the ledger by Alembic, then the read models'."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ledger.store import Store
from ops.bootstrap import Gridward, assemble
from ops.reading import catch_up
from ops.settings import Settings

_VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


def bring_up(settings: Settings) -> list[str]:
    """Migrate, make and fill the tables of new read models, and give the revisions that ran."""
    made = not _exists(settings)
    if made and settings.embedded:
        settings.home.mkdir(parents=True, exist_ok=True)
        settings.home.chmod(0o700)
    before = None if made else revision(settings)
    if before != head():
        from migrations import migrate  # Alembic takes a while to import

        migrate(settings.database_url, parts=settings.parts or None)
    gridward = assemble(settings)
    try:
        prepare(gridward)
        catch_up(gridward.readers)
    finally:
        gridward.close()
    return [one for one in revisions() if before is None or one > before]


def prepare(gridward: Gridward) -> None:
    """Make the tables of read models that are new; what exists stays."""
    for reader in gridward.readers:
        reader.prepare()


def must_be_current(settings: Settings) -> None:
    """Refuse ``no-database``, ``not-migrated`` and ``migrations-pending``; opens for reading."""
    if not _exists(settings):
        place = settings.database or settings.home
        reason = (
            f"There is no database at {place} yet. Run `gridward demo` for a sample city,"
            " or `gridward migrate` for an empty one."
        )
        raise Refused("no-database", reason, home=str(settings.home))
    found = revision(settings)
    if found is None:
        raise Refused("not-migrated", "The database has no tables yet. Run `gridward migrate`.")
    if found < head():
        reason = f"The database is at {found}, this code needs {head()}. Run `gridward migrate`."
        raise Refused("migrations-pending", reason, at=found, wanted=head())
    if found > head():
        reason = f"The database is at {found}, newer than this code ({head()}). Update Gridward."
        raise Refused("database-too-new", reason, at=found, wanted=head())


def revision(settings: Settings) -> str | None:
    """Give the revision the database is at; None when it was never migrated."""
    store = Store(settings.database_url, read_only=True)
    try:
        with store.reading() as conn:
            if not sa.inspect(conn).has_table("alembic_version"):
                return None
            found = conn.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)
    finally:
        store.close()


def head() -> str:
    """Give the newest revision that this code knows."""
    return revisions()[-1]


@cache
def revisions() -> tuple[str, ...]:
    """Give all revisions in order: the number at the head of each file, so Alembic is not asked."""
    return tuple(sorted(path.name.split("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py")))


def _exists(settings: Settings) -> bool:
    """SQLite would make an empty file of a wrong name; PostgreSQL says itself what is missing."""
    database = sa.make_url(settings.database_url).database or ""
    return not settings.embedded or Path(database).exists()
