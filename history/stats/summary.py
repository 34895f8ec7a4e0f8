"""Quantiles, intervals and outliers of one set of samples."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from history.stats.student import student_ends

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
MILD, SEVERE = 1.5, 3.0
"""Tukey's fences, in interquartile ranges beyond the quartiles (Exploratory Data Analysis,
1977)."""
INTERVAL_FROM = 4
"""Fewest samples that get an interval. Student's t of two reaches twelve deviations to each side,
and exp of that: 19.3 ms would lie between 2 ps and 268 days."""
ORDER_STATISTICS_FROM = 5
"""Fewest samples whose extremes enclose the median with 93 % or more: 1 - 2 / 2 ** 5 = 0.9375."""


class IntervalMethod(StrEnum):
    """How an interval was found; stored beside it."""

    CONSTANT = "constant"
    """All samples equal: width zero."""
    ORDER_STATISTICS = "order statistics"
    """Two of the sorted samples, chosen by the binomial law; assumes no distribution."""
    STUDENT = "student"
    """Student's t; for means, and of their logarithms for medians of four samples and for rates
    pooled over items."""
    BATCHES = "batches"
    """Student's t of the middles of batches of samples in the order they were taken; samples that
    hang together do not narrow it."""
    EXACT_BINOMIAL = "exact binomial"
    """Clopper and Pearson's; of a share of which nothing was seen."""
    RANGE = "range"
    """The smallest and the largest of two or three samples: what they are, not what they say."""
    NONE = "none"
    """Too few samples; the interval is (NaN, NaN)."""


@dataclass(frozen=True)
class Interval:
    """An interval with the method that gave it."""

    low: float
    high: float
    method: IntervalMethod


@dataclass(frozen=True)
class Outliers:
    """How many samples lie outside Tukey's fences."""

    low_severe: int
    low_mild: int
    high_mild: int
    high_severe: int


def samples_of(values: ArrayLike) -> Floats:
    """Samples as a flat float64 array; raises ValueError if empty or not all finite."""
    samples = np.asarray(values, dtype=np.float64).ravel()
    if samples.size == 0:
        raise ValueError("expected at least one sample, got none")
    if not np.isfinite(samples).all():
        raise ValueError("expected finite samples, got NaN or infinity; drop absences first")
    return samples


def in_order(values: ArrayLike) -> list[float]:
    """Samples in the order of their size; raises like ``samples_of``."""
    return sorted(samples_of(values).tolist())


def middle_of(ordered: Sequence[float]) -> float:
    """Median of n >= 1 sorted samples, as numpy gives it."""
    half, is_odd = divmod(len(ordered), 2)
    return ordered[half] if is_odd else (ordered[half - 1] + ordered[half]) / 2


def quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between n >= 1 sorted samples, as numpy's; share: 0 to 1.

    Type 7 of Hyndman and Fan, The American Statistician 50 (1996) 361-365.
    """
    position = share * (len(ordered) - 1)
    below = int(position)
    first, second = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    weight = position - below
    # From the nearer one, so that rounding does not carry it past either.
    if weight < 0.5:
        return first + (second - first) * weight
    return second - (second - first) * (1 - weight)


def percentile(values: ArrayLike, percent: float) -> float | None:
    """Percentile by linear interpolation, or None where too few samples lie beyond it.

    One sample in expectation must lie beyond: n * (100 - percent) / 100 >= 1, so 20 samples for
    the 95 % percentile and 100 for the 99 %.
    """
    ordered = in_order(values)
    tail = min(percent, 100 - percent) / 100
    if len(ordered) * tail < 1 - 1e-9:
        return None
    return quantile(ordered, percent / 100)


def median_interval(values: ArrayLike) -> Interval:
    """95 % interval of the median: order statistics, or Student's t of four samples.

    Four samples cannot enclose their median with 95 % whatever their law, so their noise is taken
    to be lognormal; normal where a sample is not positive. Two or three give their range, constant
    samples width zero, a single one (NaN, NaN).
    """
    samples = in_order(values)
    trivial = _trivial(samples)
    if trivial is not None:
        return trivial
    if len(samples) >= ORDER_STATISTICS_FROM:
        return _order_statistics(samples)
    if samples[0] <= 0:
        return Interval(*student_ends(samples), IntervalMethod.STUDENT)
    low, high = (exp(end) for end in student_ends([log(sample) for sample in samples]))
    return Interval(low, high, IntervalMethod.STUDENT)


def mean_interval(values: ArrayLike) -> Interval:
    """95 % interval of the mean by Student's t; fewer than four samples as for the median."""
    samples = in_order(values)
    return _trivial(samples) or Interval(*student_ends(samples), IntervalMethod.STUDENT)


def _trivial(ordered: Sequence[float]) -> Interval | None:
    """What one to three samples give, or equal ones: no statistics."""
    if len(ordered) == 1:
        return Interval(float("nan"), float("nan"), IntervalMethod.NONE)
    if ordered[0] == ordered[-1]:
        return Interval(ordered[0], ordered[0], IntervalMethod.CONSTANT)
    if len(ordered) < INTERVAL_FROM:
        return Interval(ordered[0], ordered[-1], IntervalMethod.RANGE)
    return None


def _order_statistics(ordered: Sequence[float]) -> Interval:
    """95 % interval of the median between two of n >= 5 sorted samples.

    The k-th smallest and k-th largest enclose the median with probability
    1 - 2 P(Binomial(n, 1/2) < k). That jumps with k; interpolation between k and k + 1 to exactly
    95 % follows Hettmansperger and Sheather, Statistics & Probability Letters 4 (1986) 75-79. Five
    samples give their extremes, which enclose it with 93.75 %.
    """
    low, high = between(ordered, *median_ranks(len(ordered)))
    return Interval(low, high, IntervalMethod.ORDER_STATISTICS)


@cache
def median_ranks(n: int, confidence: float = CONFIDENCE) -> tuple[int, float]:
    """Rank k (from 1) of the interval's low end among n sorted samples, and the weight of k + 1.

    The high end is the same rank from the top. k = 0: even the extremes do not reach it.
    """
    # Whole numbers throughout: 2.0**n leaves the floats at n = 1024, 2**n never does.
    below, term, whole = 0, 1, 2**n
    k = 0
    coverage = next_coverage = 1.0
    while k < n // 2:
        below += term
        next_coverage = 1 - 2 * below / whole
        if next_coverage < confidence:
            break
        term = term * (n - k) // (k + 1)
        k, coverage = k + 1, next_coverage
    if k == 0 or k >= n // 2:
        return k, 0.0
    share = (coverage - confidence) / (coverage - next_coverage)
    return k, (n - k) * share / (k + (n - 2 * k) * share)


def between(ordered: Sequence[float], k: int, weight: float) -> tuple[float, float]:
    """Ends of an interval by the ranks of ``median_ranks``; k = 0 stands for the extremes."""
    n, k = len(ordered), max(k, 1)
    inner = min(k, n - 1)
    # Written so that rounding cannot carry an end past the sample beside it, so past the median.
    low = min(ordered[k - 1] + weight * (ordered[inner] - ordered[k - 1]), ordered[inner])
    upper, inside = ordered[n - k], ordered[n - 1 - inner]
    return low, max(upper + weight * (inside - upper), inside)


def fences(ordered: Sequence[float], reach: float) -> tuple[float, float]:
    """Tukey's fences of sorted samples, so many interquartile ranges beyond the quartiles."""
    q1, q3 = quantile(ordered, 0.25), quantile(ordered, 0.75)
    return q1 - reach * (q3 - q1), q3 + reach * (q3 - q1)


def outliers(values: ArrayLike) -> Outliers:
    """Count samples beyond Tukey's mild and severe fences."""
    ordered = in_order(values)
    inner, outer = fences(ordered, MILD), fences(ordered, SEVERE)
    low, low_severe = bisect_left(ordered, inner[0]), bisect_left(ordered, outer[0])
    high, high_severe = (len(ordered) - bisect_right(ordered, end) for end in (inner[1], outer[1]))
    return Outliers(
        low_severe=low_severe,
        low_mild=low - low_severe,
        high_mild=high - high_severe,
        high_severe=high_severe,
    )
