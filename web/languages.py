"""The two languages of the pages: sentences are looked up in ``words/<language>.json``.

The English sentence is its own key. Two small JSON files instead of compiled catalogues: nothing
to build, a changed sentence shows in a diff, and a test finds every sentence that has no Chinese.
Names of stages, steps, roles and categories are data with both languages and do not stand there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from flask import g

from web.city import the_city
from web.cookies import given_cookie

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "gridward-language"
_WORDS = Path(__file__).parent / "words"


class InBoth(Protocol):
    """A name that is data: a label of a workflow, a category."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def language() -> str:
    """Give the language of this request: the browser's choice, else the city's."""
    if "language" not in g:
        chosen = given_cookie(COOKIE)
        g.language = chosen if chosen in LANGUAGES else the_city().settings.language
    return str(g.language)


def say(sentence: str, /, **facts: object) -> str:
    """Give a sentence in the language of the page, its facts put in."""
    found = catalogue(language()).get(sentence, sentence)
    return found.format(**facts) if facts else found


def word(kind: str, value: str | None) -> str:
    """Give the word for a value of a known kind, such as ``source`` ``hotline``.

    A value nobody foresaw, such as a choice a city wrote into its workflow, is shown as it is.
    """
    if value is None:
        return ""
    return catalogue(language()).get(f"{kind}.{value}", value.replace("_", " "))


def named(name: InBoth | None, otherwise: str = "") -> str:
    """Give a name that is data."""
    if name is None:
        return otherwise
    return name.zh if language() == "zh" else name.en


def both(name: InBoth) -> dict[str, str]:
    """Give a name in both languages, as the API does."""
    return {"zh": name.zh, "en": name.en}


@cache
def catalogue(chosen: str) -> Mapping[str, str]:
    """Read the words of a language, once."""
    found: dict[str, str] = json.loads((_WORDS / f"{chosen}.json").read_text(encoding="utf-8"))
    return found
