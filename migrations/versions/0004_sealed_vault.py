"""The vault is sealed by keys of persons; words that stood in the clear wait to be sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.clear_words import CLEAR

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put clear rows aside under another name: `gridward migrate` seals them right afterwards."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM vault")):
        op.rename_table("vault", CLEAR)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER INDEX vault_pkey RENAME TO {CLEAR}_pkey")
    else:
        op.drop_table("vault")
    op.create_table(
        "vault",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("vault_by_person", "vault", ["person"])


def downgrade() -> None:
    """Sealed words cannot be brought back into the clear: that would undo what was promised."""
    message = "the vault stays sealed; restore a backup from before the migration instead"
    raise NotImplementedError(message)
