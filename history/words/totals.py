"""Aggregate the items of a benchmark: sums, maxima, and ratios of sums.

A ratio is never averaged: one second of audio at real-time factor 1 and 99 seconds at 0.09 make
0.1, not 0.55.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from history.words import metrics, units
from history.words.metrics import Kind, OverItems, Ratio

_BY_KIND = {
    Kind.TIME: OverItems.SUM,
    Kind.ENERGY: OverItems.SUM,
    Kind.COUNT: OverItems.SUM,
    Kind.MEMORY: OverItems.HIGHEST,
}
_BY_UNIT = {
    "s": OverItems.SUM,
    "J": OverItems.SUM,
    "count": OverItems.SUM,
    "B": OverItems.HIGHEST,
}


def rule(name: str, unit: str = "") -> OverItems | Ratio:
    """The aggregation of a metric over items; ``unit`` is used if it is not registered.

    A registered metric defines it, else its kind does. A rate or a share with an unknown
    denominator has no total; other metrics without a known unit are averaged.
    """
    known = metrics.registry().get(name)
    if known is not None:
        usual = known.over_items or _BY_KIND.get(known.kind)
        if usual is not None:
            return usual
    base = units.canonical(known.unit if known is not None else unit).base
    usual = _BY_UNIT.get(base)
    if usual is not None:
        return usual
    return OverItems.NONE if base == "x" or "/" in base else OverItems.MEAN


def total(
    how: OverItems | Ratio, values: Sequence[float], parts: Sequence[Mapping[str, float]]
) -> float | None:
    """The total of at least one item; None when there is none.

    ``parts`` has the metrics and facts of each item by name.
    """
    match how:
        case Ratio():
            return _of_sums(how, values, parts)
        case OverItems.SUM:
            return sum(values)
        case OverItems.HIGHEST:
            return max(values)
        case OverItems.MEAN:
            return sum(values) / len(values)
        case OverItems.NONE:
            return None


def needs(how: OverItems | Ratio) -> str:
    """The required columns of a total, for a message: ``duration_s or audio_duration``."""
    return " or ".join((*how.below, *how.above)) if isinstance(how, Ratio) else ""


def _of_sums(
    how: Ratio, values: Sequence[float], parts: Sequence[Mapping[str, float]]
) -> float | None:
    """Sum of numerators over sum of denominators; an item's own ratio gives a missing one."""
    below = _column(how.below, parts)
    if below is not None and sum(below) > 0:
        return sum(value * each for value, each in zip(values, below, strict=True)) / sum(below)
    above = _column(how.above, parts)
    if above is not None and min(values) > 0:
        total_below = sum(each / value for value, each in zip(values, above, strict=True))
        return sum(above) / total_below if total_below > 0 else None
    return None


def _column(names: Sequence[str], parts: Sequence[Mapping[str, float]]) -> list[float] | None:
    """The first of these that every item has."""
    for name in names:
        if all(name in each for each in parts):
            column = [each[name] for each in parts]
            if min(column) >= 0:
                return column
    return None
