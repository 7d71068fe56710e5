"""What people of the sample city write: short, invented, in the two languages of its pages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from ops.sample.drawing import one_of

ENGLISH_SHARE = 0.15


@cache
def _phrases() -> dict[str, list[list[str]]]:
    path = Path(__file__).parent / "phrases.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def phrase(about: str, drawn: float) -> str:
    """Give words about a category or a kind of remark; most are Chinese."""
    known = _phrases()
    pairs = known.get(about) or known.get(about.partition("-")[0]) or known["report"]
    chinese, english = one_of(pairs, drawn)
    return english if (drawn * 997) % 1 < ENGLISH_SHARE else chinese
