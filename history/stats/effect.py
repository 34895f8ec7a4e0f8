"""Compare two sets of samples: how large is the difference, and could it be chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import erfc, exp, hypot, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from history.stats.student import NORMAL_975
from history.stats.summary import (
    Interval,
    IntervalMethod,
    between,
    median_interval,
    median_ranks,
    middle_of,
    samples_of,
)

Floats = NDArray[np.float64]

RATIO_NEEDS: Final = 4
"""Samples a side for an interval of a ratio: fewer do not tell how well a median is known."""
_INNER: Final = 0.875
"""Confidence of the interval a standard error is made of: what the extremes of four samples
reach. With it 95 % intervals of a ratio cover 93 to 97 % from 4 to 30 samples a side (simulated,
four laws; a bootstrap covered 92 to 98 %)."""
_INNER_QUANTILE: Final = 1.534121
"""Quantile of the normal law at (1 + 0.875) / 2."""
_FOUR_QUANTILE: Final = 1.632
"""The same for four samples, whose extremes lie further out than those of larger sets would: with
1.534 their intervals covered 94 to 98 % (simulated, six laws), with this 93 to 97 %."""
EXACT_UP_TO: Final = 50
"""Largest number of pairs whose signed ranks are counted exactly (scipy uses the same), and of
samples on the larger side whose ranks are."""
EXACT_SIDE: Final = 8
"""The same on the smaller side (scipy uses the same)."""


class Test(NamedTuple):
    """A statistic and its two-sided p value."""

    statistic: float
    p: float


@dataclass(frozen=True)
class Ratio:
    """after / before with its 95 % interval; above 1 means after is larger."""

    value: float
    interval: Interval


def ratio_of_medians(before: ArrayLike, after: ArrayLike) -> Ratio:
    """Ratio median(after) / median(before) with an interval that assumes no distribution.

    The standard error of each log median is the width of an interval between two of its sorted
    samples over that of the normal law; their squares add up. Price and Bonett, Journal of
    Statistical Computation and Simulation 72 (2002) 119-124, with interpolated ranks. Samples must
    be positive; raises ValueError otherwise. Below four on a side the interval is (NaN, NaN).
    """
    old, new = _positive(before), _positive(after)
    value = _median(new) / _median(old)
    if old.min() == old.max() and new.min() == new.max() and min(old.size, new.size) > 1:
        return Ratio(value, Interval(value, value, IntervalMethod.CONSTANT))
    if min(old.size, new.size) < RATIO_NEEDS:
        return Ratio(value, Interval(float("nan"), float("nan"), IntervalMethod.NONE))
    half = NORMAL_975 * hypot(_log_median_error(old), _log_median_error(new))
    ends = value * exp(-half), value * exp(half)
    return Ratio(value, Interval(*ends, IntervalMethod.ORDER_STATISTICS))


def paired_ratio(before: ArrayLike, after: ArrayLike) -> Ratio:
    """Median of the per-pair ratios after[i] / before[i]; both (n,), positive, n >= 1.

    For items or duet rounds measured on both sides: what the pair shares cancels out. The interval
    is that of a median; below four pairs it is (NaN, NaN), unless they are all equal.
    """
    old, new = _positive(before), _positive(after)
    if old.size != new.size:
        raise ValueError(f"pairs need equal lengths, got {old.size} and {new.size}")
    logs = np.log(new / old)
    found = median_interval(logs)
    if found.method is IntervalMethod.RANGE:
        found = Interval(float("nan"), float("nan"), IntervalMethod.NONE)
    ends = float(np.exp(found.low)), float(np.exp(found.high))
    return Ratio(float(np.exp(_median(logs))), Interval(*ends, found.method))


def geometric_mean(ratios: ArrayLike) -> float:
    """Geometric mean of positive ratios, the only mean that does not depend on the baseline."""
    return float(np.exp(np.log(_positive(ratios)).mean()))


def cliffs_delta(before: ArrayLike, after: ArrayLike) -> float:
    """P(after > before) - P(after < before), from -1 to 1; 0 means neither tends to be larger.

    Cliff, Psychological Bulletin 114 (1993) 494-509.
    """
    old, new = np.sort(samples_of(before)), samples_of(after)
    smaller = np.searchsorted(old, new, side="left").sum()
    larger = (old.size - np.searchsorted(old, new, side="right")).sum()
    return float(int(smaller) - int(larger)) / (old.size * new.size)


def mann_whitney(before: ArrayLike, after: ArrayLike) -> Test:
    """Two-sided Mann-Whitney U of `before`.

    Mann and Whitney, Annals of Mathematical Statistics 18 (1947) 50-60. Without ties exact where
    one side has at most 8 samples and the other at most 50, else the normal law with tie and
    continuity correction: of five against five that lie apart it makes p 0.012 instead of 0.008,
    and among hundreds of comparisons that decides. All samples equal gives p = 1.
    """
    old, new = samples_of(before), samples_of(after)
    ranks, ties = ranks_of(np.concatenate((old, new)))
    m, n = old.size, new.size
    u = float(ranks[:m].sum()) - m * (m + 1) / 2
    total = m + n
    if ties == 0 and min(m, n) <= EXACT_SIDE and max(m, n) <= EXACT_UP_TO:
        return Test(u, min(2 * _rank_sum_cdf(m, n, int(min(u, m * n - u))), 1.0))
    variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
    return Test(u, _two_sided(abs(u - m * n / 2) - 0.5, variance))


def wilcoxon(before: ArrayLike, after: ArrayLike) -> Test:
    """Two-sided Wilcoxon signed-rank test of the differences after[i] - before[i].

    Wilcoxon, Biometrics Bulletin 1 (1945) 80-83. Zero differences are dropped. Exact up to 50
    pairs without ties or zeros, else the normal law with tie correction. The statistic is the
    smaller of the two rank sums.
    """
    old, new = samples_of(before), samples_of(after)
    if old.size != new.size:
        raise ValueError(f"pairs need equal lengths, got {old.size} and {new.size}")
    difference = new - old
    moved = difference[difference != 0]
    if moved.size == 0:
        return Test(0.0, 1.0)
    ranks, ties = ranks_of(np.abs(moved))
    n = moved.size
    positive = float(ranks[moved > 0].sum())
    statistic = min(positive, n * (n + 1) / 2 - positive)
    if n <= EXACT_UP_TO and ties == 0 and n == difference.size:
        return Test(statistic, min(2 * _signed_rank_cdf(n, int(statistic)), 1.0))
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return Test(statistic, _two_sided(abs(statistic - n * (n + 1) / 4), variance))


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjusted p values (n,): rejecting those below q keeps the false discovery rate below q.

    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
    NaN (no test was possible) stays NaN and does not count as a test.
    """
    p = np.asarray(p_values, dtype=np.float64).ravel()
    adjusted = np.full(p.size, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * order.size / np.arange(1, order.size + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def ranks_of(values: Floats) -> tuple[Floats, float]:
    """Ranks (n,) from 1, ties sharing their mean rank, and the sum of t ** 3 - t over ties."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_rank = last - (counts - 1) / 2
    sizes = counts.astype(np.float64)
    return mean_rank[inverse], float((sizes**3 - sizes).sum())


def _median(samples: Floats) -> float:
    """Numpy's own takes ten times as long for few."""
    return middle_of(sorted(samples.tolist()))


def _positive(values: ArrayLike) -> Floats:
    samples = samples_of(values)
    if samples.min() <= 0:
        raise ValueError(f"a ratio needs positive samples, got {samples.min():g}")
    return samples


def _log_median_error(samples: Floats) -> float:
    """Standard error of the logarithm of the median of n >= 4 positive samples."""
    low, high = between(np.sort(np.log(samples)).tolist(), *median_ranks(samples.size, _INNER))
    return (high - low) / (2 * (_FOUR_QUANTILE if samples.size == 4 else _INNER_QUANTILE))


def _two_sided(distance: float, variance: float) -> float:
    if variance <= 0:
        return 1.0
    return min(erfc(distance / sqrt(2 * variance)), 1.0)


@cache
def _rank_sums(m: int, n: int) -> NDArray[np.int64]:
    """(m n + 1,) in how many of the orders of m and n samples U is 0, 1, …: Gauss' binomial."""
    ways = np.zeros(m * n + 1, dtype=np.int64)
    ways[0] = 1
    for k in range(1, m + 1):
        # Times (1 - q^(n + k)), then divided by (1 - q^k).
        ways[n + k :] = ways[n + k :] - ways[: -(n + k)]
        for start in range(k):
            ways[start::k] = np.cumsum(ways[start::k])
    return ways


def _rank_sum_cdf(m: int, n: int, u: int) -> float:
    """P(U <= u) where all orders are equally likely."""
    ways = _rank_sums(min(m, n), max(m, n))
    return float(ways[: u + 1].sum() / ways.sum())


def _signed_rank_cdf(n: int, statistic: int) -> float:
    """P(rank sum <= statistic) over all 2 ** n equally likely choices of signs."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] = ways[rank:] + ways[:-rank]
    return float(ways[: statistic + 1].sum() * 2.0**-n)
