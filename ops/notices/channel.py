"""A channel: one way to one receiver. It sends, or says by a code why it could not."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Protocol

from ledger.posting import Letter


class Undelivered(Exception):
    """A try failed; ``code`` is for programs and holds nothing that somebody sent or typed."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class Channel(Protocol):
    """Sends one notice at a time; a receiver knows a repeat by the notice's id."""

    def send(self, letter: Letter) -> None:
        """Return when the receiver has taken it; raises ``Undelivered``."""
        ...


def told(letter: Letter) -> dict[str, Any]:
    """Give a notice as receivers get it: handles and ids, no names and no words of people."""
    return {
        "id": letter.id,
        "type": letter.notice.about,
        "timestamp": letter.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "to": letter.notice.to,
            "people": list(letter.people),
            "record": str(letter.stream),
            "version": letter.version,
            **letter.notice.facts,
        },
    }
