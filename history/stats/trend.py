"""Tell whether a quantity grows with time: slope, interval, plateau."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from history.stats.student import NORMAL_975

Floats = NDArray[np.float64]

PLATEAU_SHARE = 0.25
"""A curve has flattened when its last half grows at less than this share of its first half."""
HALF_NEEDS = 4
"""Fewest points in each half for a statement about a plateau."""


@dataclass(frozen=True)
class Slope:
    """A Theil-Sen slope, in the unit of the values per step."""

    slope: float
    low: float
    high: float
    """95 % interval of the slope."""

    @property
    def is_zero_inside(self) -> bool:
        """True if the data cannot tell the slope from none."""
        return self.low <= 0 <= self.high


class Growth(StrEnum):
    """What a curve does, for instance memory over iterations."""

    FLAT = "flat"
    """The slope over all points cannot be told from zero."""
    PLATEAU = "plateau"
    """Moved at first, then stayed."""
    GROWING = "growing"
    """The last half still rises."""
    SHRINKING = "shrinking"
    """The last half falls."""
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True)
class Plateau:
    """What a curve does, and the slope of its last half; None where there are too few points."""

    growth: Growth
    last_half: Slope | None


def theil_sen(y: ArrayLike) -> Slope:
    """Median of the slopes between all pairs of values; y: (n,), n >= 2, one a step.

    The interval is Sen's with tie correction: Sen, Journal of the American Statistical Association
    63 (1968) 1379-1389, equations 2.6 and 2.8. Raises ValueError for fewer than two values. Memory
    grows with n squared: thin out more than a few thousand values first.
    """
    ys = np.asarray(y, dtype=np.float64).ravel()
    n = ys.size
    if n < 2:
        raise ValueError(f"a slope needs at least two values, got {n}")
    first, second = np.triu_indices(n, k=1)
    slopes = np.sort((ys[second] - ys[first]) / (second - first))
    variance = (n * (n - 1) * (2 * n + 5) - _tie_term(ys)) / 18
    half = NORMAL_975 * sqrt(max(variance, 0.0))
    upper = min(round((slopes.size + half) / 2), slopes.size - 1)
    lower = max(round((slopes.size - half) / 2) - 1, 0)
    return Slope(float(np.median(slopes)), float(slopes[lower]), float(slopes[upper]))


def _tie_term(values: Floats) -> float:
    _, counts = np.unique(values, return_counts=True)
    return float((counts * (counts - 1) * (2 * counts + 5)).sum())


def plateau(y: ArrayLike) -> Plateau:
    """Does the curve flatten? Compares the slope of the last half with that of the first; y: (n,).

    Growing (or shrinking): the interval of the last half's slope excludes zero and the slope is
    at least a quarter of the first half's. Plateau: not so, although the curve as a whole moved.
    """
    ys = np.asarray(y, dtype=np.float64).ravel()
    half = ys.size // 2
    if half < HALF_NEEDS:
        return Plateau(Growth.NOT_ENOUGH_DATA, None)
    first, last = theil_sen(ys[:half]), theil_sen(ys[-half:])
    still_moving = not last.is_zero_inside and abs(last.slope) >= PLATEAU_SHARE * abs(first.slope)
    if still_moving:
        growth = Growth.GROWING if last.slope > 0 else Growth.SHRINKING
    elif theil_sen(ys).is_zero_inside:
        growth = Growth.FLAT
    else:
        growth = Growth.PLATEAU
    return Plateau(growth, last)
