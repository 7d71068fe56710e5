"""A ledger on each engine."""

from tests.workflows.area.office import ledger

__all__ = ["ledger"]
