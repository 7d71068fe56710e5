"""Rebuilding read models from the ledger and comparing the result with what stood."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused
from ops.bootstrap import models
from projections.digest import digest
from projections.rebuilding import rebuild

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.bootstrap import Gridward
    from projections.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """One rebuilt read model; ``same`` when its rows are those that stood before."""

    model: str
    events: int
    seconds: float
    digest: str
    same: bool


def rebuild_models(gridward: Gridward, names: Sequence[str] = ()) -> list[Rebuilt]:
    """Rebuild all models or those named; refuses ``no-such-model``."""
    readers = {reader.model.name: reader for reader in gridward.readers}
    for name in names:
        if name not in readers:
            reason = f"There is no read model '{name}'. Use: {', '.join(readers)}."
            raise Refused("no-such-model", reason, model=name)
    return [_rebuilt(gridward, readers[name]) for name in names or readers]


def _rebuilt(gridward: Gridward, reader: Reader) -> Rebuilt:
    """The rebuild has a model of its own, as the live one goes on being told."""
    before = digest(gridward.store, reader.tables)
    anew = {model.name: model for model in models(gridward.settings, gridward.shelf)}
    began = perf_counter()
    events = rebuild(anew[reader.model.name], gridward.store, gridward.feed, now=gridward.now)
    seconds = perf_counter() - began
    after = digest(gridward.store, reader.tables)
    return Rebuilt(
        model=reader.model.name,
        events=events,
        seconds=seconds,
        digest=after,
        same=before == after,
    )
