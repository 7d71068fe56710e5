"""The city's indicators: each a numerator and a denominator, summed from the daily counts.

A period is a cohort: all counts of a case fall on the day it was reported. Cases handled on the
spot, supervision orders and parts of cases are counted apart. The hotline's three rates are those
of workflows that answer callers: answered, of what was or should be handled; solved and satisfied,
of those who said so at a return visit. Who was not reached counts in neither. Second dispatch is
what a department passed on to a unit inside it, of all that was dispatched: no dispatch of its
own. The whistle rate is shown, not to be raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from projections.incident.counts import COUNTS
from projections.incident.scope import Group, Scope, conditions, group_word, grouping
from projections.incident.tables import incident_tables

_counts = incident_tables(sa.MetaData())["counts"]
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with both its numbers; None per cent when there was nothing to count."""

    numerator: int
    denominator: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> Decimal | None:
        """Give per cent with two places, rounded half up as the city's bulletins do.

        >>> Rate(911, 972).percent
        Decimal('93.72')
        """
        if not self.denominator:
            return None
        exact = Decimal(self.numerator) * 100 / Decimal(self.denominator)
        return exact.quantize(_CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """Two columns of the counts, and whether a higher share is the better one."""

    numerator: str
    denominator: str
    higher_is_better: bool = True


INDICATORS: Mapping[str, Indicator] = {
    "closing": Indicator(numerator="closed", denominator="should_close"),
    "on-time-closing": Indicator(numerator="closed_on_time", denominator="should_close"),
    "rework": Indicator(numerator="reworked", denominator="handled", higher_is_better=False),
    "deferral": Indicator(numerator="deferred", denominator="filed", higher_is_better=False),
    "suspension": Indicator(numerator="suspended", denominator="filed", higher_is_better=False),
    "return": Indicator(numerator="returned", denominator="filed", higher_is_better=False),
    "void": Indicator(numerator="voided", denominator="filed", higher_is_better=False),
    "reopening": Indicator(numerator="reopened", denominator="closed_once", higher_is_better=False),
    "backlog": Indicator(numerator="backlog", denominator="filed", higher_is_better=False),
    "accurate-dispatch": Indicator(numerator="dispatched_rightly", denominator="dispatch_settled"),
    "wrong-dispatch": Indicator(
        numerator="dispatched_wrongly", denominator="dispatch_settled", higher_is_better=False
    ),
    "second-dispatch": Indicator(numerator="passed_within", denominator="dispatched"),
    "whistle": Indicator(numerator="whistled", denominator="filed"),
    "accurate-filing": Indicator(numerator="filed_rightly", denominator="filed"),
    "on-time-verification": Indicator(
        numerator="verification_on_time", denominator="verification_limited"
    ),
    "on-time-filing": Indicator(numerator="filing_on_time", denominator="filing_limited"),
    "on-time-dispatch": Indicator(numerator="dispatch_on_time", denominator="dispatch_limited"),
    "on-time-check": Indicator(numerator="check_on_time", denominator="check_limited"),
    "missed-by-the-grid": Indicator(
        numerator="filed_public", denominator="filed", higher_is_better=False
    ),
    "escalation": Indicator(numerator="escalated", denominator="reported", higher_is_better=False),
    "self-handled": Indicator(numerator="self_handled", denominator="matters"),
    "self-audited": Indicator(numerator="self_audited", denominator="self_handled"),
    "hotline-response": Indicator(numerator="callers_answered", denominator="answers_owed"),
    "hotline-solution": Indicator(numerator="visits_solved", denominator="visits"),
    "hotline-satisfaction": Indicator(numerator="visits_satisfied", denominator="visits"),
    "orders-answered-on-time": Indicator(numerator="orders_on_time", denominator="orders_due"),
    "service-satisfaction": Indicator(numerator="rated_service", denominator="rated"),
    "handling-satisfaction": Indicator(numerator="rated_handling", denominator="rated"),
}
ABSENT: tuple[str, ...] = ()

GRADES = ((90, "A"), (75, "B"), (60, "C"), (40, "D"), (0, "E"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The counts of one group, and the indicators that follow from them."""

    group: str | None
    counts: Mapping[str, int]

    def rate(self, name: str) -> Rate:
        """Give one indicator by its name."""
        indicator = INDICATORS[name]
        return Rate(self.counts[indicator.numerator], self.counts[indicator.denominator])

    @property
    def rates(self) -> dict[str, Rate]:
        """Give every indicator."""
        return {name: self.rate(name) for name in INDICATORS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """A weighted score of 0 to 100, its grade, and the indicators that had nothing to count."""

    score: Decimal | None
    grade: str | None
    left_out: tuple[str, ...] = ()


def sums(conn: sa.Connection, scope: Scope, *, by: Group | None = None) -> list[Sums]:
    """Sum the counts of an area, period, category and unit, perhaps by group."""
    group: list[Any] = [grouping(_counts, by).label("found")] if by else []
    totals = [sa.func.coalesce(sa.func.sum(_counts.c[name]), 0) for name in COUNTS]
    query = sa.select(*group, *totals).where(*conditions(_counts, scope))
    if by:
        query = query.group_by(*group).order_by(*group)
    return [
        Sums(
            group=group_word(by, row[0]) if by else None,
            counts=dict(zip(COUNTS, map(int, row[len(group) :]), strict=True)),
        )
        for row in conn.execute(query)
    ]


def composite(found: Sums, weights: Mapping[str, int]) -> Composite:
    """Weigh indicators into one score; where less is better, what is missing to all counts.

    An indicator that had nothing to count is left out and the others weigh more.
    """
    shares = {name: _good_share(found.rate(name), name) for name in weights}
    counted = {name: share for name, share in shares.items() if share is not None}
    weight = sum(weights[name] for name in counted)
    left_out = tuple(name for name in weights if name not in counted)
    if not weight:
        return Composite(score=None, grade=None, left_out=left_out)
    score = sum((share * weights[name] for name, share in counted.items()), Fraction()) / weight
    exact = Decimal(score.numerator) * 100 / Decimal(score.denominator)
    rounded = exact.quantize(_CENT, rounding=ROUND_HALF_UP)
    return Composite(score=rounded, grade=grade(rounded), left_out=left_out)


def grade(score: Decimal) -> str:
    """Give the grade of a score.

    >>> grade(Decimal("90.00")), grade(Decimal("89.99"))
    ('A', 'B')
    """
    return next(letter for least, letter in GRADES if score >= least)


def _good_share(rate: Rate, name: str) -> Fraction | None:
    share = rate.share
    if share is None or INDICATORS[name].higher_is_better:
        return share
    return 1 - share
