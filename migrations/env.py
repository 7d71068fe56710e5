"""Alembic's entry: runs the revisions on the connection that `migrate` hands over."""

from alembic import context

from ledger.tables import LEDGER

context.configure(connection=context.config.attributes["connection"], target_metadata=LEDGER)
with context.begin_transaction():
    context.run_migrations()
