"""Saying no: a code for programs, a reason for people, the facts for both."""

from __future__ import annotations

from typing import Any


class Refused(Exception):  # a refusal is an answer, not an error
    """A command was not granted; nothing has been recorded.

    ``code`` is for programs and stays for life, ``reason`` says what to do, ``facts`` are JSON.
    """

    def __init__(self, code: str, reason: str, /, **facts: object) -> None:
        """Keep the three parts apart, so that a page can show each in its place."""
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.facts: dict[str, Any] = facts  # Any: JSON values, each code has its own

    def __str__(self) -> str:
        """Give the sentence for people."""
        return f"{self.reason} [{self.code}]"
