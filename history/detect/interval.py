"""Say how far the true change may lie from the one that is stated."""

from __future__ import annotations

from math import hypot, sqrt
from typing import TYPE_CHECKING

import numpy as np

from history.detect.noise import quantile
from history.detect.prune import middle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HALF_95 = 1.03
"""0.98, half the 97.5 % quantile of the normal law, and a little more: the quantiles below are
themselves estimates, from some fifty points. By simulation the interval then covers the true change
93 to 97 times in 100 (tests/history/detect/test_interval.py)."""
MORE_POINTS = 2.8
"""The middle of n uniform draws follows a beta law; its 97.5 % quantile is 0.5 + 0.98 / sqrt(n +
2.8) to within 0.005 from two points on."""
WIDEST = 0.475
"""One point may lie anywhere between the 2.5 % and the 97.5 % quantile of the noise."""


def of_difference(before: Floats, after: Floats, rho: float) -> tuple[float, float]:
    """95 % interval of median(after) - median(before); at least one point on each side.

    Takes no law of the noise for granted: its shape is that of the distances of all points from
    their own level's median, so heavy tails, spikes and two states widen or narrow the interval
    as they should. The two sides' intervals are combined as independent errors.
    """
    middle_before, middle_after = middle(before), middle(after)
    distances = np.concatenate((before - middle_before, after - middle_after))
    distances.sort()
    low_before, high_before = of_median(distances, before.size, rho)
    low_after, high_after = of_median(distances, after.size, rho)
    difference = middle_after - middle_before
    return (
        difference - hypot(high_after, low_before),
        difference + hypot(low_after, high_before),
    )


def of_median(distances: Floats, points: int, rho: float) -> tuple[float, float]:
    """Where the median of so many points lies 95 times in 100, from the level's; (low, high).

    distances: (n,) sorted, what noise looks like. rho, the autocorrelation, makes the points count
    for fewer.
    """
    independent = max(points * (1.0 - rho) / (1.0 + rho), 1.0)
    share = min(HALF_95 / sqrt(independent + MORE_POINTS), WIDEST)
    return quantile(distances, 0.5 - share), quantile(distances, 0.5 + share)
