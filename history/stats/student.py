"""Enclose a mean of few samples: Student's t and the quantiles that it needs."""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

_TABLE: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""97.5 % quantiles of Student's t for 1 to 10 degrees of freedom."""


def student_975(freedom: int) -> float:
    """97.5 % quantile of Student's t; a table up to 10, then an expansion good to 0.0005.

    Cornish-Fisher expansion around the normal quantile: Abramowitz and Stegun 26.7.5.
    """
    if freedom < 1:
        raise ValueError(f"at least one degree of freedom is needed, got {freedom}")
    if freedom <= len(_TABLE):
        return _TABLE[freedom - 1]
    z = 1.959964
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def student_ends(samples: NDArray[np.float64]) -> tuple[float, float]:
    """95 % interval of the mean of n >= 2 samples: mean -+ t * deviation / sqrt(n).

    Student, Biometrika 6 (1908) 1-25.
    """
    half = student_975(samples.size - 1) * float(samples.std(ddof=1)) / sqrt(samples.size)
    mean = float(samples.mean())
    return mean - half, mean + half
