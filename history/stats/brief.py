"""Describe many small sets of samples at once, without numpy's cost per call.

Gives the same numbers as ``summary.summarise`` (a test holds them together) at a fortieth of its
time for 10 to 30 samples: an import describes a hundred thousand points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.stats.summary import median_ranks

if TYPE_CHECKING:
    from collections.abc import Sequence


class Brief(NamedTuple):
    """The few numbers that are stored with a point, in the unit of the samples."""

    median: float
    q1: float
    q3: float
    minimum: float
    maximum: float
    low: float | None
    """Lower end of the 95 % interval of the median by order statistics; None below 6 samples."""
    high: float | None


def brief(samples: Sequence[float]) -> Brief:
    """Describe n >= 1 finite samples; raises IndexError for none."""
    ordered = sorted(samples)
    n = len(ordered)
    k, weight = median_ranks(n)
    low = high = None
    if ordered[0] == ordered[-1]:
        low = high = ordered[0]
    elif k:
        inner = min(k, n - 1)
        low = (1 - weight) * ordered[k - 1] + weight * ordered[inner]
        high = (1 - weight) * ordered[n - k] + weight * ordered[n - 1 - inner]
    return Brief(
        median=_quantile(ordered, 0.5),
        q1=_quantile(ordered, 0.25),
        q3=_quantile(ordered, 0.75),
        minimum=ordered[0],
        maximum=ordered[-1],
        low=low,
        high=high,
    )


def _quantile(ordered: list[float], share: float) -> float:
    """Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996)."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
