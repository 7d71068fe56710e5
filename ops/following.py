"""The processes of a city, each with what it asks; whoever works runs them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.incident.duplicates import MergedCases
from workflows.processes.branching import Branching
from workflows.processes.following import Follower
from workflows.processes.indexing import Indexing
from workflows.processes.joining import Joining
from workflows.processes.notifying import Notifying

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from workflows.processes.process import Process


def followers(gridward: Gridward) -> tuple[Follower, ...]:
    """Give a follower for each; reporters of old cases are not told old news."""
    notifying = Notifying(MergedCases(gridward.store))
    return (
        _follower(gridward, Joining()),
        _follower(gridward, Branching()),
        _follower(gridward, Indexing(gridward.ledger, gridward.index)),
        _follower(gridward, notifying, news_only=True),
    )


def _follower(gridward: Gridward, process: Process, *, news_only: bool = False) -> Follower:
    return Follower(
        process,
        gridward.store,
        gridward.feed,
        gridward.desk,
        now=gridward.now,
        news_only=news_only,
    )
