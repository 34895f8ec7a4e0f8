"""Say how far the true change may lie from the one that is stated."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from history.detect.noise import LARGEST_RHO, autocorrelation, quantile
from history.detect.prune import middle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.signal import Signal

    Floats = NDArray[np.float64]

WIDEST = 0.475
"""One point may lie anywhere between the 2.5 % and the 97.5 % quantile of the noise."""
Z_LONG, Z_SHORT = 1.86, 3.5
"""z = 1.86 + 3.5 / (effective points - 2). A little less than the normal 1.96 between long levels,
since rho is never taken below zero and so is a little too large where there is none; more than
Student's first term, 2.4, between short ones, since rho is an estimate too. Chosen by simulation:
the interval then holds the true change 93 to 97 times in 100
(tests/history/detect/test_interval.py)."""
HIDDEN_RHO = 4.0
"""A level's own mean hides (1 + 4 rho) / points of the autocorrelation around it (M. G. Kendall,
Note on bias in the estimation of autocorrelation, Biometrika 41, 1954)."""


def between(signal: Signal, old: slice, new: slice) -> tuple[float, float]:
    """95 % interval of the shift from the points `old` to the points `new`, in units of `y`."""
    kept = stickiness(signal.clean[old], signal.clean[new])
    return of_difference(signal.y[old], signal.y[new], kept)


def of_difference(before: Floats, after: Floats, rho: float) -> tuple[float, float]:
    """95 % interval of a shift from `before` to `after`; at least one point on each side.

    Moses' interval: quantiles of all differences between a point after and a point before, as far
    from their median as the Mann-Whitney statistic scatters. It takes no law of the noise for
    granted, and unlike a median it is steady where noise has two states. The difference of the
    medians is stated beside it, so it is always inside. rho, the autocorrelation, makes the
    points count for fewer.
    """
    differences = np.subtract.outer(after, before).ravel()
    differences.sort()
    share = share_of(before.size, after.size, rho)
    stated = middle(after) - middle(before)
    return (
        min(quantile(differences, 0.5 - share), stated),
        max(quantile(differences, 0.5 + share), stated),
    )


def share_of(points_before: int, points_after: int, rho: float) -> float:
    """Share of the differences between their median and either end of the interval.

    Follows from the normal law of the Mann-Whitney statistic.
    """
    each = (1.0 - rho) / (1.0 + rho)
    before, after = max(points_before * each, 1.0), max(points_after * each, 1.0)
    z = Z_LONG + Z_SHORT / max(before + after - 2.0, 1.0)
    return min(z * sqrt((1 / before + 1 / after + 1 / (before * after)) / 12.0), WIDEST)


def stickiness(before: Floats, after: Floats) -> float:
    """Lag-1 autocorrelation of the points around the means of their two levels, 0 .. 0.9.

    The rho a series is cut with comes from a finer cut, which leaves out what stays in one of two
    states for a while; an interval has to count that.
    """
    points = before.size + after.size
    rho = autocorrelation(np.concatenate((before, after)), [0, before.size, points])
    return min(rho * (1.0 + 2.0 * HIDDEN_RHO / points), LARGEST_RHO)
