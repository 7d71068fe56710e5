"""Who holds a role, who is away and who is on duty, as handlers and notices ask for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from domain.kernel.codes import AreaCode, area_numbered
from domain.people.absence import Absence
from domain.people.roles import Held, Post
from domain.people.rota import EVERY_DAY, Duty
from ledger.tables import cursors, events, topics
from projections.people.queries import holders
from projections.people.roster import Roster
from projections.reading import reader_name

if TYPE_CHECKING:
    from ledger.store import Store

MOST = 200
"""How many holders of one role are looked at for one place; the nearest come first."""

_TABLES = Roster().tables(sa.MetaData())
_people, _roles = _TABLES["people"], _TABLES["roles"]
_absences, _duties = _TABLES["absences"], _TABLES["duties"]
_UNREAD = (
    sa.select(events.c.pos)
    .join(cursors, sa.and_(cursors.c.part == events.c.part, cursors.c.pos < events.c.pos))
    .join(topics, topics.c.number == events.c.kind)
    .where(cursors.c.reader == reader_name(Roster()), topics.c.topic.in_(sorted(Roster.topics)))
    .limit(1)
)
"""A fact of the roster that its reader has not told yet, if there is one."""


_DAY = sa.bindparam("day", type_=sa.Date)
_AWAY = sa.select(_absences.c.handle).where(
    _absences.c.handle.in_(sa.bindparam("handles", expanding=True)),
    _absences.c.from_day <= _DAY,
    _absences.c.to_day > _DAY,
)
_ROTA = (
    sa.select(_duties)
    .where(_duties.c.role == sa.bindparam("role", type_=sa.Text))
    .order_by(_duties.c.area, _duties.c.unit, _duties.c.duty_no)
)
_ROTA_AT = _ROTA.where(
    sa.or_(_duties.c.area.is_(None), _duties.c.area.in_(sa.bindparam("areas", expanding=True)))
)


class DutyRow(NamedTuple):
    """A duty with the post whose rota it stands in; ``number`` counts the rota's duties."""

    post: Post
    number: int
    duty: Duty


def held(
    conn: sa.Connection, role: str, area: AreaCode, day: date, *, unit: str | None = None
) -> list[Held]:
    """Give who holds a role for an area on a day, the nearest post first."""
    rows = holders(conn, role, area, day, unit=unit, limit=MOST)
    return [
        Held(
            handle=row.handle,
            post=Post(role=row.role, area=row.area, unit=row.unit),
            deputy_for=row.deputy_for,
        )
        for row in rows
    ]


def away(conn: sa.Connection, handles: Collection[str], day: date) -> set[str]:
    """Give those of the people who are absent on a day."""
    return set(conn.scalars(_AWAY, {"handles": sorted(handles), "day": day}))


class SeatRow(NamedTuple):
    """A post at an area that somebody holds, held or will hold."""

    handle: str
    role: str
    area: AreaCode
    from_day: date
    to_day: date | None


def seats(conn: sa.Connection) -> list[SeatRow]:
    """Give every post at an area and no unit, of whatever time: what a ladder may ask for."""
    columns = (_roles.c.handle, _roles.c.role, _roles.c.area, _roles.c.from_day, _roles.c.to_day)
    query = sa.select(*columns).where(_roles.c.unit.is_(None), _roles.c.area.is_not(None))
    return [
        SeatRow(row.handle, row.role, area_numbered(row.area), row.from_day, row.to_day)
        for row in conn.execute(query)
    ]


def absences(conn: sa.Connection) -> list[tuple[str, Absence]]:
    """Give every absence with the handle of who is away."""
    query = sa.select(_absences.c.handle, _absences.c.from_day, _absences.c.to_day)
    return [(row.handle, Absence(row.from_day, row.to_day)) for row in conn.execute(query)]


def rota(
    conn: sa.Connection, role: str, areas: Collection[AreaCode] | None = None
) -> list[DutyRow]:
    """Give the duties of a role, those at some areas or all; past and coming ones too."""
    values: dict[str, object] = {"role": role}
    query = _ROTA
    if areas is not None:
        query, values["areas"] = _ROTA_AT, sorted(area.number for area in areas)
    return [_row(row) for row in conn.execute(query, values)]


class RosterStaff:
    """Asks the read models; before a reader made their tables, nobody is known."""

    def __init__(self, store: Store) -> None:
        """Ask in a transaction of its own each time; threads may share it."""
        self._store = store
        self._laid_out = self._known = False

    def is_known(self) -> bool:
        """Tell whether the roster was read, and nothing of it was recorded since.

        While its reader is behind, as after an update that reads it anew or when it stopped,
        who seems to be missing may only not have been read yet.
        """
        if not self._is_laid_out():
            return False
        with self._store.reading() as conn:
            if not self._known:
                self._known = conn.scalar(sa.select(_people.c.handle).limit(1)) is not None
            return self._known and conn.scalar(_UNREAD) is None

    def holding(
        self, role: str, area: AreaCode, day: date, *, unit: str | None = None
    ) -> Sequence[Held]:
        """Give the nearest posts first."""
        if not self._is_laid_out():
            return ()
        with self._store.reading() as conn:
            return held(conn, role, area, day, unit=unit)

    def away(self, handles: Collection[str], day: date) -> Collection[str]:
        """Give those who are absent on a day."""
        if not handles or not self._is_laid_out():
            return ()
        with self._store.reading() as conn:
            return away(conn, handles, day)

    def duties(self, posts: Collection[Post]) -> Sequence[tuple[Post, Duty]]:
        """Give the rotas of posts."""
        if not posts or not self._is_laid_out():
            return ()
        areas = {post.area for post in posts if post.area is not None}
        with self._store.reading() as conn:
            found = [
                row for role in {post.role for post in posts} for row in rota(conn, role, areas)
            ]
        return [(row.post, row.duty) for row in found if row.post in posts]

    def _is_laid_out(self) -> bool:
        if not self._laid_out:
            with self._store.reading() as conn:
                inspected = sa.inspect(conn)
                self._laid_out = all(inspected.has_table(one.name) for one in _TABLES.values())
        return self._laid_out


def _row(row: sa.Row[*tuple[Any, ...]]) -> DutyRow:  # columns keep their types in the tables only
    area = None if row.area is None else area_numbered(row.area)
    duty = Duty(
        handle=row.handle,
        from_day=row.from_day,
        to_day=row.to_day,
        begins=row.begins,
        ends=row.ends,
        weekdays=tuple(day for day in EVERY_DAY if row.weekdays >> day & 1),
    )
    return DutyRow(Post(role=row.role, area=area, unit=row.unit), row.duty_no, duty)
