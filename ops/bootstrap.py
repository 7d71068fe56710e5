"""The one place where the object graph is built."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.kernel.confiding import KEY_BYTES
from ledger.blind_index import BlindIndex
from ledger.clear_words import seal_clear_words
from ledger.erasing import Eraser
from ledger.evidence import NoPhotos, Photos, SealedPhotos
from ledger.factors import Factors
from ledger.feed import Feed
from ledger.keystore import KeyStore
from ledger.ledger import Ledger, Records
from ledger.sessions import Sessions
from ledger.shelf import Shelf
from ledger.store import Store
from ledger.throttle import Throttle
from ledger.vault import Vault
from ops.keeping import blobs, open_keys, pass_gate
from ops.reception import Bell, Counting, Reception
from ops.settings import Settings
from projections.area.areas import AreaTree
from projections.incident.telling import Incidents
from projections.moving.telling import Movings
from projections.people.answering import AnsweringUnits
from projections.people.roster import Roster
from projections.people.staff import RosterStaff
from projections.reading import Model, Reader
from projections.sender.telling import Senders
from projections.whistle.telling import Whistles
from workflows.desk import Desk
from workflows.office import Engines, Office
from workflows.people.answering import FullStaff, Staff
from workflows.routing.units import NoUnits, Units

if TYPE_CHECKING:
    from ops.snagging import Stuck


def utc_now() -> datetime:
    """The wall clock, asked at the edge only."""
    return datetime.now(UTC)


def random_key() -> bytes:
    """A key of the machine's own randomness, asked at the edge only."""
    return secrets.token_bytes(KEY_BYTES)


def uncounted(_command: str, _outcome: str) -> None:
    """Count nothing: for processes that nobody measures, such as a command of the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gridward:
    """Everything a process works with; ``now`` is the clock it goes by."""

    settings: Settings
    store: Store
    ledger: Ledger
    feed: Feed
    shelf: Shelf
    desk: Desk
    readers: tuple[Reader, ...]
    bell: Bell
    sessions: Sessions
    throttle: Throttle
    factors: Factors
    eraser: Eraser
    index: BlindIndex
    photos: Photos
    now: Callable[[], datetime]

    def snags(self) -> Sequence[Stuck]:
        """Give what could not be carried out, for operators."""
        from ops.snagging import stuck

        return stuck(self.store)

    @property
    def keys(self) -> KeyStore:
        """The keys of people."""
        return self.eraser.keys

    def close(self) -> None:
        """Let go of database and key store."""
        self.keys.close()
        self.store.close()


def assemble(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    read_only: bool = False,
    count: Counting = uncounted,
    mending: bool = False,
) -> Gridward:
    """Build everything on a migrated database; refuses ``not-migrated`` and ``writer-busy``.

    The gate is passed first: what was erased is erased. Whoever is ``mending`` need not pass it.
    """
    store = Store(settings.database_url, pool_size=settings.threads + 4, read_only=read_only)
    with ExitStack() as opened:
        opened.callback(store.close)
        keys = open_keys(settings, read_only=read_only)
        opened.callback(keys.close)
        vault = Vault(keys)
        ledger = Ledger(store, now=now, vault=vault)
        photos = SealedPhotos(blobs(settings), vault, now=now)
        eraser = Eraser(ledger, photos)
        if not read_only:
            seal_clear_words(ledger)
        if not mending:
            pass_gate(eraser, read_only=read_only)
        city = _on(ledger, eraser, photos, settings, now=now, count=count)
        opened.pop_all()
    return city


def _on(
    ledger: Ledger,
    eraser: Eraser,
    photos: Photos,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    count: Counting,
) -> Gridward:
    store = ledger.store
    feed, shelf, bell = Feed(store), Shelf(ledger), Bell()
    return Gridward(
        settings=settings,
        store=store,
        ledger=ledger,
        feed=feed,
        shelf=shelf,
        desk=Reception(
            office(
                ledger,
                shelf,
                AnsweringUnits(store),
                RosterStaff(store),
                photos,
                time_zone=settings.time_zone,
                eraser=eraser,
            ),
            bell=bell,
            count=count,
        ),
        readers=tuple(Reader(model, store, feed, now=now) for model in models(settings, shelf)),
        bell=bell,
        sessions=Sessions(store),
        throttle=Throttle(store),
        factors=Factors(store),
        eraser=eraser,
        index=BlindIndex(eraser.vault),
        photos=photos,
        now=now,
    )


def models(settings: Settings, shelf: Shelf) -> tuple[Model, ...]:
    """Make the read models anew; a rebuild needs its own."""
    incidents = Incidents(shelf, zone=settings.time_zone)
    return (AreaTree(), Roster(), incidents, Whistles(shelf), Movings(), Senders())


def office(
    records: Records,
    shelf: Shelf,
    units: Units | None = None,
    staff: Staff | None = None,
    photos: Photos | None = None,
    *,
    time_zone: str = "Asia/Shanghai",
    eraser: Eraser | None = None,
) -> Office:
    """Give the handlers of incidents what they work with, over a ledger or a batch."""
    return Office(
        records=records,
        shelf=shelf,
        engines=Engines(shelf),
        random_key=random_key,
        units=units or NoUnits(),
        staff=staff or FullStaff(),
        photos=photos or NoPhotos(),
        time_zone=time_zone,
        eraser=eraser,
    )
