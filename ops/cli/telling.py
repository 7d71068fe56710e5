"""How commands answer: tables with columns that line up, or the same as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from ops.cli.asking import ROWS, Asked, Named, Opens, must_be_operators, named, naming, seated
from ops.settings import Settings

_GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a command answers: ``data`` for programs, ``lines`` for people."""

    data: Any  # JSON kinds, dataclasses and the kernel's own types
    lines: Sequence[str]
    status: int = 0


def telling(
    opens: Opens = "reading", *, to: str | Mapping[str, str], whole: bool = False
) -> Callable[[Callable[..., Told]], Callable[..., None]]:
    """Give a command ``--json`` and, as its first argument, the city it asks for.

    ``to`` is what it does in the table of access, which is asked before it begins. One that writes
    brings the read models up to date when it is done, and so does one that gives a ``look``: why
    words are looked at, which is recorded.
    """
    asked = Asked(to=to, opens=opens, whole=whole)

    def decorate(command: Callable[..., Told]) -> Callable[..., None]:
        @naming(asked, command)
        @click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
        @click.pass_context
        @wraps(command)
        def told(ctx: click.Context, /, *, as_json: bool, **given: Any) -> None:
            who, needed = named(given), "writing" if given.get("look") else opens
            with _seated(ctx.find_object(Settings), needed, asked, given, who) as city:
                answer = command(city, **given)
            say(answer, as_json=as_json)
            if answer.status:
                ctx.exit(answer.status)

        ROWS[told] = asked
        return told

    return decorate


def say(answer: Told, *, as_json: bool) -> None:
    """Write an answer to standard output."""
    if as_json:
        click.echo(as_text(answer.data))
        return
    for line in answer.lines:
        click.echo(line)


@contextmanager
def _seated(
    settings: Settings | None, opens: Opens, asked: Asked, given: Mapping[str, Any], who: Named
) -> Iterator[Any]:
    assert settings is not None  # noqa: S101  # laid down by the root command
    action = asked.action(given)
    if opens == "nothing":
        must_be_operators(action)
        yield settings
        return
    from ops.opening import city_to_read, city_to_write

    opened = city_to_read if opens == "reading" else city_to_write
    with opened(settings) as city, seated(city, asked, action, who) as sat:
        yield sat


def as_text(data: Any) -> str:
    """Write JSON for people and programs alike."""
    plain = msgspec.json.encode(_plain(data), enc_hook=str)
    return msgspec.json.format(plain, indent=2).decode()


def _plain(value: Any) -> Any:
    """Name the fields of rows; a level is its word, a per cent its digits."""
    match value:
        case IntEnum():
            return value.name.lower()
        case Decimal():
            return str(value)
        case tuple() if hasattr(value, "_asdict"):
            return {name: _plain(inner) for name, inner in value._asdict().items()}
        case Mapping():
            return {_key(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(inner) for inner in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return str(value) if isinstance(value, str) else value


def _key(name: Any) -> str:
    return name.name.lower() if isinstance(name, IntEnum) else str(name)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lay rows under titles; columns of numbers stand to the right, Chinese counts double."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return []
    numeric = [all(_is_number(row[n]) for row in cells) for n in range(len(titles))]
    widths = [max(width(row[n]) for row in (titles, *cells)) for n in range(len(titles))]
    head = _line(titles, widths, numeric)
    return [click.style(head, bold=True), *(_line(row, widths, numeric) for row in cells)]


def pairs(told: Mapping[str, object]) -> list[str]:
    """Lay names and values in two columns."""
    longest = max(map(width, told), default=0)
    return [
        f"{name}{' ' * (longest - width(name))}{_GAP}{_cell(value)}".rstrip()
        for name, value in told.items()
    ]


def width(text: str) -> int:
    """Count the columns a text takes on a terminal.

    >>> width("网格 7")
    6
    """
    return sum(_columns(letter) for letter in click.unstyle(text))


def local(at: datetime | None, settings: Settings) -> str:
    """Write an instant in the city's time."""
    return at.astimezone(ZoneInfo(settings.time_zone)).strftime("%Y-%m-%d %H:%M") if at else ""


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _line(row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = []
    for text, columns, right in zip(row, widths, numeric, strict=True):
        space = " " * (columns - width(text))
        padded.append(space + text if right else text + space)
    return _GAP.join(padded).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is_number(text: str) -> bool:
    bare = text.replace(",", "").replace("%", "").replace(".", "", 1)
    return not text or (bare.isascii() and bare.isdigit() and len(bare) < _CODE_DIGITS)


_CODE_DIGITS = 12
