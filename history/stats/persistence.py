"""Say how much values taken one after the other hang together, and so for how many they count.

Points of a history within its levels, and samples of a run within its processes.
"""

from __future__ import annotations

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
    rho, away = kept.rho, 1.0 - kept.rho
    near = rho / away - rho * (1.0 - rho**points) / (points * away * away)
    return points / (1.0 + 2.0 * kept.share * near)


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
    level = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    values, ranks = around_means(clean, bounds), around_means(_ranks(clean, bounds), bounds)
    if not ranks.any():
        return NONE
    first, second, order = _seen(values, level, 1), _seen(values, level, 2), _seen(ranks, level, 1)
    doubt = DOUBT / clean.size
    of_values = of_ranks = NONE
    for _ in range(ROUNDS):
        hidden = _hidden(bounds, of_values)
        near = min(first.given_back(hidden), LARGEST_AT_ONE)
        if near <= 0.0:
            return NONE
        rho = near * (doubt + second.given_back(hidden)) / (doubt + near * near)
        rho = min(max(rho, near), LARGEST)
        of_values = Persistence(near / rho, rho)
        share = order.given_back(_hidden(bounds, of_ranks)) / rho
        of_ranks = Persistence(min(max(share, 0.0), 1.0), rho)
    known = effective(clean.size, Persistence(1.0, rho))
    return Persistence((of_ranks.share * known + DOUBT) / (known + DOUBT), rho)


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


def _seen(residual: Floats, level: NDArray[np.int_], lag: int) -> _Seen:
    """`residual` around the means of the levels; level: which one a point is of."""
    together = level[lag:] == level[:-lag]
    products = residual[lag:] * residual[:-lag]
    ratio = float(products[together].sum()) / float(residual @ residual)
    return _Seen(ratio, float(together.sum()) / residual.size)


def _hidden(bounds: Sequence[int], kept: Persistence) -> float:
    """Share of the variance of a point that the means of the levels take away."""
    lengths = np.diff(bounds).tolist()
    return sum(length / effective(length, kept) for length in lengths) / bounds[-1]


def _ranks(values: Floats, bounds: Sequence[int]) -> Floats:
    """Ranks within each level, as shares of it; equal values share the middle of theirs."""
    ranks = np.empty(values.size)
    for start in range(len(bounds) - 1):
        inner = slice(bounds[start], bounds[start + 1])
        ordered = np.sort(values[inner])
        below = np.searchsorted(ordered, values[inner], "left")
        upto = np.searchsorted(ordered, values[inner], "right")
        ranks[inner] = (below + upto) / (2.0 * ordered.size)
    return ranks
