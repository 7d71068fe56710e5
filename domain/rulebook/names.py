"""Names in the two languages of the city's pages; they are data, not translations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.rulebook.content import table, text

if TYPE_CHECKING:
    from domain.rulebook.content import Content


@dataclass(frozen=True, slots=True)
class Named:
    """Chinese and English, both always given."""

    zh: str
    en: str

    def in_language(self, locale: str) -> str:
        """Give the name for a locale such as ``zh_Hans_CN``; English for all others.

        >>> Named("市容环境", "City appearance").in_language("zh-CN")
        '市容环境'
        """
        return self.zh if locale[:2].lower() == "zh" else self.en


def named(content: Content, key: str) -> Named:
    """Read a table with ``zh`` and ``en``."""
    names = table(content, key)
    return Named(zh=text(names, "zh"), en=text(names, "en"))
