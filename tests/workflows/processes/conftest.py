"""A street on a migrated ledger, on each database."""

import pytest

from tests.workflows.whistle.ledgers import ledger, store
from tests.workflows.whistle.street import Street, a_street

__all__ = ["ledger", "store"]


@pytest.fixture
def street(ledger) -> Street:
    return a_street(ledger)
