"""The throttle: how often something may fail before it has to wait; kept over restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ledger.tables import failures
from ledger.times import instant, micros

if TYPE_CHECKING:
    from ledger.store import Store

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """``free`` failures cost nothing; each further one doubles the wait, up to ``longest``."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, count: int) -> timedelta:
        """Give how long to wait after so many failures in a row.

        >>> minutes = Patience(free=5, first=timedelta(minutes=1), longest=timedelta(hours=1))
        >>> minutes.wait(4), str(minutes.wait(5)), str(minutes.wait(7)), str(minutes.wait(99))
        (datetime.timedelta(0), '0:01:00', '0:04:00', '1:00:00')
        """
        if count < self.free:
            return timedelta(0)
        doubled = min(count - self.free, 20)
        wait: timedelta = min(self.first * 2**doubled, self.longest)
        return wait


ACCOUNT = Patience(free=5, first=timedelta(minutes=1), longest=timedelta(hours=1))
ADDRESS = Patience(free=30, first=timedelta(minutes=1), longest=timedelta(hours=1))


class Throttle:
    """Counts failures by name; the table holds hashes, as an address names a person."""

    def __init__(self, store: Store) -> None:
        """Keep them in this store, so that every process sees the same."""
        self._store = store

    def waits_until(self, *names: str, at: datetime) -> datetime | None:
        """Give until when one of these must wait; None when none has to."""
        asked = sa.select(sa.func.max(failures.c.wait_until)).where(
            failures.c.name.in_([_hash(name) for name in names])
        )
        with self._store.reading() as conn:
            latest = conn.scalar(asked)
        if latest is None or latest <= micros(at):
            return None
        return instant(latest)

    def failed(self, name: str, patience: Patience, *, at: datetime) -> None:
        """Count a failure; a day without one begins anew."""
        key = failures.c.name == _hash(name)
        with self._store.writing() as conn:
            conn.execute(self._begun(name))
            row = conn.execute(sa.select(failures).where(key).with_for_update()).one()
            fresh = instant(row.last_at) + FORGOTTEN_AFTER <= at
            tries = 1 if fresh else row.tries + 1
            wait_until = micros(at + patience.wait(tries))
            counted = failures.update().where(key)
            conn.execute(counted.values(tries=tries, last_at=micros(at), wait_until=wait_until))

    def _begun(self, name: str) -> sa.Insert:
        """Make the row where there is none, so that those who race wait for each other."""
        insert = (sqlite if self._store.is_sqlite else postgresql).insert(failures)
        begun: sa.Insert = insert.on_conflict_do_nothing()
        return begun.values(name=_hash(name), tries=0, last_at=0, wait_until=0)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        with self._store.writing() as conn:
            conn.execute(failures.delete().where(failures.c.name == _hash(name)))

    def forget(self, at: datetime) -> None:
        """Delete what is a day old."""
        old = failures.c.last_at <= micros(at - FORGOTTEN_AFTER)
        with self._store.writing() as conn:
            conn.execute(failures.delete().where(old))


def _hash(name: str) -> str:
    return sha256(name.encode()).hexdigest()
