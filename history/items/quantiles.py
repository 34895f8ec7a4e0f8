"""The quantiles of a time over the utterances or files of one measurement.

A total of ten sentences, or the mean of their first audio, hides the one that took five times as
long, and somebody waits for that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.stats.summary import in_order, percentile, quantile
from history.words.metrics import Kind, find

if TYPE_CHECKING:
    from collections.abc import Collection

FEWEST: Final = 2
"""Items from which on there are quantiles."""
_RATES: Final = frozenset({"rtf"})
"""Ratios of a time, whose quantiles mean what those of times do."""


class OverItems(NamedTuple):
    """Quantiles over the values of items, each the aggregate of the item's own repeats."""

    n: int
    p50: float
    p95: float | None
    """None below 20 items, of which it would be the largest."""
    largest: float


def over_items(metric: str, values: Collection[float]) -> OverItems | None:
    """The quantiles of a metric's values, one for each item, in their unit.

    None for a metric that is neither a time nor a ratio of a time, and for fewer than two items.
    """
    if len(values) < FEWEST or not (metric in _RATES or find(metric).kind is Kind.TIME):
        return None
    ordered = in_order(list(values))
    return OverItems(
        n=len(ordered),
        p50=quantile(ordered, 0.5),
        p95=percentile(ordered, 95),
        largest=ordered[-1],
    )
