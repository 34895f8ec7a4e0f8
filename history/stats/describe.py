"""Describe the samples behind one point in the numbers that are kept with it.

The one way from samples to a point, whether they were measured here or came in a file. An import
describes a hundred thousand points of a few samples each, so what it stands on is plain Python: a
call of numpy costs as much as a hundred samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.stats.batches import ordered_interval
from history.stats.summary import IntervalMethod, in_order, middle_of, quantile, samples_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


class Described(NamedTuple):
    """What is stored with a point, in the unit of the samples."""

    value: float
    """Median or mean."""
    n: int
    q1: float
    q3: float
    minimum: float
    maximum: float
    low: float | None
    """Lower end of the 95 % interval of ``value``; None for a single sample."""
    high: float | None
    method: str
    """How the interval was found, as ``Measured.interval`` has it; empty where there is none."""


def describe(
    samples: ArrayLike, aggregate: str = "median", processes: Sequence[int] = ()
) -> Described:
    """Describe n >= 1 finite samples in the order in which they were taken.

    ``processes`` (n,) says which process each comes from; empty: all from one. Raises ValueError
    for no samples, and for NaN and infinity.
    """
    ordered = in_order(samples)
    interval = ordered_interval(samples, aggregate, processes)
    is_known = interval.method is not IntervalMethod.NONE
    return Described(
        value=float(samples_of(samples).mean()) if aggregate == "mean" else middle_of(ordered),
        n=len(ordered),
        q1=quantile(ordered, 0.25),
        q3=quantile(ordered, 0.75),
        minimum=ordered[0],
        maximum=ordered[-1],
        low=interval.low if is_known else None,
        high=interval.high if is_known else None,
        method=interval.method.replace(" ", "-") if is_known else "",
    )
