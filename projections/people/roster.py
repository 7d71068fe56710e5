"""The read model of the roster: people by handle, their posts, units and their categories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.people.events import (
    PersonEnrolled,
    PersonLeft,
    RoleEnded,
    RoleGranted,
    UnitAnswersFor,
    UnitClosed,
    UnitFounded,
)
from projections.area.touched import Row, Touched, continued
from projections.people.duties import (
    OF_ABSENCES,
    OF_DUTIES,
    absences_table,
    duties_table,
    tell_absences,
    tell_duties,
)
from projections.reading import Tables, Told

_OF_PEOPLE = (PersonEnrolled, RoleGranted, RoleEnded, PersonLeft)
_OF_UNITS = (UnitFounded, UnitAnswersFor, UnitClosed)


class Roster:
    """People, their roles, absences and duties; units and their categories: never a name.

    A page resolves a name by ``stream`` and the vault when it shows it.
    """

    name = "roster"
    version = 2
    topics = frozenset(one.TOPIC for one in (*_OF_PEOPLE, *_OF_UNITS, *OF_ABSENCES, *OF_DUTIES))

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Lay out the tables of this version."""
        return {
            "people": _people(metadata, f"people_v{self.version}"),
            "roles": _roles(metadata, f"roles_v{self.version}"),
            "units": _units(metadata, f"units_v{self.version}"),
            "categories": _categories(metadata, f"unit_categories_v{self.version}"),
            "absences": absences_table(metadata, f"absences_v{self.version}"),
            "duties": duties_table(metadata, f"duties_v{self.version}"),
        }

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Fold one batch, each kind of row apart."""
        _tell_people(conn, tables, [one for one in told if isinstance(one.fact, _OF_PEOPLE)])
        _tell_units(conn, tables, [one for one in told if isinstance(one.fact, _OF_UNITS)])
        tell_absences(conn, tables, [one for one in told if isinstance(one.fact, OF_ABSENCES)])
        tell_duties(conn, tables, [one for one in told if isinstance(one.fact, OF_DUTIES)])


def _tell_people(conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
    people: Touched[str] = Touched(conn, tables["people"], key="handle")
    roles: Touched[str] = Touched(conn, tables["roles"], key="handle")
    earlier = continued(told, "handle")
    people.read(earlier)
    roles.read(earlier)
    for one in told:
        match one.fact:
            case PersonEnrolled() as fact:
                people.of(fact.handle)[:] = [_person(fact.handle, one.stream)]
            case RoleGranted() as fact:
                roles.of(fact.handle).append(_granted(fact))
            case RoleEnded(handle=handle, grant=grant, to_day=day):
                ended = next(row for row in roles.of(handle) if row["grant_no"] == grant)
                ended["to_day"] = day
            case PersonLeft(handle=handle, from_day=day):
                people.of(handle)[0]["left_day"] = day
                for row in roles.of(handle):
                    _cut(row, day)
    people.write()
    roles.write()


def _tell_units(conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
    units: Touched[str] = Touched(conn, tables["units"], key="code")
    categories: Touched[str] = Touched(conn, tables["categories"], key="unit")
    earlier = continued(told, "code")
    units.read(earlier)
    categories.read(earlier)
    for one in told:
        match one.fact:
            case UnitFounded() as fact:
                units.of(fact.code)[:] = [_founded(fact)]
            case UnitAnswersFor(code=code, categories=wanted, from_day=day):
                _answer(categories.of(code), code, wanted, day)
            case UnitClosed(code=code, from_day=day):
                units.of(code)[0]["to_day"] = day
                _answer(categories.of(code), code, (), day)
    units.write()
    categories.write()


def _answer(rows: list[Row], unit: str, wanted: Sequence[str], day: date) -> None:
    """Let categories that are no longer wanted end, and new ones begin."""
    rows[:] = [row for row in rows if row["category"] in wanted or row["from_day"] != day]
    lasting = [row for row in rows if row["to_day"] is None]
    for row in lasting:
        if row["category"] not in wanted:
            row["to_day"] = day
    new = set(wanted) - {row["category"] for row in lasting}
    resumed = [row for row in rows if row["category"] in new and row["to_day"] == day]
    for row in resumed:
        row["to_day"] = None
    begun = sorted(new - {row["category"] for row in resumed})
    rows += [
        {"unit": unit, "category": category, "from_day": day, "to_day": None} for category in begun
    ]


def _cut(row: Row, day: date) -> None:
    from_day, to_day = row["from_day"], row["to_day"]
    if isinstance(to_day, date) and to_day <= day:
        return
    row["to_day"] = max(day, from_day) if isinstance(from_day, date) else day


def _person(handle: str, stream: UUID) -> Row:
    return {"handle": handle, "stream": stream, "left_day": None}


def _granted(fact: RoleGranted) -> Row:
    return {
        "handle": fact.handle,
        "grant_no": fact.grant,
        "role": fact.role,
        "area": AreaCode(fact.area).number if fact.area else None,
        "unit": fact.unit,
        "from_day": fact.from_day,
        "to_day": fact.to_day,
        "deputy_for": fact.deputy_for,
    }


def _founded(fact: UnitFounded) -> Row:
    return {
        "code": fact.code,
        "name": fact.name,
        "name_en": fact.name_en,
        "kind": fact.kind,
        "area": AreaCode(fact.area).number,
        "parent": fact.parent,
        "from_day": fact.from_day,
        "to_day": None,
    }


def _people(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("handle", sa.Text, primary_key=True),
        sa.Column("stream", sa.Uuid, nullable=False),
        sa.Column("left_day", sa.Date),
    )


def _roles(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("handle", sa.Text, primary_key=True),
        sa.Column("grant_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("area", sa.BigInteger),
        sa.Column("unit", sa.Text),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("to_day", sa.Date),
        sa.Column("deputy_for", sa.Text),
        sa.Index(f"{name}_by_area", "role", "area"),
        sa.Index(f"{name}_by_unit", "unit", "role"),
    )


def _units(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("to_day", sa.Date),
        sa.Index(f"{name}_by_area", "area", "code"),
    )


def _categories(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("category", sa.Text, primary_key=True),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("to_day", sa.Date),
        sa.Index(f"{name}_by_category", "category", "unit"),
    )
