"""Sealing the words that lay in the clear before the vault was sealed, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from domain.kernel.record import case_subject
from ledger.tables import events, vault
from ledger.vault import Opened, Place

if TYPE_CHECKING:
    from ledger.ledger import Ledger

CLEAR = "vault_clear"
AT_ONCE = 1_000

_clear = sa.Table(
    CLEAR,
    sa.MetaData(),
    sa.Column("part", sa.Integer),
    sa.Column("stream", sa.Uuid),
    sa.Column("version", sa.Integer),
    sa.Column("field", sa.Text),
    sa.Column("key", sa.LargeBinary),
    sa.Column("words", sa.Text),
)


def clear_words_wait(ledger: Ledger) -> bool:
    """Tell whether words still lie in the clear."""
    with ledger.store.reading() as conn:
        return sa.inspect(conn).has_table(CLEAR)


def seal_clear_words(ledger: Ledger) -> int:
    """Seal them, a thousand in a transaction, and leave nothing of them in any file.

    Broken off, it goes on where it was. Gives how many were sealed.
    """
    if not clear_words_wait(ledger):
        return 0
    sealed = 0
    while count := _seal_some(ledger):
        sealed += count
    with ledger.store.writing() as conn:
        _clear.drop(conn)
    ledger.store.leave_no_trace()
    return sealed


def _seal_some(ledger: Ledger) -> int:
    with ledger.store.writing() as conn:
        rows = conn.execute(sa.select(_clear).limit(AT_ONCE)).all()
        if rows:
            conn.execute(sa.insert(vault), [_sealed(ledger, conn, row) for row in rows])
            place = sa.tuple_(_clear.c.part, _clear.c.stream, _clear.c.version, _clear.c.field)
            conn.execute(sa.delete(_clear).where(place.in_([tuple(row)[:4] for row in rows])))
    return len(rows)


def _sealed(ledger: Ledger, conn: sa.Connection, row: Any) -> dict[str, object]:
    assert ledger.vault is not None  # noqa: S101  # migrating opens the keys first
    place = Place(row.stream, row.version, row.field)
    person = _subject(conn, row)
    one = ledger.vault.seal(place, person, Opened(row.words, row.key))
    return {
        "part": row.part,
        **place._asdict(),
        "person": person,
        "key_version": one.key_version,
        "sealed": one.sealed,
    }


def _subject(conn: sa.Connection, row: Any) -> str:
    """The first fact of a stream names the person, or the case that a whistle is for."""
    first = sa.select(events.c.body).where(
        events.c.part == row.part, events.c.stream == row.stream, events.c.version == 1
    )
    told: dict[str, Any] = msgspec.json.decode(conn.scalar(first) or "{}")
    if "handle" in told:
        return str(told["handle"])
    terms = told.get("terms", {})
    return case_subject(terms.get("incident") or row.stream)
