"""Estimate how noisy a series is, in a way steps, spikes and two-state noise cannot fool."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from history.stats.persistence import LARGEST_AT_ONE, around_means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MEDIAN_TO_SIGMA = 1.4826 / 2**0.5
"""Median of |difference of two normal values| to their standard deviation, 1 / (0.6745 sqrt 2)."""
Q80_TO_SIGMA = 1.0 / (1.2816 * 2**0.5)
"""The same from the 80 % quantile: 1.2816 is the normal 90 % quantile."""
LAGS = (1, 2, 4)
LONG_LAG_NEEDS = 120
"""Points from which the 80 % quantile at lag 4 is used; in shorter series steps get into it."""
FLOOR_OF_EFFECT = 0.08
"""Least noise, as a share of the minimum effect: ties and exact counters have no noise at all."""
HALF_WINDOW = 3
"""Running median of seven: single spikes, pairs and triples go."""


def noise_sigma(y: Floats, minimum_effect: float) -> float:
    """Standard deviation of one point around its level; y: (n,), n >= 1; never zero.

    The largest of several robust estimates from differences at lags 1, 2 and 4: the plain median
    of neighbouring differences does not see noise that stays in one of two states for a while.
    """
    best = FLOOR_OF_EFFECT * minimum_effect
    for lag in LAGS:
        if y.size <= lag + 2:
            break
        ordered = np.abs(y[lag:] - y[:-lag])
        ordered.sort()
        best = max(best, MEDIAN_TO_SIGMA * quantile(ordered, 0.5))
        if lag < LAGS[-1] or y.size >= LONG_LAG_NEEDS:
            best = max(best, Q80_TO_SIGMA * quantile(ordered, 0.8))
    return best


def quantile(ordered: Floats, share: float) -> float:
    """Quantile of sorted values by linear interpolation; ordered: (n,), n >= 1."""
    place = share * (ordered.size - 1)
    below = int(place)
    above = min(below + 1, ordered.size - 1)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (place - below) * (high - low)


def median(values: Floats) -> float:
    """Median of finite values; (n,), n >= 1. ``numpy.median`` takes ten times as long for few."""
    ordered = np.sort(values)
    half = ordered.size // 2
    if ordered.size % 2:
        return float(ordered[half])
    return float((ordered[half - 1] + ordered[half]) / 2)


def running_median(y: Floats) -> Floats:
    """Median of the seven points around each point; symmetric and shorter at both ends."""
    n = y.size
    middle = y.copy()
    if n > 2 * HALF_WINDOW:
        around = y[_windows(n)]
        around.sort(axis=1)
        middle[HALF_WINDOW : n - HALF_WINDOW] = around[:, HALF_WINDOW]
    for half in range(1, min(HALF_WINDOW, (n + 1) // 2)):
        middle[half] = sorted(y[: 2 * half + 1].tolist())[half]
        middle[n - 1 - half] = sorted(y[n - 2 * half - 1 :].tolist())[half]
    return middle


@lru_cache(maxsize=64)
def _windows(n: int) -> NDArray[np.intp]:
    """(n - 6, 7): places of the seven points around each point that has so many."""
    full = 2 * HALF_WINDOW + 1
    return np.arange(n - full + 1)[:, None] + np.arange(full)


def autocorrelation(clean: Floats, bounds: Sequence[int]) -> float:
    """Lag-1 autocorrelation of the residuals within segments, between 0 and `LARGEST_AT_ONE`.

    bounds: 0, the boundaries, n. Pairs across a boundary do not count. Each segment's own mean
    takes one degree of freedom, which biases the estimate by about -1/length; that is added back.
    """
    residual = around_means(clean, bounds)
    products = residual[1:] * residual[:-1]
    inner = np.asarray(bounds[1:-1], dtype=np.intp)
    products[inner - 1] = 0.0
    power = float(residual @ residual)
    if power <= 0.0:
        return 0.0
    rho = float(products.sum()) / power + (len(bounds) - 1) / clean.size
    return min(max(rho, 0.0), LARGEST_AT_ONE)
