"""When a deadline that failed is tried again, and how long later ones of its case wait for it."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=60)
LONGEST = timedelta(hours=1)
HELD_TRIES = 3
"""So often a deadline is tried before later ones of its case go past it.

They wait at first, because most failures pass and a case's deadlines are carried out in their
order. They do not wait for ever: each was computed from the case as it stands, none from another.
"""
_DOUBLINGS = 16  # more would only make numbers that LONGEST cuts off


def pause_after(times: int) -> timedelta:
    """Tell how long to wait after so many failures: a minute, then doubled, an hour at most.

    >>> [str(pause_after(times)) for times in (1, 2, 3, 9)]
    ['0:01:00', '0:02:00', '0:04:00', '1:00:00']
    """
    return min(LONGEST, FIRST * (1 << min(times - 1, _DOUBLINGS)))


def holds_back(times: int) -> bool:
    """Tell whether later deadlines of the case still wait for one that failed so often."""
    return times < HELD_TRIES
