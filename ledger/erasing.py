"""Erasing: what the log says was erased is destroyed in key store and vault, now and at a start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from domain.kernel.refusals import Refused
from domain.privacy.events import PersonErased, PersonReadmitted
from ledger.fences import Fence
from ledger.keydatabase import missing
from ledger.keystore import Life
from ledger.tables import events, heads, vault
from ledger.vault import Opened, Place, Sealed

if TYPE_CHECKING:
    from ledger.evidence import Photos
    from ledger.ledger import Ledger, Recorded
    from ledger.vault import Vault

_AT_ONCE = 1_000


class Eraser:
    """Carries out erasures; doing so again does no harm."""

    def __init__(self, ledger: Ledger, photos: Photos) -> None:
        """Erase in vault and photos of this ledger; refuses ``keys-missing`` without a vault."""
        if ledger.vault is None:
            raise missing("this ledger")
        self._ledger = ledger
        self.vault: Vault = ledger.vault
        self._photos = photos
        self.keys = ledger.vault.keys

    def carry_out(self, dossier: UUID) -> None:
        """Do what the facts of a dossier say: destroy each erased life, begin each new one."""
        told = self._ledger.history(dossier)
        self._destroy([_fence(one) for one in told if isinstance(one.fact, PersonErased)])
        for one in told:
            if isinstance(one.fact, PersonReadmitted):
                self.keys.begin_anew(one.fact.subject, one.fact.life)
                self.vault.forget(one.fact.subject)

    def life(self, person: str) -> Life:
        """Tell how a person stands: none, active or erased."""
        return self.keys.life(person)

    def subject_of(self, stream: UUID, version: int, field: str) -> str:
        """Tell whose data some words are; refuses ``nothing-kept``."""
        same = sa.and_(
            vault.c.part == self._ledger.part_of(stream),
            vault.c.stream == stream,
            vault.c.version == version,
            vault.c.field == field,
        )
        with self._ledger.store.reading() as conn:
            found = conn.scalar(sa.select(vault.c.person).where(same))
        if found is None:
            reason = "No words are kept here: none were said, or they were erased."
            raise Refused("nothing-kept", reason, stream=str(stream), field=field)
        return str(found)

    def kept_of(self, person: str) -> dict[Place, Opened]:
        """Give every word that is kept of somebody, in order."""
        query = sa.select(vault).where(vault.c.person == person)
        with self._ledger.store.reading() as conn:
            rows = conn.execute(query.order_by(vault.c.stream, vault.c.version, vault.c.field))
            found = [
                Sealed(Place(r.stream, r.version, r.field), r.person, r.key_version, r.sealed)
                for r in rows
            ]
        return self.vault.opened(found)

    def follow(self) -> int:
        """Carry out what the log says beyond where it was followed; give how many were new."""
        done, count = self.keys.followed(), 0
        for part, head in self._heads():
            for some in self._told(part, done.get(part, 0), head):
                count += self._destroy([_read(row) for row in some])
            if head != done.get(part):
                self.keys.follow(part, head)
        return count

    def waiting(self) -> list[Fence]:
        """Give erasures of the log that this key store has not carried out."""
        done = self.keys.followed()
        told = [
            _read(row)
            for part, head in self._heads()
            for some in self._told(part, done.get(part, 0), head)
            for row in some
        ]
        carried_out = set(self.keys.destroyed(told))
        return [one for one in told if one not in carried_out]

    def remember(self) -> int:
        """Destroy again what the fences know and a restored key store does not."""
        known = self._known_fences()
        if len(known) <= self.keys.counts()["erased"]:
            return 0
        return self._destroy(list(known.values()), noted=True)

    def must_know_its_keys(self) -> None:
        """Refuse ``keys-missing`` when the words of this ledger were sealed by another store."""
        with self._ledger.store.reading() as conn:
            row = conn.execute(sa.select(vault.c.person, vault.c.key_version).limit(1)).first()
        if row is not None and not self.keys.knows(row.person, row.key_version):
            raise missing(self.keys.place)

    def must_not_be_older(self) -> None:
        """Refuse ``older-than-erasures``: the log lacks an erasure that was carried out."""
        last = self.keys.last_destroyed()
        by_part: dict[int, Fence] = {}
        for fence in self._known_fences().values():
            if fence.pos > by_part.get(fence.part, fence).pos or fence.part not in by_part:
                by_part[fence.part] = fence
        if any(self.lacking([*last, *by_part.values()])):
            reason = (
                "This database is older than the erasures that key store and fences remember, so it"
                " lacks the proof of them. Restore a newer backup of it; if there is none, record"
                " them again with `gridward keys mend`."
            )
            raise Refused("older-than-erasures", reason)

    def lacking(self, fences: Iterable[Fence] | None = None) -> Iterator[Fence]:
        """Give the erasures (all that are remembered, unless given) that the log lacks."""
        asked = self._known_fences().values() if fences is None else fences
        with self._ledger.store.reading() as conn:
            for fence in asked:
                place = sa.and_(events.c.part == fence.part, events.c.pos == fence.pos)
                query = sa.select(events.c.part, events.c.pos, events.c.body, events.c.kind)
                row = conn.execute(query.where(place)).first()
                if row is None or row.kind not in self._kinds() or _read(row) != fence:
                    yield fence

    def _known_fences(self) -> dict[tuple[str, int], Fence]:
        return {(one.person, one.version): one for one in self.keys.fences}

    def _destroy(self, fences: Sequence[Fence], *, noted: bool = False) -> int:
        new = self.keys.destroy(fences, noted=noted)
        for person in {one.person for one in fences}:
            self.vault.forget(person)
        with self._ledger.store.writing() as conn:
            for fence in fences:
                gone = sa.and_(vault.c.person == fence.person, vault.c.key_version <= fence.version)
                conn.execute(sa.delete(vault).where(gone))
        for person in {one.person for one in fences}:
            self._photos.forget(person)
        if fences:
            self._ledger.store.empty_log()
        return new

    def _heads(self) -> list[tuple[int, int]]:
        with self._ledger.store.reading() as conn:
            rows = conn.execute(sa.select(heads.c.part, heads.c.pos).order_by(heads.c.part))
            return [(row.part, row.pos) for row in rows]

    def _kinds(self) -> Sequence[int]:
        return self._ledger.topics.known([PersonErased.TOPIC])

    def _told(self, part: int, after: int, head: int) -> Iterator[Sequence[Any]]:
        kinds = self._kinds()
        while kinds and after < head:
            query = (
                sa.select(events.c.part, events.c.pos, events.c.body)
                .where(events.c.part == part, events.c.pos > after, events.c.pos <= head)
                .where(events.c.kind.in_(kinds))
                .order_by(events.c.pos)
                .limit(_AT_ONCE)
            )
            with self._ledger.store.reading() as conn:
                rows = conn.execute(query).all()
            if rows:
                yield rows
            after = rows[-1].pos if len(rows) == _AT_ONCE else head


def _fence(recorded: Recorded) -> Fence:
    fact = recorded.fact
    assert isinstance(fact, PersonErased)  # noqa: S101  # chosen by its kind
    return Fence(fact.subject, fact.life, fact.fingerprint, recorded.part, recorded.position)


def _read(row: Any) -> Fence:
    told = msgspec.json.decode(row.body)
    return Fence(told["subject"], told["life"], told["fingerprint"], row.part, row.pos)
