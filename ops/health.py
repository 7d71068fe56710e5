"""Health: whether this process can do its work, and what an operator should look at if not."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from eventsourcing.persistence import PersistenceError

from domain.kernel.refusals import Refused
from ops.standing import StandingNow, standing_now

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from ops.working import Works

BEHIND = 60.0
FREE_BYTES = 100 * 1024 * 1024

Finding = dict[str, Any]  # JSON kinds


class Health:
    """Asked at any time; each check says ``ok`` and what it saw.

    ``head`` is the migration this code was written for. A process without readers and clock of
    its own judges those of others by what they leave behind.
    """

    def __init__(self, gridward: Gridward, *, head: str, works: Works | None = None) -> None:
        self._gridward = gridward
        self._head = head
        self._works = works

    def __call__(self) -> Mapping[str, object]:
        """Give ``ok`` over all, and every check by its name."""
        checks: dict[str, Finding] = {"disk": self._disk()}
        try:
            standing = standing_now(self._gridward)
            checks |= {
                "database": {"ok": True},
                "migrations": self._migrations(),
                "readers": self._readers(standing),
                "clock": self._clock(standing),
            }
        except (PersistenceError, Refused) as error:
            code = error.code if isinstance(error, Refused) else type(error).__name__
            checks["database"] = {"ok": False, "error": code}
        return {"ok": all(check["ok"] for check in checks.values()), "checks": checks}

    def _disk(self) -> Finding:
        home = self._gridward.settings.home
        free = shutil.disk_usage(home if home.exists() else ".").free
        return {"ok": free >= FREE_BYTES, "free_bytes": free}

    def _migrations(self) -> Finding:
        with self._gridward.store.reading() as conn:
            found = conn.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return {"ok": found == self._head, "at": found, "wanted": self._head}

    def _readers(self, standing: StandingNow) -> Finding:
        """A reader that is behind for a while is as bad as one that stopped."""
        told = [
            {"reader": one.reader, "stopped": one.stopped is not None, "events_behind": one.events}
            for one in standing.readers
        ]
        here = self._works is None or self._works.readers.is_alive()
        ok = here and all(one.stopped is None and one.seconds < BEHIND for one in standing.readers)
        return {"ok": ok, "readers": told}

    def _clock(self, standing: StandingNow) -> Finding:
        here = self._works.clock.is_alive if self._works else True
        ok = here and standing.timers_late < BEHIND
        return {"ok": ok, "due": standing.timers_due, "late_seconds": standing.timers_late}
