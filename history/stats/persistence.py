"""Say how much values taken one after the other hang together, and so for how many they count.

Points of a history within its levels, and samples of a run within its processes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST = 0.95
"""Of rho: what stays longer than twenty points is a level."""
LARGEST_AT_ONE = 0.9
"""Of the autocorrelation at lag 1; short records that are all slope would have more."""
DOUBT = 3.0
"""As many points' worth of belief that one autocorrelation says it all: that it falls as its own
powers, and is the same for ranks as for values. What the record says otherwise has to outweigh it.
"""
ROUNDS = 4
"""Of giving back what the means of the levels hide; a fifth moves an interval by 0.1 %."""


class Persistence(NamedTuple):
    """Autocorrelation share * rho ** lag, at lags 1, 2, ...: noise that stays in states.

    rho says how long a state lasts, 0 to `LARGEST`; share how much of the variance lies between
    states, 0 to 1, and what is left is drawn anew for each point. With a share of 1 it is that of
    an autoregression.
    """

    share: float
    rho: float


NONE = Persistence(0.0, 0.0)


def effective(points: int, kept: Persistence) -> float:
    """Independent points whose mean is as steady as that of `points` with this autocorrelation.

    Exact: the first and the last points have neighbours on one side only, so that few points count
    for more than the (1 - rho) / (1 + rho) of many, at a share of 1; one counts for one.
    """
    return points / (1.0 + 2.0 * kept.share * _neighbours(points, kept.rho))


def _neighbours(points: int, rho: float) -> float:
    """The sum of rho ** lag over all lags that a point has a neighbour at, for the mean point."""
    away = 1.0 - rho
    return rho / away - rho * (1.0 - rho**points) / (points * away * away)


def around_means(values: Floats, bounds: Sequence[int]) -> Floats:
    """Each value less the mean of its level; values: (n,), bounds: 0, .., n."""
    lengths = np.diff(bounds)
    return values - np.repeat(np.add.reduceat(values, bounds[:-1]) / lengths, lengths)


def persistence(clean: Floats, bounds: Sequence[int]) -> Persistence:
    """How the ranks within the levels follow each other.

    clean: (n,) in the order of measuring, with outliers moved in; bounds: 0, .., n, the levels,
    each around its own mean. Ranks, because an interval is made of them. Values jump with the state
    and ranks do so less, since within a state they are drawn anew; how long a state lasts is
    clearer in the values, from how their autocorrelation falls from lag 1 to lag 2.
    """
    lengths = [end - start for start, end in pairwise(bounds)]
    levels = [clean[start:end] for start, end in pairwise(bounds)]
    values = [_around_mean(level) for level in levels]
    first = _seen(values, 1)
    if first.given_back(len(lengths) / clean.size) <= 0.0:
        return NONE
    ranks = [_around_mean(_ranks(level)) for level in levels]
    if not any(level.any() for level in ranks):
        return NONE
    second, order = _seen(values, 2), _seen(ranks, 1)
    doubt = DOUBT / clean.size
    of_values = of_ranks = neighbours = 0.0
    for _ in range(ROUNDS):
        # What the means of the levels take of the variance: of each, its points by its effective.
        hidden, hidden_of_ranks = (
            (len(lengths) + 2.0 * share * neighbours) / clean.size
            for share in (of_values, of_ranks)
        )
        near = min(first.given_back(hidden), LARGEST_AT_ONE)
        if near <= 0.0:
            return NONE
        rho = near * (doubt + second.given_back(hidden)) / (doubt + near * near)
        rho = min(max(rho, near), LARGEST)
        of_values = near / rho
        of_ranks = min(max(order.given_back(hidden_of_ranks) / rho, 0.0), 1.0)
        neighbours = sum(_neighbours(length, rho) for length in lengths)
    known = effective(clean.size, Persistence(1.0, rho))
    return Persistence((of_ranks * known + DOUBT) / (known + DOUBT), rho)


class _Seen(NamedTuple):
    """Sum of the products of points a lag apart within their levels, to the sum of squares."""

    ratio: float
    pairs: float
    """Share of the points that have a partner."""

    def given_back(self, hidden: float) -> float:
        """The autocorrelation at that lag, with what the means of the levels took of both sums.

        A mean takes away what is the same in all points of its level: as much of the sum of
        squares as its points go into its effective ones, and of the products as much a pair (cf.
        F. H. C. Marriott and J. A. Pope, Bias in the estimation of autocorrelations, Biometrika
        41, 1954).
        """
        if self.pairs == 0.0:
            return 0.0
        return self.ratio * (1.0 - hidden) / self.pairs + hidden


def _seen(levels: Sequence[Floats], lag: int) -> _Seen:
    """``levels``: the points of each, around their mean."""
    size = pairs = 0
    squares = products = 0.0
    for level in levels:
        size += level.size
        squares += float(level.dot(level))
        if level.size > lag:
            pairs += level.size - lag
            products += float(level[lag:].dot(level[:-lag]))
    return _Seen(products / squares if squares else 0.0, pairs / size)


def _around_mean(level: Floats) -> Floats:
    around: Floats = level - level.sum() / level.size
    return around


def _ranks(level: Floats) -> Floats:
    """Ranks within a level, as shares of it; equal values share the middle of theirs."""
    ordered = np.sort(level)
    below, upto = ordered.searchsorted(level, "left"), ordered.searchsorted(level, "right")
    ranks: Floats = (below + upto) / (2.0 * ordered.size)
    return ranks
