"""Say how a time spreads over the utterances or files of one measurement: its quantiles over items.

A total of ten sentences, or the mean of their first audio, hides the one that took five times as
long; that one is what somebody waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.stats.summary import in_order, percentile, quantile
from history.words.metrics import Kind, find

if TYPE_CHECKING:
    from collections.abc import Collection

FEWEST: Final = 2
"""Items below which nothing spreads."""
_RATES: Final = frozenset({"rtf"})
"""Of time, so that they spread as times do."""


class OverItems(NamedTuple):
    """How the values of the items spread, each the aggregate of the item's own repeats."""

    n: int
    p50: float
    p95: float | None
    """None below 20 items, where it would be the largest."""
    largest: float


def over_items(metric: str, values: Collection[float]) -> OverItems | None:
    """The quantiles of a metric's values, one an item, in their unit.

    None for what is neither a time nor a rate of time, and of fewer than two items.
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
