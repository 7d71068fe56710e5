"""A migrated ledger on each database."""

from tests.workflows.whistle.ledgers import ledger, store

__all__ = ["ledger", "store"]
