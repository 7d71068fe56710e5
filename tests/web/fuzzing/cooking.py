"""A request made from a recipe: blanks are filled, and what must be signed is signed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from random import Random

from tests.web.fuzzing.recipes import Recipe
from tests.web.fuzzing.values import written
from web.sender.signing import signature

LAMPS, SECRET = "lamp-sensors", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_BLANK = re.compile(r"<([a-z_ ]+)>")
_IN_BYTES = re.compile(rb"<([a-z_ ]+)>")


def filled(recipe: Recipe, random: Random, known: Callable[[str], str]) -> tuple[str, str, bytes]:
    """Give path, query and body; ``known`` tells what the town knows by a name."""

    def word(name: str) -> str:
        if name == "new":
            return f"{random.getrandbits(32):08x}"
        if name == "area":
            return str(random.randint(100, 999))
        return known(name)

    path, _, query = _BLANK.sub(lambda blank: word(blank[1]), recipe.path).partition("?")
    if recipe.method == "GET":
        return path, query, b""
    body = recipe.body if isinstance(recipe.body, bytes) else written(recipe.body)
    return path, query, _IN_BYTES.sub(lambda blank: word(blank[1].decode()).encode(), body)


def signed(body: bytes, random: Random, at: datetime) -> dict[str, str]:
    """Sign a message as the sender of lamps does."""
    message, stamp = f"msg_{random.getrandbits(60)}", str(int(at.timestamp()))
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(SECRET, message, stamp, body),
    }
