"""Who answers for what, and how much each has to do, as routing asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.rulebook.routing import Answering
from projections.incident.tables import incident_tables
from projections.people.queries import answering_units
from projections.people.roster import Roster

if TYPE_CHECKING:
    from ledger.store import Store

MOST = 10
"""How many units a decision looks at: the nearest ones, which its fact keeps."""

_METADATA = sa.MetaData()
_TABLES = Roster().tables(_METADATA)
_cases = incident_tables(_METADATA)["cases"]


class AnsweringUnits:
    """Asks the read models; before a reader made their tables, nobody is known to answer."""

    def __init__(self, store: Store) -> None:
        """Ask in a transaction of its own each time; threads may share it."""
        self._store = store
        self._laid_out = False

    def answering(
        self, category: str, area: AreaCode, day: date, *, broader: Sequence[str]
    ) -> Sequence[Answering]:
        """Give the nearest units first; one that answers for the category before its class."""
        if not self._is_laid_out():
            return ()
        with self._store.reading() as conn:
            found = answering_units(conn, category, area, day, broader=broader, limit=MOST)
        units = {one.unit.code: Answering(unit=one.unit.code, kind=one.unit.kind) for one in found}
        return tuple(units.values())

    def open_cases(self, units: Sequence[str]) -> Mapping[str, int]:
        """Count along the index of open cases by unit."""
        loads = dict.fromkeys(units, 0)
        if not units or not self._is_laid_out():
            return loads
        query = (
            sa.select(_cases.c.unit, sa.func.count())
            .where(_cases.c.open == sa.true(), _cases.c.unit.in_(units))
            .group_by(_cases.c.unit)
        )
        with self._store.reading() as conn:
            return {**loads, **{row[0]: row[1] for row in conn.execute(query)}}

    def _is_laid_out(self) -> bool:
        if not self._laid_out:
            with self._store.reading() as conn:
                inspected = sa.inspect(conn)
                wanted = (_cases, _TABLES["units"], _TABLES["categories"])
                self._laid_out = all(inspected.has_table(table.name) for table in wanted)
        return self._laid_out
