"""Drawing by lot: the same seed and words give the same number on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

_RANGE = 2**64


def lot(seed: int, *words: object) -> float:
    """Draw a number from 0 up to 1 that depends on the seed and the words alone."""
    told = ":".join(map(str, (seed, *words)))
    return int.from_bytes(sha256(told.encode()).digest()[:8]) / _RANGE


def one_of(choices: Sequence[T], drawn: float) -> T:
    """Take the choice a number from 0 up to 1 falls on.

    >>> one_of("abc", 0.5)
    'b'
    """
    return choices[int(drawn * len(choices))]


def by_weight(weights: Sequence[int], drawn: float) -> int:
    """Give the place in a list of weights a number from 0 up to 1 falls on.

    >>> by_weight([1, 0, 3], 0.2), by_weight([1, 0, 3], 0.3)
    (0, 2)
    """
    left = drawn * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    return len(weights) - 1


def quantile(values: Sequence[int], drawn: float) -> float:
    """Read between the quantiles at 5, 10 ... 95 percent; below the first it falls to zero.

    >>> quantile([10, 20, 30], 0.5), quantile([10, 20, 30], 0.125), quantile([10, 20, 30], 0.99)
    (20.0, 5.0, 30.0)
    """
    place = drawn * (len(values) + 1)
    below = int(place)
    if below >= len(values):
        return float(values[-1])
    low = values[below - 1] if below else 0
    return low + (values[below] - low) * (place - below)


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a number out by weights, at least one each, the largest remainders first.

    >>> shared_out(7, [1.0, 1.0, 2.0])
    [2, 2, 3]
    """
    rest, whole = total - len(weights), sum(weights)
    exact = [rest * weight / whole for weight in weights]
    shares = [1 + int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda nth: (int(exact[nth]) - exact[nth], nth))
    for nth in order[: total - sum(shares)]:
        shares[nth] += 1
    return shares
