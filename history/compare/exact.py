"""Compare exact counts, for which a difference needs no test.

Counts of instructions and allocations do not depend on the load of a machine. They vary a little
between runs of one program with the length of its environment and the start of its memory.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from history.compare.results import ComparisonVerdict, named
from history.words import metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_EFFECT: Final = 0.005
"""Smallest relative difference that is reported. Runs of one small program lay up to 0.01 % apart,
a Python that shuffles its sets up to 0.1 %."""
AGREEMENT: Final = 0.001
"""The repeats of a side agree when the largest exceeds the smallest by at most this share;
otherwise the metric is compared like any measurement.
"""


def is_exact(metric: str, *sides: Sequence[float]) -> bool:
    """Whether this metric is one that is compared exactly, and every side's repeats agree."""
    return metrics.is_exact(metric) and all(
        side and max(side) - min(side) <= AGREEMENT * min(side) for side in sides
    )


def ratio_of(before: float, after: float) -> float:
    """Ratio of the counts; infinite when there were none before, 1 when there are none in both."""
    return after / before if before > 0 else inf if after > 0 else 1.0


def called(before: float, after: float, direction: str) -> ComparisonVerdict:
    """The verdict about two counts, neither of them negative."""
    ratio = ratio_of(before, after)
    if abs(ratio - 1) < LEAST_EFFECT:
        return ComparisonVerdict.NO_DIFFERENCE
    return named(ratio, direction)
