"""Kinds of whistle as they are published: who may blow, whom it summons, and by when they come."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import OFFICE_DAY, Limit, parse_limit
from domain.kernel.refusals import Refused
from domain.rulebook.content import malformed, optional_text, table, tables, text, texts
from domain.rulebook.content import whole_number as number
from domain.rulebook.names import Named, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.rulebook.content import Content

Read = Callable[[str], Limit]  # reads a limit by the working day of one calendar
FARTHEST = 50_000
PARTY_WAY = "whistle"
"""The definition of a party's way where a book names none."""
_WORD = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaders:
    """Whoever holds one of the roles at the area of a level itself, not above it."""

    level: Level
    roles: tuple[str, ...]

    def area(self, code: AreaCode) -> AreaCode:
        """Give the area of that level in which another lies; refuses ``no-such-level``."""
        return code.at(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleRung:
    """Who is told of a late party; after ``grace`` the next rung is."""

    level: Level
    owner: str
    grace: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleKind:
    """One kind; an empty ``unit_kinds`` means units of every kind."""

    code: str
    name: Named
    blown_by: Leaders
    approved_by: Leaders | None
    unit_levels: tuple[Level, ...]
    unit_kinds: tuple[str, ...]
    causes: tuple[str, ...]
    sign_for: Limit | None
    contact: Limit | None
    check_in: Limit
    done: Limit | None
    radius_m: int | None
    photo_needed: bool
    rungs: tuple[WhistleRung, ...]

    def rung_above(self, level: Level) -> WhistleRung | None:
        """Give the next rung up, or None at the top."""
        higher = [rung for rung in self.rungs if rung.level < level]
        return max(higher, key=lambda rung: rung.level) if higher else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhistleBook:
    """One city's whistles in one version; ``definition`` names the way of each party."""

    reference: str
    title: Named
    causes: Mapping[str, Named]
    kinds: Mapping[str, WhistleKind]
    definition: str = PARTY_WAY

    def kind(self, code: str) -> WhistleKind:
        """Find a kind; refuses ``unknown-whistle``."""
        if code not in self.kinds:
            reason = f"This city blows these whistles: {', '.join(self.kinds)}."
            raise Refused("unknown-whistle", reason, kind=code[:40], rules=self.reference)
        return self.kinds[code]


def whistles_from(
    reference: str, content: Content, *, day_minutes: int = OFFICE_DAY
) -> WhistleBook:
    """Build the kinds; refuses words given twice, causes that are not written, empty ladders.

    A working day has ``day_minutes``: those of the calendar by which the whistle counts.
    """
    causes = {_word(cause, "code"): named(cause, "name") for cause in tables(content, "cause")}
    kinds: dict[str, WhistleKind] = {}
    for written in tables(content, "kind"):
        kind = _kind_from(written, causes, partial(parse_limit, day_minutes=day_minutes))
        if kind.code in kinds:
            raise malformed("code", "given once", kind.code)
        kinds[kind.code] = kind
    if not kinds or not causes:
        raise malformed("kind", "a list with at least one kind, and 'cause' one of causes")
    title = named(content, "title")
    definition = optional_text(content, "definition") or PARTY_WAY
    return WhistleBook(
        reference=reference, title=title, causes=causes, kinds=kinds, definition=definition
    )


def _kind_from(written: Content, causes: Mapping[str, Named], read: Read) -> WhistleKind:
    summons = table(written, "summons")
    return WhistleKind(
        code=_word(written, "code"),
        name=named(written, "name"),
        blown_by=_leaders(table(written, "blown_by"), "blown_by"),
        approved_by=_approvers(written),
        unit_levels=tuple(Level.named(word) for word in _some(summons, "levels")),
        unit_kinds=texts(summons, "kinds"),
        causes=_causes(written, causes),
        sign_for=_limit(written, "sign_for", read),
        contact=_limit(written, "contact", read),
        check_in=read(text(written, "check_in")),
        done=_limit(written, "done", read),
        radius_m=_radius(written),
        photo_needed=_flag(written, "photo"),
        rungs=_rungs(written, read),
    )


def _approvers(written: Content) -> Leaders | None:
    if "approved_by" not in written:
        return None
    return _leaders(table(written, "approved_by"), "approved_by")


def _leaders(written: Content, key: str) -> Leaders:
    roles = _some(written, "roles")
    level = Level.named(text(written, "level"))
    if level is Level.GRID:
        raise malformed(key, "at a community or above", level.word)
    return Leaders(level=level, roles=roles)


def _rungs(written: Content, read: Read) -> tuple[WhistleRung, ...]:
    rungs = tuple(
        WhistleRung(
            level=Level.named(text(rung, "level")),
            owner=text(rung, "owner"),
            grace=_limit(rung, "grace", read),
        )
        for rung in tables(written, "rung")
    )
    levels = [rung.level for rung in rungs]
    if not rungs or levels != sorted(set(levels), reverse=True):
        raise malformed("rung", "a list of rungs upwards, each level once")
    return rungs


def _causes(written: Content, known: Mapping[str, Named]) -> tuple[str, ...]:
    causes = _some(written, "causes")
    if unknown := next((cause for cause in causes if cause not in known), None):
        raise malformed("causes", f"some of {', '.join(known)}", unknown)
    return causes


def _some(content: Content, key: str) -> tuple[str, ...]:
    found = texts(content, key)
    if not found:
        raise malformed(key, "a list of at least one word")
    return found


def _radius(written: Content) -> int | None:
    if "radius_m" not in written:
        return None
    metres = number(written, "radius_m")
    if not 0 < metres <= FARTHEST:
        raise malformed("radius_m", f"1 to {FARTHEST} metres", str(metres))
    return metres


def _flag(written: Content, key: str) -> bool:
    value = written.get(key, False)
    if not isinstance(value, bool):
        raise malformed(key, "true or false")
    return value


def _limit(written: Content, key: str, read: Read) -> Limit | None:
    given = optional_text(written, key)
    return None if given is None else read(given)


def _word(written: Content, key: str) -> str:
    word = text(written, key)
    if not _WORD.fullmatch(word):
        raise malformed(key, "a short word in small letters, such as hard-case", word)
    return word
