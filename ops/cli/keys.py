"""Keys: how the key store stands, a new master key, and erasures that a database lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ops.cli.acting import operator
from ops.cli.telling import Told, pairs, telling
from ops.settings import Settings

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_BASIS = "recorded-again"


@click.group()
def keys() -> None:
    """The keys that seal what people said, and the master key that wraps them."""


@keys.command()
@telling(to="run the machine")
def status(city: Gridward) -> Told:
    """Tell where the key store is, how many keys it has, and the master keys in use."""
    store = city.keys
    told = {
        "key store": store.place,
        "master key file": str(city.settings.master_keys),
        "master keys": ", ".join(map(str, store.master.generations)),
        **store.counts(),
    }
    return Told(data=told, lines=pairs(told))


@keys.command()
@click.option(
    "--forget",
    is_flag=True,
    help="Destroy master keys that wrap nothing any more: older copies of the key store close.",
)
@telling("nothing", to="run the machine")
def rotate(settings: Settings, *, forget: bool) -> Told:
    """Make a new master key and wrap every key by it; broken off, it goes on where it was.

    The server may run meanwhile. Keep a copy of the new master key file, apart from backups.
    """
    from ops.keeping import open_keys

    store = open_keys(settings)
    try:
        wrapped = sum(store.rotate())
        forgotten = store.unused_generations() if forget else []
        if forgotten:
            store.master.forget(forgotten)
        newest = store.master.newest
    finally:
        store.close()
    data = {"generation": newest, "wrapped": wrapped, "forgotten": forgotten}
    lines = [f"Master key {newest} wraps {wrapped:,} keys."]
    if forgotten:
        lines.append(f"Destroyed: master key {', '.join(map(str, forgotten))}.")
    return Told(data=data, lines=lines)


@keys.command()
@telling("writing", to="run the machine")
def reindex(city: Gridward) -> Told:
    """Make a new key for the index of callers, compute every entry by it, and destroy the old one.

    Broken off, it goes on where it was. Use it when the key may be known, or after a restore.
    """
    from workflows.processes.indexing import terms_of

    renewed = sum(city.index.renew(lambda person: terms_of(city.ledger, person)))
    data = {"persons": renewed, "entries": city.index.count()}
    return Told(data=data, lines=pairs(data))


@keys.command()
@telling("nothing", to="run the machine")
def mend(settings: Settings) -> Told:
    """Record again, in a database restored from an old backup, the erasures that it lacks."""
    from ops.bootstrap import assemble
    from ops.keeping import pass_gate
    from ops.migrating import must_be_current
    from ops.opening import must_be_free
    from workflows.privacy.commands import ErasePerson

    must_be_free(settings)
    must_be_current(settings)
    city = assemble(settings, mending=True)
    try:
        city.eraser.remember()
        lacking = sorted({one.person for one in city.eraser.lacking()})
        for person in lacking:
            city.desk.do(ErasePerson(subject=person, basis=_BASIS), operator(city))
        pass_gate(city.eraser)
    finally:
        city.close()
    said = f"{len(lacking):,} erasures recorded again."
    return Told(data={"persons": lacking}, lines=[said])
