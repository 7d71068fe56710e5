"""The ledger: events with their heads, and what commits with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from migrations import parts_for

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _the_log()
    _what_commits_with_it()
    parts = parts_for(op.get_bind(), context.config.attributes.get("parts"))
    heads = sa.table("heads", *(sa.column(name) for name in ("part", "pos", "recorded_at")))
    op.bulk_insert(heads, [{"part": n, "pos": 0, "recorded_at": 0} for n in range(parts)])


def _the_log() -> None:
    op.create_table(
        "topics",
        sa.Column("number", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("topic", sa.Text, nullable=False, unique=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "heads",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("pos", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        postgresql_with={"fillfactor": 10},
    )
    op.create_table(
        "events",
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
    op.create_table(
        "cursors",
        sa.Column("reader", sa.Text, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("pos", sa.BigInteger, nullable=False),
        postgresql_with={"fillfactor": 10},
    )


def _what_commits_with_it() -> None:
    op.create_table(
        "claims",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    _due()
    _outbox()
    op.create_table(
        "vault",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _due() -> None:
    op.create_table(
        "due",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("timer", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_until", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("due_by_time", "due", ["due_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("stream", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    unsent = sa.text("sent_at IS NULL")
    op.create_index(
        "outbox_unsent", "outbox", ["created_at"], sqlite_where=unsent, postgresql_where=unsent
    )


def downgrade() -> None:
    for table in ("vault", "outbox", "due", "claims", "cursors", "events", "heads", "topics"):
        op.drop_table(table)
