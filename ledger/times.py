"""Instants as the tables keep them: microseconds since 1970 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_DAY = 86_400


def micros(at: datetime) -> int:
    """Give an aware instant as a number, exactly.

    >>> micros(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    since = at - EPOCH
    return (since.days * _DAY + since.seconds) * _SECOND + since.microseconds


def instant(number: int) -> datetime:
    """Read an instant back.

    >>> instant(86400000000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return EPOCH + timedelta(microseconds=number)
