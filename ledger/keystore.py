"""The key store: a key for each person, wrapped by the master key, apart from the ledger.

A person is ``none`` until something is confided, then ``active``; once ``erased`` there is no way
back but an order that begins a new life, under another key.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.kernel.refusals import Refused
from ledger.fences import Fence, Fences
from ledger.gathering import Gathered
from ledger.keydatabase import KeyDatabase, about, entries, followed, keys, missing
from ledger.master import KEY_BYTES, MasterKeys, Randomness

_AT_ONCE = 500
_ORIGIN_BYTES = 16
_REWRAPPED_AT_ONCE = 1_000


class PersonKey(NamedTuple):
    """A key of a person as it is used: its version is the person's life."""

    version: int
    key: bytes


class Life(NamedTuple):
    """How a person stands: ``version`` 0 is a person of whom nothing was ever kept."""

    person: str
    version: int
    fingerprint: str
    erased: bool

    @property
    def state(self) -> str:
        """Say it in a word: none, active or erased."""
        return "none" if not self.version else "erased" if self.erased else "active"


class KeyStore:
    """The keys of one installation; every process of it opens the same store."""

    def __init__(
        self,
        database: KeyDatabase,
        master: MasterKeys,
        fences: Fences,
        *,
        random: Randomness = os.urandom,
    ) -> None:
        """Open; a new store gets its origin and, if there is none yet, a first master key.

        Refuses ``master-key-missing`` where keys are wrapped already.
        """
        self.database = database
        self.master = master
        self.fences = fences
        self._random = random
        self._gathered = Gathered(self._provide)
        if not database.read_only:
            self._begin()
        self.origin = self._told("origin")

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def to_seal(self, persons: Collection[str]) -> dict[str, PersonKey]:
        """Give the key of each person; who has none gets one. Refuses ``person-erased``."""
        wanted = sorted(set(persons))
        found = self._newest(wanted)
        absent = [person for person in wanted if person not in found]
        if absent:
            found |= self._gathered.ask(absent)
        for life in found.values():
            if life.wrapped is None:
                raise _erased(life.person)
        return {person: PersonKey(row.version, self._opened(row)) for person, row in found.items()}

    def to_open(self, lives: Collection[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Give the keys of these lives that still are; refuses ``keys-missing`` for unknown ones.

        A life that was erased is left out.
        """
        found: dict[tuple[str, int], bytes] = {}
        with self.database.reading() as conn:
            for some in _slices(sorted(set(lives))):
                place = sa.tuple_(keys.c.person, keys.c.version)
                rows = conn.execute(sa.select(keys).where(place.in_(some))).all()
                if len(rows) < len(some):
                    raise missing(self.place)
                found |= {(r.person, r.version): self._opened(r) for r in rows if r.wrapped}
        return found

    def life(self, person: str) -> Life:
        """Tell how a person stands."""
        row = self._newest([person]).get(person)
        if row is None:
            return Life(person, 0, "", erased=False)
        return Life(person, row.version, row.fingerprint, erased=row.wrapped is None)

    def destroy(self, fences: Sequence[Fence], *, noted: bool = False) -> int:
        """Destroy keys for good and give how many were left to destroy.

        They stand in the fences first (``noted`` when they do already), so that a crash in between
        is made up for. A store that was restored and does not know a key keeps its fence at least.
        """
        known = {(one.person, one.version) for one in self.destroyed(fences)}
        new = [one for one in fences if (one.person, one.version) not in known]
        if not new:
            return 0
        if not noted:
            self.fences.add(new)
        with self.database.writing() as conn:
            for fence in new:
                conn.execute(self._destroying(fence))
                # After the key: who adds an entry holds the key, and is seen from here on.
                conn.execute(sa.delete(entries).where(entries.c.person == fence.person))
        self.database.clear_away()
        return len(new)

    def destroyed(self, fences: Sequence[Fence]) -> list[Fence]:
        """Give those of these fences that this store keeps as they are."""
        found: list[Fence] = []
        with self.database.reading() as conn:
            for some in _slices([(one.person, one.version) for one in fences]):
                place = sa.tuple_(keys.c.person, keys.c.version)
                gone = sa.select(*_FENCE).where(place.in_(some), keys.c.wrapped.is_(None))
                found += [Fence(*row) for row in conn.execute(gone)]
        return [one for one in fences if one in found]

    def begin_anew(self, person: str, version: int) -> None:
        """Begin a new life of an erased person, once; the old one stays destroyed."""
        if self.life(person).version < version:
            self._provide([person], version=version)

    def last_destroyed(self) -> list[Fence]:
        """Give, for each part of the ledger, the erasure recorded last."""
        last = sa.select(keys.c.part, sa.func.max(keys.c.pos).label("pos"))
        newest = last.where(keys.c.part.is_not(None)).group_by(keys.c.part).subquery()
        same = sa.and_(keys.c.part == newest.c.part, keys.c.pos == newest.c.pos)
        with self.database.reading() as conn:
            rows = conn.execute(sa.select(*_FENCE).join(newest, same)).all()
        return [Fence(*row) for row in rows]

    def followed(self) -> dict[int, int]:
        """Give, for each part, up to where erasures of the ledger were carried out."""
        with self.database.reading() as conn:
            return {row.part: row.pos for row in conn.execute(sa.select(followed))}

    def follow(self, part: int, pos: int) -> None:
        """Note up to where they were."""
        insert = self._insert(followed).values(part=part, pos=pos)
        put = insert.on_conflict_do_update(index_elements=[followed.c.part], set_={"pos": pos})
        with self.database.writing() as conn:
            conn.execute(put)

    def knows(self, person: str, version: int) -> bool:
        """Tell whether the key of a life is or was here."""
        query = sa.select(keys.c.version).where(keys.c.person == person, keys.c.version == version)
        with self.database.reading() as conn:
            return conn.execute(query).first() is not None

    def active(self, first: str, *, below: str) -> Iterator[str]:
        """Give, in order and page by page, the persons from ``first`` on who have a key."""
        after = first
        while True:
            query = sa.select(keys.c.person).where(keys.c.person > after, keys.c.person < below)
            query = query.where(_ACTIVE).order_by(keys.c.person).limit(_AT_ONCE)
            with self.database.reading() as conn:
                found = list(conn.scalars(query))
            yield from found
            if len(found) < _AT_ONCE:
                return
            after = found[-1]

    def counts(self) -> dict[str, int]:
        """Count active and erased lives."""
        people = keys.c.person.not_like("index:%")
        query = sa.select(sa.func.count(keys.c.wrapped), sa.func.count()).where(people)
        with self.database.reading() as conn:
            active, whole = conn.execute(query).one()
        return {"active": active, "erased": whole - active}

    def rotate(self) -> Iterator[int]:
        """Wrap every key by a new master key, and give after each batch how many were.

        A rotation that was broken off is finished first; no second master key is made for it.
        """
        if self.master.newest == self._generation() and not self._older(self.master.newest):
            self.master.add()
        newest = self.master.newest
        with self.database.writing() as conn:
            # Whoever wraps reads this row in the same transaction, so from here on none is older.
            at = about.c.name == "generation"
            conn.execute(sa.update(about).where(at).values(value=str(newest)))
        while count := self._rewrap(newest):
            yield count

    def unused_generations(self) -> list[int]:
        """Give the master keys that wrap nothing any more."""
        with self.database.reading() as conn:
            used = set(conn.scalars(sa.select(keys.c.master).where(_ACTIVE).distinct()))
        return [one for one in self.master.generations if one not in used | {self._generation()}]

    @property
    def place(self) -> str:
        """Where the store is, without a password."""
        return self.database.url.render_as_string(hide_password=True)

    def _begin(self) -> None:
        insert = self._insert(about).on_conflict_do_nothing()
        with self.database.writing() as conn:
            if conn.execute(sa.select(about.c.name)).first() is None:
                first = self.master.newest or self.master.add()
                origin = {"name": "origin", "value": self._random(_ORIGIN_BYTES).hex()}
                conn.execute(insert, [origin, {"name": "generation", "value": str(first)}])

    def _told(self, name: str) -> str:
        with self.database.reading() as conn:
            found = conn.scalar(sa.select(about.c.value).where(about.c.name == name))
        if found is None:
            raise missing(self.place)
        return str(found)

    def _generation(self) -> int:
        return int(self._told("generation"))

    def _provide(self, wanted: Iterable[str], *, version: int = 1) -> dict[str, Any]:
        """Make keys and give their rows; what another process made at the same moment stands."""
        persons = list(wanted)
        row = sa.select(about.c.value).where(about.c.name == "generation")
        with self.database.writing() as conn:
            generation = int(conn.scalar(row.with_for_update(read=True)) or 0)
            made = [self._made(person, version, generation) for person in persons]
            insert = self._insert(keys).on_conflict_do_nothing().returning(keys)
            found = {row.person: row for row in conn.execute(insert, made)}
            return found if len(found) == len(persons) else self._rows(conn, persons)

    def _made(self, person: str, version: int, generation: int) -> dict[str, object]:
        key = self._random(KEY_BYTES)
        return {
            "person": person,
            "version": version,
            "master": generation,
            "wrapped": self.master.wrap(generation, key, _about(person, version)),
            "fingerprint": fingerprint(key),
        }

    def _newest(self, persons: Sequence[str]) -> dict[str, Any]:
        """Give the row of each person's present life."""
        with self.database.reading() as conn:
            return self._rows(conn, persons)

    def _rows(self, conn: sa.Connection, persons: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for some in _slices(persons):
            found |= {row.person: row for row in conn.execute(_LIVES, {"persons": some})}
        return found

    def _opened(self, row: Any) -> bytes:
        return self.master.unwrap(row.master, row.wrapped, _about(row.person, row.version))

    def _destroying(self, fence: Fence) -> Any:
        gone = {"wrapped": None, "part": fence.part, "pos": fence.pos}
        insert = self._insert(keys).values(
            person=fence.person,
            version=fence.version,
            master=0,
            fingerprint=fence.fingerprint,
            **gone,
        )
        return insert.on_conflict_do_update(
            index_elements=[keys.c.person, keys.c.version],
            set_={**gone, "fingerprint": fence.fingerprint},
        )

    def _insert(self, table: sa.Table) -> Any:
        return (sqlite if self.database.is_sqlite else postgresql).insert(table)

    def _older(self, newest: int) -> bool:
        query = sa.select(keys.c.person).where(_ACTIVE, keys.c.master < newest).limit(1)
        with self.database.reading() as conn:
            return conn.execute(query).first() is not None

    def _rewrap(self, newest: int) -> int:
        query = sa.select(keys).where(_ACTIVE, keys.c.master < newest).limit(_REWRAPPED_AT_ONCE)
        again = sa.update(keys).where(
            keys.c.person == sa.bindparam("b_person"), keys.c.version == sa.bindparam("b_version")
        )
        with self.database.writing() as conn:
            rows = conn.execute(query.with_for_update(skip_locked=True)).all()
            wrapped = [
                {
                    "b_person": row.person,
                    "b_version": row.version,
                    "wrapped": self.master.wrap(
                        newest, self._opened(row), _about(row.person, row.version)
                    ),
                    "master": newest,
                }
                for row in rows
            ]
            if wrapped:
                conn.execute(again, wrapped)
        return len(wrapped)


def fingerprint(key: bytes) -> str:
    """Give the SHA-256 of a key: it tells which one was destroyed and nothing about it."""
    return sha256(b"gridward key\0" + key).hexdigest()


_FENCE = (keys.c.person, keys.c.version, keys.c.fingerprint, keys.c.part, keys.c.pos)
_LIVES = (
    sa.select(keys)
    .where(keys.c.person.in_(sa.bindparam("persons", expanding=True)))
    .order_by(keys.c.version)
)
_ACTIVE = keys.c.wrapped.is_not(None)


def _about(person: str, version: int) -> bytes:
    return f"{person}|{version}".encode()


def _erased(person: str) -> Refused:
    reason = (
        "This person was erased, so nothing new is kept of them. An administrator may begin anew"
        " with `gridward persons readmit`."
    )
    return Refused("person-erased", reason, person=person)


def _slices(wanted: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(wanted), _AT_ONCE):
        yield wanted[first : first + _AT_ONCE]
