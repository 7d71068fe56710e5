"""The whole: no stage has longer than the longest limit of a case."""

from __future__ import annotations

from collections.abc import Iterator

from domain.rulebook.content import Content
from domain.rulebook.limits import limits_from
from workflows.checks.findings import Finding
from workflows.definition import Definition
from workflows.differ import limit_in_words


def longest_handling(limits: Content) -> int | None:
    """Give the working minutes of the longest handling among limits; None where none is so."""
    handling = [rule.handling for rule in limits_from("limits@1", limits).rules.values()]
    working = [one.minutes for one in handling if one.clock == "working" and one.minutes]
    return max(working, default=None)


def check_whole(definition: Definition, *, longest: int | None) -> Iterator[Finding]:
    """Warn of stages with more working time than the longest case; not of those that suspend."""
    if longest is None:
        return
    for stage in definition.stages.values():
        within = stage.deadline.within if stage.deadline else None
        if within is None or stage.stops_clock or within.clock != "working":
            continue
        if (within.minutes or 0) > longest:
            sentence = f"{limit_in_words(within)} here are longer than the longest case may take."
            hint = "Shorten the stage's deadline, or say within = 'case limit'."
            where = f"stage.{stage.name}"
            yield Finding.warning("longer-than-the-case", where, sentence, hint=hint)
