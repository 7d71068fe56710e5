"""The tables of the ledger; migrations create them, and every key starts with the part.

Times are microseconds since 1970 UTC in columns named ``*_at``; areas are 15-digit numbers.
``sqlite_with_rowid=False``: the key is the row's place, so a reader walks the disk once.
"""

from __future__ import annotations

import sqlalchemy as sa

LEDGER = sa.MetaData()


def _some(name: str, *columns: str, where: str) -> sa.Index:
    """Index the few rows that are asked for, so that all others cost nothing."""
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


topics = sa.Table(
    "topics",
    LEDGER,
    sa.Column("number", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("topic", sa.Text, nullable=False, unique=True),
    sqlite_with_rowid=False,
)

heads = sa.Table(
    "heads",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    # Room on the page, so that the hottest rows of the database are updated in place.
    postgresql_with={"fillfactor": 10},
)

events = sa.Table(
    "events",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pos", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("happened_at", sa.BigInteger),
    sa.Column("area", sa.BigInteger),
    sa.Column("actor", sa.Text),
    sa.Column("command_id", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("part", "stream", "version", name="events_stream_version"),
    sqlite_with_rowid=False,
)

claims = sa.Table(
    "claims",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

due = sa.Table(
    "due",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    # A timer's id names its stream; the stream stands in the key so that one index does for both.
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("timer", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    # Below nought: set aside until that moment after failures, and not in the way of later ones.
    sa.Column("claimed_until", sa.BigInteger),
    sa.Index("due_by_time", "due_at"),
    sqlite_with_rowid=False,
)

outbox = sa.Table(
    "outbox",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    # When it was handed to its channels; what became of it there is in `deliveries`.
    sa.Column("sent_at", sa.BigInteger),
    _some("outbox_unsent", "created_at", where="sent_at IS NULL"),
    _some("outbox_sent", "sent_at", where="sent_at IS NOT NULL"),
    sqlite_with_rowid=False,
)

deliveries = sa.Table(
    "deliveries",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    # The id that receivers see; `notice` is the key of the outbox, which may hold anything.
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("code", sa.Text),
    sa.Column("tried_at", sa.BigInteger),
    sa.Column("next_at", sa.BigInteger),
    sa.Column("claimed_until", sa.BigInteger),
    sa.Column("delivered_at", sa.BigInteger),
    sa.Column("given_up_at", sa.BigInteger),
    sa.Index("deliveries_by_stream", "stream"),
    _some("deliveries_open", "channel", "next_at", where="next_at IS NOT NULL"),
    _some("deliveries_given_up", "given_up_at", where="given_up_at IS NOT NULL"),
    sqlite_with_rowid=False,
)

vault = sa.Table(
    "vault",
    LEDGER,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("field", sa.Text, primary_key=True),
    # Whose data it is, and by which of that person's keys it is sealed.
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("key_version", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("vault_by_person", "person"),
    sqlite_with_rowid=False,
)

cursors = sa.Table(
    "cursors",
    LEDGER,
    sa.Column("reader", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pos", sa.BigInteger, nullable=False),
    postgresql_with={"fillfactor": 10},
)

sessions = sa.Table(
    "sessions",
    LEDGER,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("factor", sa.SmallInteger, nullable=False),
    sa.Column("begun_at", sa.BigInteger, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
    sa.Column("challenge", sa.LargeBinary),
    sa.Index("sessions_by_handle", "handle"),
    sqlite_with_rowid=False,
)

failures = sa.Table(
    "failures",
    LEDGER,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("wait_until", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The last time step or counter of a second factor, so that no code counts twice.
factors_used = sa.Table(
    "factors_used",
    LEDGER,
    sa.Column("handle", sa.Text, primary_key=True),
    sa.Column("factor", sa.Text, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
