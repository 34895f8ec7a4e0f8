"""Say how often something may happen that was seen a few times, or never."""

from __future__ import annotations

from math import comb
from typing import Final

_CERTAINTY: Final = 0.95
_STEPS: Final = 50


def highest(seen: int, of: int) -> float:
    """The highest rate that fits with so many of so many, one-sided with 95 % (Clopper-Pearson).

    ``highest(0, 59)`` is 0.05: of 59 without one, one in twenty cannot be ruled out.
    """
    if seen >= of:
        return 1.0
    low, high = seen / of, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(seen, of, middle) > 1 - _CERTAINTY:
            low = middle
        else:
            high = middle
    return high


def _at_most(seen: int, of: int, rate: float) -> float:
    """Probability of so many or fewer."""
    return sum(comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(seen + 1))
