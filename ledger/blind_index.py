"""The blind index: who can be found by a phone number or a name, without either standing in it.

An entry is the HMAC of a term under a key of the index, and whose data it was found in. It lies in
the key store, so that one transaction destroys a person's key and entries, and none is added after.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ledger.keydatabase import about, entries, keys

if TYPE_CHECKING:
    from ledger.vault import Vault

_ABOUT = "index"
_TOKEN_BYTES = 16
_AT_ONCE = 200
MOST_FOUND = 200


class BlindIndex:
    """Thread-safe; terms come as text that two ways of writing share."""

    def __init__(self, vault: Vault) -> None:
        """Keep entries beside the keys of this vault."""
        self._vault = vault
        self._keys = vault.keys
        self._database = vault.keys.database

    def add(self, person: str, terms: Collection[str]) -> bool:
        """Let somebody be found by these; False when the person was erased, and nothing is kept."""
        while terms:
            generation = self._generation()
            tokens = [self._token(generation, one) for one in terms]
            with self._database.writing() as conn:
                if _in_use(conn) != generation:  # the key was changed in between
                    continue
                return self._added(conn, person, generation, tokens)
        return True

    def find(self, term: str) -> list[str]:
        """Give who can be found by a term, the newest first; by either key while it changes."""
        newest = self._generation()
        tokens = [
            self._token(one, term)
            for one in (newest, newest - 1)
            if one == newest or self._keys.knows(_key_name(one), 1)
        ]
        query = sa.select(entries.c.person).where(entries.c.token.in_(tokens)).distinct()
        with self._database.reading() as conn:
            return list(conn.scalars(query.order_by(entries.c.person.desc()).limit(MOST_FOUND)))

    def count(self) -> int:
        """Count the entries."""
        with self._database.reading() as conn:
            return conn.scalar(sa.select(sa.func.count()).select_from(entries)) or 0

    def renew(self, terms_of: Callable[[str], Iterable[str]]) -> Iterator[int]:
        """Make a new key, compute every entry by it, destroy the old; give how many after each.

        ``terms_of`` tells what a person is found by. Broken off, it goes on where it was.
        """
        newest = self._generation()
        if not self._older(newest):
            newest += 1
            self._keys.to_seal([_key_name(newest)])
            self._begin(newest)
        while persons := self._older(newest):
            for person in persons:
                self._renewed(person, newest, set(terms_of(person)))
            yield len(persons)
        self._destroy_before(newest)

    def _added(
        self, conn: sa.Connection, person: str, generation: int, tokens: Iterable[bytes]
    ) -> bool:
        """Hold the person's key while it is written, so that an erasure waits for it."""
        alive = sa.select(keys.c.person).where(keys.c.person == person, keys.c.wrapped.is_not(None))
        if conn.execute(alive.with_for_update(read=True)).first() is None:
            return False
        insert = (sqlite if self._database.is_sqlite else postgresql).insert(entries)
        rows = [{"token": one, "person": person, "generation": generation} for one in tokens]
        conn.execute(insert.on_conflict_do_nothing(), rows)
        return True

    def _token(self, generation: int, term: str) -> bytes:
        key = self._vault.key_to_seal(_key_name(generation)).key
        return hmac.new(key, term.encode(), sha256).digest()[:_TOKEN_BYTES]

    def _generation(self) -> int:
        with self._database.reading() as conn:
            return _in_use(conn, held=False)

    def _begin(self, generation: int) -> None:
        insert = (sqlite if self._database.is_sqlite else postgresql).insert(about)
        row = insert.values(name=_ABOUT, value=str(generation))
        put = row.on_conflict_do_update(
            index_elements=[about.c.name], set_={"value": str(generation)}
        )
        with self._database.writing() as conn:
            conn.execute(put)

    def _older(self, generation: int) -> list[str]:
        query = sa.select(entries.c.person).where(entries.c.generation < generation).distinct()
        with self._database.reading() as conn:
            return list(conn.scalars(query.limit(_AT_ONCE)))

    def _renewed(self, person: str, generation: int, terms: Collection[str]) -> None:
        tokens = [self._token(generation, one) for one in terms]
        with self._database.writing() as conn:
            old = sa.and_(entries.c.person == person, entries.c.generation < generation)
            conn.execute(sa.delete(entries).where(old))
            if tokens:
                self._added(conn, person, generation, tokens)

    def _destroy_before(self, generation: int) -> None:
        names = [_key_name(one) for one in range(1, generation)]
        with self._database.writing() as conn:
            conn.execute(sa.delete(keys).where(keys.c.person.in_(names)))
        for name in names:
            self._vault.forget(name)
        self._database.clear_away()


def _in_use(conn: sa.Connection, *, held: bool = True) -> int:
    query = sa.select(about.c.value).where(about.c.name == _ABOUT)
    found = conn.scalar(query.with_for_update(read=True) if held else query)
    return int(found or 1)


def _key_name(generation: int) -> str:
    return f"index:{generation}"
