"""Deliveries: what became of each notice on each channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
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
        sqlite_with_rowid=False,
    )
    op.create_index("deliveries_by_stream", "deliveries", ["stream"])
    _some("deliveries_open", "deliveries", ["channel", "next_at"], "next_at IS NOT NULL")
    _some("deliveries_given_up", "deliveries", ["given_up_at"], "given_up_at IS NOT NULL")
    _some("outbox_sent", "outbox", ["sent_at"], "sent_at IS NOT NULL")
    # What waited before anything was sent is old news: it is put to rest, not sent late.
    op.execute("UPDATE outbox SET sent_at = created_at WHERE sent_at IS NULL")


def _some(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_index("outbox_sent", "outbox")
    op.drop_table("deliveries")
