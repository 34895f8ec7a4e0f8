"""Tell whether a quantity grows with time: slope, interval, plateau."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from history.stats.summary import CONFIDENCE

Floats = NDArray[np.float64]

NORMAL_QUANTILE = {0.90: 1.6448536, 0.95: 1.9599640, 0.99: 2.5758293}
PLATEAU_SHARE = 0.25
"""A curve has flattened when its last half grows at less than this share of its first half."""
HALF_NEEDS = 4
"""Fewest points in each half for a statement about a plateau."""


@dataclass(frozen=True)
class Slope:
    """A Theil-Sen line; the slope is in units of y per unit of x."""

    slope: float
    intercept: float
    """median(y) - slope * median(x)."""
    low: float
    high: float
    """95 % interval of the slope."""
    n: int

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
    """The verdict and the slopes it rests on; None where there were too few points."""

    growth: Growth
    overall: Slope | None
    first_half: Slope | None
    last_half: Slope | None


def theil_sen(y: ArrayLike, x: ArrayLike | None = None, confidence: float = CONFIDENCE) -> Slope:
    """Median of the slopes of all pairs of points with different x; y, x: (n,), n >= 2.

    x defaults to 0, 1, 2, ... The interval is Sen's with tie correction: Sen, Journal of the
    American Statistical Association 63 (1968) 1379-1389, equations 2.6 and 2.8. confidence is
    one of 0.90, 0.95, 0.99. Raises ValueError if all x are equal. Memory grows with n squared:
    thin out more than a few thousand points first.
    """
    ys = np.asarray(y, dtype=np.float64).ravel()
    xs = np.arange(ys.size, dtype=np.float64) if x is None else np.asarray(x, float).ravel()
    if xs.size != ys.size:
        raise ValueError(f"x and y need equal lengths, got {xs.size} and {ys.size}")
    first, second = np.triu_indices(ys.size, k=1)
    run = xs[second] - xs[first]
    different = run != 0
    if not different.any():
        raise ValueError("a slope needs at least two points with different x")
    slopes = np.sort((ys[second] - ys[first])[different] / run[different])
    slope = float(np.median(slopes))
    n = ys.size
    variance = (n * (n - 1) * (2 * n + 5) - _tie_term(xs) - _tie_term(ys)) / 18
    half = NORMAL_QUANTILE[confidence] * sqrt(max(variance, 0.0))
    upper = min(round((slopes.size + half) / 2), slopes.size - 1)
    lower = max(round((slopes.size - half) / 2) - 1, 0)
    return Slope(
        slope=slope,
        intercept=float(np.median(ys) - slope * np.median(xs)),
        low=float(slopes[lower]),
        high=float(slopes[upper]),
        n=n,
    )


def _tie_term(values: Floats) -> float:
    _, counts = np.unique(values, return_counts=True)
    return float((counts * (counts - 1) * (2 * counts + 5)).sum())


def plateau(y: ArrayLike, x: ArrayLike | None = None) -> Plateau:
    """Does the curve flatten? Compares the slope of the last half with that of the first.

    Growing (or shrinking): the interval of the last half's slope excludes zero and the slope is
    at least a quarter of the first half's. Plateau: not so, although the curve as a whole moved.
    """
    ys = np.asarray(y, dtype=np.float64).ravel()
    xs = np.arange(ys.size, dtype=np.float64) if x is None else np.asarray(x, float).ravel()
    half = ys.size // 2
    if half < HALF_NEEDS:
        return Plateau(Growth.NOT_ENOUGH_DATA, None, None, None)
    overall = theil_sen(ys, xs)
    first = theil_sen(ys[:half], xs[:half])
    last = theil_sen(ys[-half:], xs[-half:])
    still_moving = not last.is_zero_inside and abs(last.slope) >= PLATEAU_SHARE * abs(first.slope)
    if still_moving:
        growth = Growth.GROWING if last.slope > 0 else Growth.SHRINKING
    elif overall.is_zero_inside:
        growth = Growth.FLAT
    else:
        growth = Growth.PLATEAU
    return Plateau(growth, overall, first, last)
