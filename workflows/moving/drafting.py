"""Drafting a plan from what two versions do not have alike: gaps are left for a person to fill."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Definition, Stage
from workflows.differ import Differences, differences


def draft_plan(old: Definition, new: Definition) -> str:
    """Write a plan as TOML; a stage that is gone has the one that looks like it, or a gap.

    A plan with a gap is refused when it is read, so nobody begins one by oversight.
    """
    found = differences(old, new)
    return "\n".join(
        [
            *_changes(found),
            f'plan = "{_name(old, new)}"',
            f'from = ["{old.reference}"]',
            f'to = "{new.reference}"',
            'open_deadlines = "carry"  # or "restart", "drop"; for one stage, under [deadlines]',
            *_stages(old, new, found),
            *_levels(old, new),
            *_deadlines(found, new),
            "",
        ]
    )


def _name(old: Definition, new: Definition) -> str:
    if old.name == new.name:
        return f"{new.name}-{old.version}-to-{new.version}"
    return f"{old.name}-{old.version}-to-{new.name}-{new.version}"


def _changes(found: Differences) -> Iterator[str]:
    yield f"# What {found.new} changes of {found.old}:"
    yield from (f"#   {sentence}" for sentence in found.sentences or ["nothing"])


def _stages(old: Definition, new: Definition, found: Differences) -> Iterator[str]:
    gone = [name for name in found.stages_removed if old.stages[name].final is None]
    if not gone:
        return
    yield from ("", "[stages]  # where a case goes whose stage is gone")
    here = [stage for stage in new.stages.values() if stage.final is None]
    for name in gone:
        stage = old.stages[name]
        target = _alike(stage, here, old)
        asked = "" if target else f"  # one of {', '.join(one.name for one in here)}"
        yield f'{name} = "{target}"{asked}'


def _alike(stage: Stage, here: list[Stage], old: Definition) -> str:
    """Name the only new stage with the same label: it was renamed."""
    same = [one.name for one in here if one.name not in old.stages and one.label == stage.label]
    return same[0] if len(same) == 1 else ""


def _levels(old: Definition, new: Definition) -> Iterator[str]:
    rungs = [rung.level.word for rung in new.ladder]
    gone = [rung.level.word for rung in old.ladder if rung.level.word not in rungs]
    if rungs and gone:
        yield from ("", "[levels]  # where a case goes whose rung is gone")
        yield from (f'{level} = ""  # one of {", ".join(rungs)}' for level in gone)


def _deadlines(found: Differences, new: Definition) -> Iterator[str]:
    """Name the stages whose deadline is another: what is open there needs a thought."""
    changed = {
        one.name: one
        for one in found.found
        if (one.sort, one.what, one.aspect) == ("changed", "stage", "the deadline")
    }
    if not changed:
        return
    yield from ("", "[deadlines]  # of what is open in these stages when the case moves")
    for name, one in changed.items():
        wish = "carry" if new.stages[name].deadline else "drop"
        yield f'{name} = "{wish}"  # was {one.before}, is {one.after}'
