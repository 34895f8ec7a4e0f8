"""Enclose a mean of few samples: Student's t and the quantiles that it needs."""

from __future__ import annotations

from functools import cache
from math import atan, cos, pi, sin, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

NORMAL_975: Final = 1.959964
"""97.5 % quantile of the normal law."""
_TABLE: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""97.5 % quantiles of Student's t for 1 to 10 degrees of freedom."""
_FAR: Final = 1e9
"""No quantile is looked for beyond this."""


def student_975(freedom: int) -> float:
    """97.5 % quantile of Student's t; a table up to 10, then an expansion good to 0.0005.

    Cornish-Fisher expansion around the normal quantile: Abramowitz and Stegun 26.7.5.
    """
    if freedom < 1:
        raise ValueError(f"at least one degree of freedom is needed, got {freedom}")
    if freedom <= len(_TABLE):
        return _TABLE[freedom - 1]
    z = NORMAL_975
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def student_p(t: float, freedom: int) -> float:
    """Share of Student's t beyond -t and t; the finite series of Abramowitz and Stegun 26.7.3, 4.

    Good to 1e-15, so a p value below that is 0.
    """
    angle = atan(abs(t) / sqrt(freedom))
    square = cos(angle) ** 2
    is_odd = freedom % 2 == 1
    term = total = 0.0 if freedom == 1 else (cos(angle) if is_odd else 1.0)
    for step in range(3 if is_odd else 2, freedom - 1, 2):
        term *= square * (step - 1) / step
        total += term
    inside = (angle + sin(angle) * total) * 2 / pi if is_odd else sin(angle) * total
    return max(0.0, 1.0 - inside)


@cache
def student_reach(p: float, freedom: int) -> float:
    """The t beyond which, on both sides, a share p of Student's t lies; 0 < p < 1."""
    low, high = 0.0, 1.0
    while student_p(high, freedom) > p and high < _FAR:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if student_p(middle, freedom) > p else (low, middle)
    return high


def student_ends(samples: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the mean of n >= 2 samples: mean -+ t * deviation / sqrt(n).

    Student, Biometrika 6 (1908) 1-25.
    """
    mean, deviation = mean_and_deviation(samples)
    half = student_975(len(samples) - 1) * deviation / sqrt(len(samples))
    return mean - half, mean + half


def mean_and_deviation(samples: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (n - 1) of n >= 2 samples."""
    mean = sum(samples) / len(samples)
    squares = sum((sample - mean) ** 2 for sample in samples)
    return mean, sqrt(squares / (len(samples) - 1))
