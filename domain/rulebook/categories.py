"""Categories as they are published: what a matter can be, and which kind of unit answers for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused
from domain.rulebook.content import malformed, tables, text
from domain.rulebook.names import Named, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.rulebook.content import Content

NATURES = ("event", "component")
CLASS_CODE = re.compile(r"c?[0-9]{2}", re.ASCII)
SUB_CODE = re.compile(r"(c?[0-9]{2})-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A class (``01``, components ``c01``) or a sub-class (``01-02``); ``above`` is its class."""

    code: str
    name: Named
    nature: str
    unit_kind: str
    above: str | None = None

    @property
    def is_class(self) -> bool:
        """Whether it only groups others."""
        return self.above is None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Categories:
    """One city's categories in one version, in the order they were written."""

    reference: str
    title: Named
    by_code: Mapping[str, Category]

    def category(self, code: str) -> Category:
        """Find a class or sub-class; refuses ``unknown-category``."""
        if code not in self.by_code:
            reason = "This city has no such category; pick one from the list in force."
            raise Refused("unknown-category", reason, category=code[:40], rules=self.reference)
        return self.by_code[code]

    @property
    def classes(self) -> tuple[Category, ...]:
        """The classes, events first as written."""
        return tuple(category for category in self.by_code.values() if category.is_class)

    def subs(self, class_code: str) -> tuple[Category, ...]:
        """Give the sub-classes of a class; refuses ``unknown-category``."""
        above = self.category(class_code).code
        return tuple(category for category in self.by_code.values() if category.above == above)


def categories_from(reference: str, content: Content) -> Categories:
    """Build the categories; refuses codes given twice, misplaced or malformed."""
    by_code: dict[str, Category] = {}
    for written in tables(content, "class"):
        whole = _class_from(written)
        for category in (whole, *(_sub_from(sub, whole) for sub in tables(written, "sub"))):
            if category.code in by_code:
                raise malformed("code", "used once", category.code)
            by_code[category.code] = category
    if not by_code:
        raise malformed("class", "a list with at least one class")
    return Categories(reference=reference, title=named(content, "title"), by_code=by_code)


def _class_from(written: Content) -> Category:
    code, nature = text(written, "code"), text(written, "nature")
    if not CLASS_CODE.fullmatch(code):
        raise malformed("code", "a class code like 01 or c01", code)
    if nature not in NATURES or (nature == "component") != code.startswith("c"):
        raise malformed("nature", "event, or component with a code that begins with c", nature)
    return Category(
        code=code,
        name=named(written, "name"),
        nature=nature,
        unit_kind=text(written, "unit_kind"),
    )


def _sub_from(written: Content, whole: Category) -> Category:
    code = text(written, "code")
    parts = SUB_CODE.fullmatch(code)
    if parts is None or parts[1] != whole.code:
        raise malformed("code", f"a sub-class code like {whole.code}-01", code)
    unit_kind = text(written, "unit_kind") if "unit_kind" in written else whole.unit_kind
    return Category(
        code=code,
        name=named(written, "name"),
        nature=whole.nature,
        unit_kind=unit_kind,
        above=whole.code,
    )
