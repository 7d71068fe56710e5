"""The vault: what people said, sealed with the key of the person whose data it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.confiding import KEY_BYTES
from domain.kernel.record import Entrusted
from domain.kernel.refusals import Refused
from ledger.keystore import KeyStore, PersonKey
from ledger.master import NONCE_BYTES, Randomness

if TYPE_CHECKING:
    from ledger.writing import Change

FRESH_FOR = 5.0
"""Seconds for which a key stays in memory; so long may another process still open its words."""
_MOST_KEPT = 20_000
K = TypeVar("K")
V = TypeVar("V")


class Place(NamedTuple):
    """Which words: those of a field of one fact."""

    stream: UUID
    version: int
    field: str


class Sealed(NamedTuple):
    """A row of the vault: nonce and AES-256-GCM of the commitment's key and the words."""

    place: Place
    person: str
    key_version: int
    sealed: bytes


class Opened(NamedTuple):
    """Words with the random key that proves them against their commitment."""

    words: str
    key: bytes


class Vault:
    """Seals and opens; keys are looked up in bulk and forgotten after seconds. Thread-safe."""

    def __init__(
        self,
        keys: KeyStore,
        *,
        random: Randomness = os.urandom,
        seconds: Callable[[], float] = monotonic,
        fresh_for: float = FRESH_FOR,
    ) -> None:
        """Work with the keys of this store."""
        self.keys = keys
        self.random = random
        self._seconds = seconds
        self._fresh_for = fresh_for
        self._present: dict[str, tuple[float, PersonKey]] = {}
        self._lives: dict[tuple[str, int], tuple[float, bytes | None]] = {}
        self._lock = Lock()

    def sealed(self, changes: Sequence[Change]) -> list[Change]:
        """Seal what changes entrust; who had no key has one now. Refuses ``person-erased``."""
        keys = self._to_seal({one.subject for change in changes for one in change.entrusted})
        return [
            replace(change, sealed=[self._seal(change, one, keys) for one in change.entrusted])
            if change.entrusted
            else change
            for change in changes
        ]

    def seal(self, place: Place, person: str, opened: Opened) -> Sealed:
        """Seal one row anew, as when words of before were in the clear."""
        return self._seal_with(self.key_to_seal(person), place, person, opened)

    def key_to_seal(self, person: str) -> PersonKey:
        """Give the key that seals what is kept of somebody now; refuses ``person-erased``."""
        return self._to_seal({person})[person]

    def key_to_open(self, person: str, version: int) -> bytes | None:
        """Give the key of a life; None once it was erased. Refuses ``keys-missing``."""
        return self._to_open({(person, version)})[person, version]

    def opened(self, rows: Iterable[Sealed]) -> dict[Place, Opened]:
        """Open rows; those of erased persons are left out. Refuses ``vault-damaged``."""
        found = list(rows)
        keys = self._to_open({(row.person, row.key_version) for row in found})
        return {
            row.place: self._open(row, key)
            for row in found
            if (key := keys[row.person, row.key_version]) is not None
        }

    def forget(self, person: str) -> None:
        """Let go of a person's keys in this process."""
        with self._lock:
            self._present.pop(person, None)
            for life in [life for life in self._lives if life[0] == person]:
                del self._lives[life]

    def _seal(self, change: Change, one: Entrusted, keys: dict[str, PersonKey]) -> Sealed:
        place = Place(change.stream, one.version, one.field)
        opened = Opened(one.words, one.key)
        return self._seal_with(keys[one.subject], place, one.subject, opened)

    def _seal_with(self, key: PersonKey, place: Place, person: str, opened: Opened) -> Sealed:
        nonce = self.random(NONCE_BYTES)
        bound = self._bound(place, person, key.version)
        content = AESGCM(key.key).encrypt(nonce, opened.key + opened.words.encode(), bound)
        return Sealed(place, person, key.version, nonce + content)

    def _open(self, row: Sealed, key: bytes) -> Opened:
        nonce, content = row.sealed[:NONCE_BYTES], row.sealed[NONCE_BYTES:]
        bound = self._bound(row.place, row.person, row.key_version)
        try:
            plain = AESGCM(key).decrypt(nonce, content, bound)
        except InvalidTag:
            reason = (
                "Words of this record do not open: the row was changed, or belongs to another"
                " database. Run `gridward check` and restore the database."
            )
            raise Refused("vault-damaged", reason, stream=str(row.place.stream)) from None
        return Opened(plain[KEY_BYTES:].decode(), plain[:KEY_BYTES])

    def _bound(self, place: Place, person: str, version: int) -> bytes:
        """Give what a row is bound to: it opens nowhere else and for nobody else."""
        where = f"{self.keys.origin}|{place.stream}|{place.version}|{place.field}"
        return f"{where}|{person}|{version}".encode()

    def _to_seal(self, persons: Collection[str]) -> dict[str, PersonKey]:
        if not persons:
            return {}
        now = self._seconds()
        found = {
            person: kept[1]
            for person in persons
            if (kept := self._present.get(person)) and kept[0] > now
        }
        if wanted := [person for person in persons if person not in found]:
            looked_up = self.keys.to_seal(wanted)
            self._keep(self._present, looked_up, now)
            found |= looked_up
        return found

    def _to_open(self, lives: Collection[tuple[str, int]]) -> dict[tuple[str, int], bytes | None]:
        now = self._seconds()
        found = {
            life: kept[1] for life in lives if (kept := self._lives.get(life)) and kept[0] > now
        }
        if wanted := [life for life in lives if life not in found]:
            keys = self.keys.to_open(wanted)
            looked_up = {life: keys.get(life) for life in wanted}
            self._keep(self._lives, looked_up, now)
            found |= looked_up
        return found

    def _keep(self, kept: dict[K, tuple[float, V]], found: dict[K, V], now: float) -> None:
        with self._lock:
            if len(kept) + len(found) > _MOST_KEPT:
                kept.clear()
            until = now + self._fresh_for
            kept.update({one: (until, value) for one, value in found.items()})
