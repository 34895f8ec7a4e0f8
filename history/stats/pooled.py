"""Enclose a rate that is pooled over items: errors over words, time over audio."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from history.stats.student import student_975
from history.stats.summary import Interval, IntervalMethod, samples_of

FEWEST: Final = 4
"""Items below which no interval is given: it would say more about its formula than about them."""
_NONE: Final = Interval(float("nan"), float("nan"), IntervalMethod.NONE)


@dataclass(frozen=True)
class Pooled:
    """A sum over a sum, with what the items say about it."""

    value: float
    """NaN where the wholes add up to nothing."""
    interval: Interval
    """95 % interval over further items of the same sort."""
    n: int
    """Items."""


def pooled(parts: ArrayLike, wholes: ArrayLike) -> Pooled:
    """sum(parts) / sum(wholes) of n >= 1 items, none of them negative.

    The interval is Student's t of the logarithm: the ratio's error is that of the residuals
    part - value * whole (Cochran, Sampling Techniques, 1977, 6.3). By simulation of error counts it
    holds the truth 94 to 98 times in 100 with four items and more, where a bootstrap over the
    items holds it 78 to 88 times with four to ten (tests/history/stats/test_pooled.py).
    """
    some, of = samples_of(parts), samples_of(wholes)
    if some.shape != of.shape:
        raise ValueError(f"{some.size} parts do not fit {of.size} wholes")
    if min(some.min(), of.min()) < 0:
        raise ValueError("expected parts and wholes that are not negative")
    whole = float(of.sum())
    if whole == 0:
        return Pooled(float("nan"), _NONE, some.size)
    value = float(some.sum()) / whole
    return Pooled(value, _interval(value, some - value * of, whole), some.size)


def _interval(value: float, residuals: np.ndarray, whole: float) -> Interval:
    n = residuals.size
    if n < FEWEST or value == 0:
        return _NONE
    error = sqrt(n / (n - 1) * float((residuals**2).sum())) / whole
    reach = exp(student_975(n - 1) * error / value)
    return Interval(value / reach, value * reach, IntervalMethod.STUDENT)
