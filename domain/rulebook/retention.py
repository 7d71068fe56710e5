"""Retention: classes of personal data, and after how long each is erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.rulebook.content import malformed, tables, text, whole_number
from domain.rulebook.names import Named, named

if TYPE_CHECKING:
    from domain.rulebook.content import Content

CASES, PEOPLE = "cases", "people"
KINDS_OF_DATA = (CASES, PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Data of one kind; ``basis`` is what the erasure names as its reason."""

    name: str
    of: str
    after: timedelta
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionBook:
    """All classes of a city, as one version has them."""

    reference: str
    title: Named
    classes: tuple[Class, ...]


def retention_from(reference: str, content: Content) -> RetentionBook:
    """Build it; refuses ``rules-malformed``."""
    return RetentionBook(
        reference=reference,
        title=named(content, "title"),
        classes=tuple(_class(written) for written in tables(content, "class")),
    )


def _class(written: Content) -> Class:
    of, days = text(written, "of"), whole_number(written, "after_days")
    if of not in KINDS_OF_DATA:
        raise malformed("of", f"one of {', '.join(KINDS_OF_DATA)}", of)
    if days < 1:
        raise malformed("after_days", "1 or more days")
    return Class(
        name=text(written, "name"), of=of, after=timedelta(days=days), basis=text(written, "basis")
    )
