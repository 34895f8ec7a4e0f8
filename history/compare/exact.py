"""Compare what the same program does the same number of times: no test is needed for a difference.

Instructions and allocations do not depend on how busy a machine is. What moves them by a little
between runs of one program is its surroundings: the length of its environment, where its memory
begins.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from history.compare.results import ComparisonVerdict, named
from history.words import metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_EFFECT: Final = 0.005
"""Relative difference from which on one is told. Runs of one small program lay up to 0.01 % apart,
a Python that shuffles its sets up to 0.1 %."""
AGREEMENT: Final = 0.001
"""The repeats of a side agree when the largest exceeds the smallest by no larger share; others are
compared as any measurement is."""


def is_exact(metric: str, *sides: Sequence[float]) -> bool:
    """Whether this metric is one that is compared exactly, and every side's repeats agree."""
    return metrics.is_exact(metric) and all(
        side and max(side) - min(side) <= AGREEMENT * min(side) for side in sides
    )


def ratio_of(before: float, after: float) -> float:
    """How many times as many; infinite where there were none, 1 where there still are none."""
    return after / before if before > 0 else inf if after > 0 else 1.0


def called(before: float, after: float, direction: str) -> ComparisonVerdict:
    """The verdict about two counts, neither of them negative."""
    ratio = ratio_of(before, after)
    if abs(ratio - 1) < LEAST_EFFECT:
        return ComparisonVerdict.NO_DIFFERENCE
    return named(ratio, direction)
