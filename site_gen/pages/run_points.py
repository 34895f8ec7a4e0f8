"""Build a row for each point of a run or a commit, and sort them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history.read.item_quantiles import Which
from history.read.series import MEASURED
from history.report.wording import item_quantiles, numbers, sizes
from history.report.wording import verdicts as verdict_words
from site_gen.pages import word_errors
from site_gen.pages.series_row import interval_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from history.items.quantiles import OverItems
    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.series_row import SeriesRow

ORDER: Final = {
    word: place
    for place, word in enumerate(
        ("failed", "fail", "invalid", "missing", "regression", "suspect", "drift", "warn")
    )
}
"""Verdicts sorted before all others, in this order."""

Point = tuple["Benchmark", "Series", int]
"""A point: its series and index."""


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """One point of a run."""

    benchmark: Benchmark
    series: Series
    value: str
    interval: str
    beside: str
    """The parts of an error rate."""
    items: str
    """Quantiles of a time over utterances or files."""
    baseline: str
    """Its median baseline; empty without one."""
    change: str
    """Against that baseline; empty without one."""
    moved: float
    """The same as a relative number, for sorting; NaN without a baseline."""
    change_tone: str
    status: str
    verdict: str
    """Verdict of the series if this is its newest point; else the change that begins here, else the
    status.
    """
    why: str
    """Reason of the verdict; may be empty."""
    reason: str
    n: int


def number(
    point: Point,
    baseline: float,
    quantiles: Mapping[Which, OverItems],
    row: SeriesRow | None,
    begins: str,
) -> Number:
    """The row of a point. ``row`` is the series' row if this is its newest point.

    ``baseline`` is its own, NaN without one; ``begins`` is a word for the change that begins here.
    """
    benchmark, series, place = point
    key = series.key
    which = Which(key.suite, key.benchmark, key.params, key.variant, key.metric)
    value = float(series.values[place])
    measured = series.status[place] == MEASURED
    status = series.status_of(place)
    verdict = begins or status
    if row is not None:
        verdict = "skipped" if row.verdict.never_run else str(row.verdict.word)
    against = measured and not math.isnan(baseline)
    return Number(
        benchmark=benchmark,
        series=series,
        value=numbers.value(value, key.shown_in, series.qualifier_of(place)),
        interval=interval_at(series, place) if measured else "",
        beside=word_errors.beside(benchmark, series, place) if measured else "",
        items=item_quantiles.over_items(quantiles.get(which), key.shown_in) if measured else "",
        baseline=numbers.value(baseline, key.shown_in) if against else "",
        change=sizes.beside(key.metric, key.unit, baseline, value) if against else "",
        moved=value / baseline - 1 if against and baseline else math.nan,
        change_tone=row.change_tone if row else "calm",
        status=status,
        verdict=verdict,
        why=verdict_words.briefly(row.verdict) if row else "",
        reason=series.remark(place),
        n=int(series.n[place]),
    )


def ordered(found: Iterable[Number]) -> tuple[Number, ...]:
    """Failures first, then other verdicts that need attention, then the rest in order."""

    def place(one: Number) -> tuple[bool, int]:
        return one.status not in {"failed", "invalid"}, ORDER.get(one.verdict, len(ORDER))

    return tuple(sorted(found, key=place))


def plain(point: Point, baseline: float) -> object:
    """The inputs of a point's row as plain data; an error rate also uses other points."""
    benchmark, series, place = point
    ends = (series.low[place], series.high[place], place in series.ranges)
    known = (series.status[place], series.qualifier[place], series.n[place], series.remark(place))
    value = float(series.values[place])
    return benchmark.path, series.series_id, value, baseline, *ends, *known
