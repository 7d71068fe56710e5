"""The read model of senders: where each may report, what, until when, and when its key changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from domain.kernel.shifts import micros
from domain.sender import events as happened

if TYPE_CHECKING:
    from projections.reading import Tables, Told

VERSION = 1
_FACTS = (
    happened.SenderRegistered,
    happened.SenderRevised,
    happened.SenderKeyIssued,
    happened.SenderEnded,
)


class Senders:
    """``senders_v1``: one row for each."""

    name = "senders"
    version = VERSION
    topics = frozenset(fact.TOPIC for fact in _FACTS)

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Give the table."""
        return sender_tables(metadata)

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Write what became of each."""
        table = tables["senders"]
        for one in told:
            if isinstance(one.fact, happened.SenderRegistered):
                conn.execute(sa.insert(table).values(_registered(one.stream, one.fact)))
                continue
            changed = _changed(one.fact)
            conn.execute(sa.update(table).where(table.c.stream == one.stream).values(changed))


def sender_tables(metadata: sa.MetaData) -> Tables:
    """Lay out the table; times are microseconds since the epoch, categories parted by blanks."""
    return {
        "senders": sa.Table(
            f"senders_v{VERSION}",
            metadata,
            sa.Column("stream", sa.Uuid, primary_key=True),
            sa.Column("code", sa.Text, nullable=False),
            sa.Column("title", sa.Text, nullable=False),
            sa.Column("handle", sa.Text, nullable=False),
            sa.Column("role", sa.Text, nullable=False),
            sa.Column("channel", sa.Text, nullable=False),
            sa.Column("area", sa.BigInteger, nullable=False),
            sa.Column("categories", sa.Text, nullable=False),
            sa.Column("workflow", sa.Text),
            sa.Column("expires_at", sa.BigInteger, nullable=False),
            sa.Column("key", sa.Text),
            sa.Column("earlier_until", sa.BigInteger),
            sa.Column("ended_at", sa.BigInteger),
        )
    }


def _registered(stream: UUID, fact: happened.SenderRegistered) -> dict[str, Any]:
    names = ("title", "handle", "role", "channel", "workflow")
    return {
        **{name: getattr(fact, name) for name in names},
        "stream": stream,
        "code": fact.sender,
        "area": AreaCode(fact.area).number,
        "categories": " ".join(fact.categories),
        "expires_at": micros(fact.expires_at),
    }


def _changed(fact: Fact) -> dict[str, Any]:
    match fact:
        case happened.SenderRevised():
            return {
                "area": AreaCode(fact.area).number,
                "categories": " ".join(fact.categories),
                "expires_at": micros(fact.expires_at),
            }
        case happened.SenderKeyIssued(key=key, earlier_until=until):
            return {"key": key, "earlier_until": None if until is None else micros(until)}
        case _:
            return {"ended_at": micros(fact.act.at)}
