"""Rebuilding read models from the ledger and comparing the result with what stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ops.bootstrap import models
from projections.digest import digest
from projections.reading import Model, Reader, Tables, Told
from projections.rebuilding import rebuild

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

Progress = Callable[[int], None]
"""Told how many more events were passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """One rebuilt read model; ``same`` when its rows are those that stood before."""

    model: str
    events: int
    seconds: float
    digest: str
    same: bool


class Counted:
    """A model whose progress is told: how far the facts it hears lie in the log."""

    def __init__(self, model: Model, progress: Progress) -> None:
        self._model = model
        self._progress = progress
        self._reached: dict[int, int] = {}
        self.name, self.version, self.topics = model.name, model.version, model.topics

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Give the model's own tables."""
        return self._model.tables(metadata)

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Tell the model, then how far it is."""
        self._model.tell(conn, tables, told)
        last = told[-1]
        before = self._reached.get(last.part, 0)
        self._progress(max(0, last.position - before))
        self._reached[last.part] = max(before, last.position)


def rebuild_models(
    gridward: Gridward,
    names: Sequence[str] = (),
    *,
    progress: Progress = lambda _passed: None,
) -> list[Rebuilt]:
    """Rebuild all models or those named; refuses ``no-such-model``."""
    return [_rebuilt(gridward, reader, progress) for reader in chosen(gridward, names)]


def chosen(gridward: Gridward, names: Sequence[str]) -> list[Reader]:
    """Give the readers of the models named, or all; refuses ``no-such-model``."""
    readers = {reader.model.name: reader for reader in gridward.readers}
    for name in names:
        if name not in readers:
            reason = f"There is no read model '{name}'. Use: {', '.join(readers)}."
            raise Refused("no-such-model", reason, model=name)
    return [readers[name] for name in names or readers]


def _rebuilt(gridward: Gridward, reader: Reader, progress: Progress) -> Rebuilt:
    """The rebuild has a model of its own, as the live one goes on being told."""
    before = digest(gridward.store, reader.tables)
    anew = {model.name: model for model in models(gridward.settings, gridward.shelf)}
    model = Counted(anew[reader.model.name], progress)
    began = perf_counter()
    events = rebuild(model, gridward.store, gridward.feed, now=gridward.now)
    seconds = perf_counter() - began
    after = digest(gridward.store, reader.tables)
    return Rebuilt(
        model=reader.model.name,
        events=events,
        seconds=seconds,
        digest=after,
        same=before == after,
    )
