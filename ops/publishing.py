"""Publishing rules from files: the book that comes with Gridward, and what a city writes itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from domain.kernel.act import Act
from domain.rulebook.content import digest_of
from domain.rulebook.publication import Publication, publication_id
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import FOLDERS, WrittenRules, read_book, read_rules, read_workflow
from workflows.rulebook.years import missing_years

if TYPE_CHECKING:
    from ops.bootstrap import Gridward


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing came to; ``is_new`` is False when the same content stood already."""

    kind: str
    name: str
    version: int
    is_new: bool


def read_file(path: Path) -> WrittenRules:
    """Read rules of any kind: a folder names the kind, a file outside of them is a workflow."""
    return read_rules(path) if path.parent.name in FOLDERS else read_workflow(path)


def publish(
    gridward: Gridward,
    rules: WrittenRules,
    act: Act,
    *,
    valid_from: date | None = None,
    seen_by: str | None = None,
) -> Published:
    """Check and publish; the same content again records nothing."""
    stream = publication_id(rules.kind, rules.name)
    before = gridward.ledger.load(Publication, stream).latest
    command = PublishRules(
        kind=rules.kind,
        name=rules.name,
        content=rules.content,
        valid_from=valid_from,
        seen_by=seen_by,
    )
    gridward.desk.do(command, act)
    gridward.shelf.refresh()
    version = gridward.ledger.load(Publication, stream).latest
    return Published(kind=rules.kind, name=rules.name, version=version, is_new=version > before)


def publish_book(gridward: Gridward, act: Act) -> list[Published]:
    """Publish everything in the book; what workflows go by comes before them."""
    return [publish(gridward, rules, _act_for(act, rules)) for rules in read_book()]


def published(gridward: Gridward) -> list[Publication]:
    """Give what is published under the names that the book and the settings know."""
    names = {("workflow", gridward.settings.workflow)}
    names.update((rules.kind, rules.name) for rules in read_book())
    names.update(_referred(_loaded(gridward, names)))
    return list(_loaded(gridward, names))


def unpublished_years(gridward: Gridward, now: datetime) -> dict[str, tuple[int, ...]]:
    """Name, by calendar, this year, and in December the next, if nobody announced its holidays."""
    found: dict[str, tuple[int, ...]] = {}
    for one in published(gridward):
        if one.kind != "calendar":
            continue
        calendar = gridward.shelf.calendar(gridward.shelf.latest("calendar", one.name))
        if years := missing_years(calendar, now):
            found[one.name] = years
    return found


def _loaded(gridward: Gridward, names: Iterable[tuple[str, str]]) -> Iterator[Publication]:
    for kind, name in sorted(names):
        publication = gridward.ledger.load(Publication, publication_id(kind, name))
        if publication.exists:
            yield publication


def _referred(publications: Iterable[Publication]) -> Iterator[tuple[str, str]]:
    """Name what published workflows go by."""
    for workflow in publications:
        if workflow.kind != "workflow":
            continue
        content = workflow.content(workflow.latest)
        for kind in ("calendar", "categories", "limits"):
            if isinstance(name := content.get(kind), str):
                yield kind, name


def _act_for(act: Act, rules: WrittenRules) -> Act:
    """The same content is the same command, however often the book is published."""
    return replace(act, command_id=f"book:{rules.kind}:{rules.name}:{digest_of(rules.content)}")
