"""Say how far the true change may lie from the one that is stated."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from history.detect.noise import LARGEST_RHO, autocorrelation, quantile
from history.detect.prune import middle
from history.stats.student import student_975

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from history.detect.signal import Signal

    Floats = NDArray[np.float64]

ROUNDS = 4
"""Of correcting rho by itself; a fifth moves it by 0.01 at most."""


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

    The Mann-Whitney statistic is itself a share, of pairs; it is taken to follow the beta law that
    has its variance and lies evenly about a half. So few points never reach beyond all differences.
    """
    before, after = effective(points_before, rho), effective(points_after, rho)
    variance = (1 / before + 1 / after + 1 / (before * after)) / 12.0
    freedom = max(0.25 / variance - 1.0, 0.0)
    whole = int(freedom)
    return _reach(whole) + (freedom - whole) * (_reach(whole + 1) - _reach(whole))


@cache
def _reach(freedom: int) -> float:
    """From a half to the 97.5 % quantile of the beta law with both parameters freedom / 2.

    Such a law is Student's on another scale: t / sqrt(freedom + t t) is 2 x - 1.
    """
    if freedom == 0:
        return 0.5
    t = student_975(freedom)
    return 0.5 * t / sqrt(freedom + t * t)


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
    states for a while; an interval has to count that. And a level's own mean takes away what is the
    same in all of its points: as much of the sum of squares as the points of a level go into its
    effective ones, so the more, the larger rho is (cf. F. H. C. Marriott and J. A. Pope, Bias in
    the estimation of autocorrelations, Biometrika 41, 1954).
    """
    known = autocorrelation(clean, bounds)
    if known == 0.0:
        return 0.0
    lengths = [end - start for start, end in pairwise(bounds)]
    points, levels = clean.size, len(lengths)
    raw = known - levels / points
    rho = known
    for _ in range(ROUNDS):
        hidden = sum(length / effective(length, rho) for length in lengths)
        within = raw * (points - hidden) + hidden
        rho = min(max(within / (points - levels), 0.0), LARGEST_RHO)
    return rho
