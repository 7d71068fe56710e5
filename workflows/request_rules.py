"""Rules of requests: who decides which, and what the decision does to the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.incident.marks import REOPENING
from domain.incident.requests import ADDS, KEEPS, PAUSES, RESTARTS
from domain.kernel.codes import Level
from domain.kernel.limits import OFFICE_DAY, Limit, parse_limit

ON_GRANT: Mapping[str, tuple[str, ...]] = {
    "deferral": (ADDS,),
    "suspension": (PAUSES, KEEPS),
    "return": (KEEPS, RESTARTS),
    "void": (KEEPS,),
    REOPENING: (RESTARTS, KEEPS),
}
"""What a granted request may do to the clock; the first is meant where nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who may decide: a role, held at ``level`` or above.

    ``up_to`` minutes asked, and only while fewer than ``times`` of the kind were granted; None is
    no bound.
    """

    role: str
    level: Level | None = None
    up_to: int | None = None
    times: int | None = None

    def may_decide(self, *, amount: int, granted: int) -> bool:
        """Whether a request of this amount, after so many granted ones, is within the bounds."""
        within = self.up_to is None or amount <= self.up_to
        return within and (self.times is None or granted < self.times)

    @property
    def words(self) -> str:
        """Name the role, with its level where that matters."""
        return f"{self.role} ({self.level.word})" if self.level else self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRule:
    """One kind of request. Without approvers, whoever may take the deciding step decides.

    ``within`` is how long after its end a case may be asked to be reopened.
    """

    kind: str
    on_grant: str
    on_refusal: str = KEEPS
    evidence: bool = False
    most_minutes: int | None = None
    within: Limit | None = None
    approvers: tuple[Approver, ...] = ()

    def competent(self, *, amount: int, granted: int) -> tuple[Approver, ...]:
        """Give those who may decide a request of this amount after so many granted ones."""
        return tuple(
            one for one in self.approvers if one.may_decide(amount=amount, granted=granted)
        )


def unwritten(kind: str) -> RequestRule:
    """Give the rule of a kind that a definition says nothing about."""
    return RequestRule(kind=kind, on_grant=ON_GRANT[kind][0])


def request_rule_from(
    kind: str, given: Mapping[str, Any], *, day_minutes: int = OFFICE_DAY
) -> RequestRule:
    """Build the rule of a kind from content whose shape was checked."""
    within = given.get("within")
    return RequestRule(
        kind=kind,
        on_grant=given["on_grant"],
        on_refusal=given.get("on_refusal", KEEPS),
        evidence=given.get("evidence", False),
        most_minutes=given.get("most_minutes"),
        within=parse_limit(within, day_minutes=day_minutes) if within else None,
        approvers=tuple(_approver(one, day_minutes) for one in given.get("approvers", ())),
    )


def _approver(given: Mapping[str, Any], day_minutes: int) -> Approver:
    level, up_to = given.get("level"), given.get("up_to")
    return Approver(
        role=given["role"],
        level=Level.named(level) if level else None,
        up_to=parse_limit(up_to, day_minutes=day_minutes).minutes if up_to else None,
        times=given.get("times"),
    )
