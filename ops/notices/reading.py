"""Reading the file of channels: which exist, and which of them takes a notice."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from domain.kernel.refusals import Refused
from ledger.records import Notice
from ops.notices.channel import Channel
from ops.notices.chat import ChatChannel
from ops.notices.log import LogChannel
from ops.notices.mail import MailChannel
from ops.notices.patterns import Matches, about_pattern, to_pattern
from ops.notices.schemas import SCHEMAS, FileSchema
from ops.notices.webhook import WebhookChannel

LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A channel with what it takes."""

    name: str
    kind: str
    channel: Channel
    to: Sequence[str]
    about: Sequence[str]
    takes: Callable[[Notice], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """All channels; the log is always among them and takes what no other one does."""

    lines: Sequence[Line]

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels by name."""
        return {LOG: LogChannel(), **{line.name: line.channel for line in self.lines}}

    def route(self, notice: Notice) -> Sequence[str]:
        """Name the channels that take a notice."""
        return [line.name for line in self.lines if line.takes(notice)] or [LOG]


def lines_of(file: str, now: Callable[[], datetime]) -> Lines:
    """Read the file of ``GRIDWARD_NOTICES``; without one everything goes to the log.

    Refuses ``notices-not-readable``, ``notices-malformed`` and what a channel refuses.
    """
    if not file:
        return Lines(lines=())
    tables = _tables(Path(file))
    names = [table["name"] for table in tables]
    twice = {name for name in names if names.count(name) > 1} | ({LOG} & set(names))
    if twice:
        listed = ", ".join(sorted(twice))
        raise _malformed(f"each channel needs a name of its own, other than 'log': {listed}")
    return Lines(lines=tuple(_line(table, now) for table in tables))


def _tables(file: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        reason = f"The file of channels {file} cannot be read. Correct GRIDWARD_NOTICES."
        raise Refused("notices-not-readable", reason, file=str(file)) from error
    except tomllib.TOMLDecodeError as error:
        raise _malformed(f"it is no TOML: {error}") from error
    try:
        tables: list[dict[str, Any]] = FileSchema().load(content)["channel"]
        return [{"kind": table["kind"], **_checked(table)} for table in tables]
    except ValidationError as error:
        raise _malformed(_first(error.messages)) from None


def _checked(table: Mapping[str, Any]) -> dict[str, Any]:
    """Check a channel by the schema of its kind; a wrong value is named and never quoted."""
    kind = table["kind"]
    given = {key: value for key, value in table.items() if key != "kind"}
    try:
        checked: dict[str, Any] = SCHEMAS[kind]().load(given)
    except ValidationError as error:
        name = given.get("name", "without a name")
        raise _malformed(f"channel {name}: {_first(error.messages)}") from None
    return checked


def _line(table: dict[str, Any], now: Callable[[], datetime]) -> Line:
    given = dict(table)
    name, kind = given.pop("name"), given.pop("kind")
    to, about = given.pop("to"), given.pop("about")
    return Line(
        name=name,
        kind=kind,
        channel=_opened(kind, given, now),
        to=to,
        about=about,
        takes=_takes([to_pattern(one) for one in to], [about_pattern(one) for one in about]),
    )


def _takes(to: Sequence[Matches], about: Sequence[Matches]) -> Callable[[Notice], bool]:
    def takes(notice: Notice) -> bool:
        told_to = any(matches(notice.to) for matches in to)
        return told_to and any(matches(notice.about) for matches in about)

    return takes


def _opened(kind: str, given: dict[str, Any], now: Callable[[], datetime]) -> Channel:
    match kind:
        case "webhook":
            return WebhookChannel(**given, now=now)
        case "email":
            return MailChannel(**given)
        case "apprise":
            return ChatChannel.at(given["url"])
    return LogChannel()


def _first(messages: object, path: str = "") -> str:
    """Give the first finding with its path."""
    if isinstance(messages, Mapping):
        key, inner = next(iter(messages.items()))
        return _first(inner, path if key == "_schema" else f"{path}.{key}".strip("."))
    found = messages[0] if isinstance(messages, list) else messages
    return f"{path}: {found}" if path else str(found)


def _malformed(what: str) -> Refused:
    reason = f"The file of channels is not as docs/how-to/operator.md describes it: {what}"
    return Refused("notices-malformed", reason)
