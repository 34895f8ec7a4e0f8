"""Say how far the true change may lie from the one that is stated."""

from __future__ import annotations

from math import pi, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np

from history.detect.noise import LARGEST_RHO, autocorrelation, quantile
from history.detect.prune import middle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from history.detect.signal import Signal

    Floats = NDArray[np.float64]

Z = 1.96
"""97.5 % quantile of the normal law."""
HIDDEN_RHO = 4.0
"""A level's own mean hides (1 + 4 rho) / points of the autocorrelation around it (M. G. Kendall,
Note on bias in the estimation of autocorrelation, Biometrika 41, 1954)."""


def between(signal: Signal, old: slice, new: slice) -> tuple[float, float]:
    """95 % interval of the shift from the points `old` to the points `new`, in units of `y`."""
    points = np.concatenate((signal.clean[old], signal.clean[new]))
    kept = stickiness(points, [0, old.stop - old.start, points.size])
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

    The Mann-Whitney statistic is itself a share, of pairs; on the arcsine scale, where shares
    scatter alike, it is taken to be normal. Few points then never reach beyond all differences.
    """
    before, after = effective(points_before, rho), effective(points_after, rho)
    reach = Z * sqrt((1 / before + 1 / after + 1 / (before * after)) / 12.0)
    return 0.5 * sin(min(2.0 * reach, pi / 2))


def effective(points: int, rho: float) -> float:
    """Independent points whose mean is as steady as that of `points` with autocorrelation rho.

    Exact where lag k has rho ** k: the first and the last points have neighbours on one side only,
    so that few points count for more than the (1 - rho) / (1 + rho) of many; one counts for one.
    """
    away = 1.0 - rho
    near = rho / away - rho * (1.0 - rho**points) / (points * away * away)
    return points / (1.0 + 2.0 * near)


def stickiness(clean: Floats, bounds: Sequence[int]) -> float:
    """Lag-1 autocorrelation around the means of the levels bounds: 0, .., points; 0 .. 0.9.

    The rho a series is cut with comes from a finer cut, which leaves out what stays in one of two
    states for a while; an interval has to count that.
    """
    hidden = HIDDEN_RHO * (len(bounds) - 1) / clean.size
    return min(autocorrelation(clean, bounds) * (1.0 + hidden), LARGEST_RHO)
