"""Say how far the true change may lie from the one that is stated."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from history.detect.noise import median, quantile
from history.stats.persistence import Persistence, effective, persistence
from history.stats.student import student_975

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.preprocess import Signal

    Floats = NDArray[np.float64]


def between(signal: Signal, old: slice, new: slice) -> tuple[float, float]:
    """95 % interval of the shift from the points `old` to the points `new`, in units of `y`."""
    points = np.concatenate((signal.clean[old], signal.clean[new]))
    kept = persistence(points, [0, old.stop - old.start, points.size])
    return of_difference(signal.y[old], signal.y[new], kept)


def of_difference(before: Floats, after: Floats, kept: Persistence) -> tuple[float, float]:
    """95 % interval of a shift from `before` to `after`; at least one point on each side.

    Moses' interval: quantiles of all differences between a point after and a point before, as far
    from their median as the Mann-Whitney statistic scatters. It assumes no distribution of the
    noise, and unlike a median it is steady where noise has two states. The difference of the
    medians is stated beside it, so it is always inside. Autocorrelated points count for fewer.
    """
    differences = np.subtract.outer(after, before).ravel()
    differences.sort()
    share = share_of(before.size, after.size, kept)
    stated = median(after) - median(before)
    return (
        min(quantile(differences, 0.5 - share), stated),
        max(quantile(differences, 0.5 + share), stated),
    )


def share_of(points_before: int, points_after: int, kept: Persistence) -> float:
    """Share of the differences between their median and either end of the interval.

    The Mann-Whitney statistic is itself a share, of pairs; it is taken to follow the beta law that
    has its variance and lies evenly about a half. So few points never reach beyond all differences.
    """
    before, after = effective(points_before, kept), effective(points_after, kept)
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
