"""The part of the roster's read model that says who is away and who is on duty."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.people.events import Absent, CameBack, DutyEnded, DutyGiven
from projections.area.touched import Row, Touched, continued
from projections.reading import Tables, Told

OF_ABSENCES = (Absent, CameBack)
OF_DUTIES = (DutyGiven, DutyEnded)


def tell_absences(conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
    """Fold who went away and who came back."""
    absences: Touched[str] = Touched(conn, tables["absences"], key="handle")
    absences.read(continued(told, "handle"))
    for one in told:
        match one.fact:
            case Absent() as fact:
                absences.of(fact.handle).append(_absent(fact))
            case CameBack(handle=handle, absence=number, to_day=day):
                away = next(row for row in absences.of(handle) if row["absence_no"] == number)
                away["to_day"] = day
    absences.write()


def tell_duties(conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
    """Fold the duties of each rota."""
    duties: Touched[str] = Touched(conn, tables["duties"], key="rota")
    duties.read({str(one.stream) for one in told if one.version > 1})
    for one in told:
        rows = duties.of(str(one.stream))
        match one.fact:
            case DutyGiven() as fact:
                rows.append(_duty(fact, str(one.stream)))
            case DutyEnded(duty=number, to_day=day):
                ended = next(row for row in rows if row["duty_no"] == number)
                ended["to_day"] = day
    duties.write()


def absences_table(metadata: sa.MetaData, name: str) -> sa.Table:
    """Lay out one row for each absence."""
    return sa.Table(
        name,
        metadata,
        sa.Column("handle", sa.Text, primary_key=True),
        sa.Column("absence_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("to_day", sa.Date, nullable=False),
    )


def duties_table(metadata: sa.MetaData, name: str) -> sa.Table:
    """Lay out one row for each duty; ``weekdays`` has a bit for each day, Monday the lowest."""
    return sa.Table(
        name,
        metadata,
        sa.Column("rota", sa.Text, primary_key=True),
        sa.Column("duty_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("area", sa.BigInteger),
        sa.Column("unit", sa.Text),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("to_day", sa.Date),
        sa.Column("begins", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("weekdays", sa.Integer, nullable=False),
        sa.Index(f"{name}_by_role", "role", "area"),
    )


def _absent(fact: Absent) -> Row:
    return {
        "handle": fact.handle,
        "absence_no": fact.absence,
        "from_day": fact.from_day,
        "to_day": fact.to_day,
    }


def _duty(fact: DutyGiven, rota: str) -> Row:
    return {
        "rota": rota,
        "duty_no": fact.duty,
        "role": fact.role,
        "area": AreaCode(fact.area).number if fact.area else None,
        "unit": fact.unit,
        "handle": fact.handle,
        "from_day": fact.from_day,
        "to_day": fact.to_day,
        "begins": fact.begins,
        "ends": fact.ends,
        "weekdays": sum(1 << day for day in fact.weekdays),
    }
