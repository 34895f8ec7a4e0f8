"""Build the row of one series: newest value, change and verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from history import addresses
from history.judge import baseline
from history.judge.changes import ChangeRow
from history.judge.memory import MemoryRow
from history.judge.size import is_relative
from history.judge.targets import SlaRow
from history.report.wording import numbers, sizes
from site_gen import format as text
from site_gen.charts import sparkline
from site_gen.pages import word_errors

if TYPE_CHECKING:
    from markupsafe import Markup

    from history.judge.verdict import Verdict
    from history.read.runs import Run
    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context


@dataclass(frozen=True, eq=False)
class SeriesRow:
    """One row about one series."""

    benchmark: Benchmark
    series: Series
    verdict: Verdict
    value: str
    """Value of the newest point; ``failed``, ``invalid`` or ``skipped`` when it has none."""
    number: float
    """The same for sorting; NaN without one."""
    interval: str
    beside: str
    """The parts of an error rate: ``5 sub + 2 del + 1 ins``."""
    last_value: str
    """The last value if the newest point has none; else empty."""
    last_run: Run | None
    """The run of that value."""
    change: float
    """Newest value against the median baseline that thresholds use, as a share; NaN without one, or
    where it is nearly 0."""
    moved: float
    """The same in the unit of the series; NaN without a baseline."""
    change_text: str
    """``+3.4 %``; a dash without a baseline."""
    status: str
    """Status of the newest point, measured or not."""
    reason: str
    run: Run
    """Run of the newest point."""

    @property
    def tone(self) -> str:
        """Tone of the verdict."""
        return text.sign(self.verdict.word).tone

    @property
    def change_tone(self) -> str:
        """Good or bad by its sign and the metric's direction, independent of the verdict.

        Calm below the detectable step of the series, and when that is unknown.
        """
        shown = self.verdict.detectable.step
        if self.series.direction == "none" or shown is None or not abs(self.moved) >= shown:
            return "calm"
        return "bad" if (self.moved > 0) == (self.series.direction == "lower") else "good"

    @cached_property
    def href(self) -> str:
        """Address of the benchmark's page with this series selected."""
        return addresses.series(self.series.key)

    @property
    def about(self) -> str:
        """Address of the row about the reason of the verdict; may be empty."""
        match self.verdict.about:
            case ChangeRow() as change if change.episode:
                return addresses.change(change.episode)
            case SlaRow() as target:
                return addresses.target(target.target, target.series_id)
            case MemoryRow():
                return f"{addresses.MEMORY}/"
            case _:
                return ""

    @cached_property
    def spark(self) -> Markup:
        """The trend as small as a word."""
        label = f"Trend of the newest runs; latest {self.value}"
        return sparkline.draw(self.series.values, label, self.tone)


def row_of(context: Context, benchmark: Benchmark, series: Series) -> SeriesRow:
    """The row of one series at its present point; made once for all pages."""
    known: SeriesRow | None = context.rows.get(series.series_id)
    if known is None:
        known = context.rows[series.series_id] = _row(context, benchmark, series)
    return known


def _row(context: Context, benchmark: Benchmark, series: Series) -> SeriesRow:
    newest = context.view.newest_standing(series)
    newest = series.size - 1 if newest < 0 else newest
    last = series.measured_before(newest + 1)
    is_there = 0 <= last == newest
    value = float(series.values[last]) if is_there else math.nan
    against = baseline.find(context.view, series, last, "median") if is_there else None
    before = math.nan if against is None else against.value
    is_share = is_relative(series.key.metric, before)
    return SeriesRow(
        benchmark=benchmark,
        series=series,
        verdict=context.verdict(series),
        value=_number_at(series, newest) if is_there else series.status_of(newest),
        number=value,
        interval=interval_at(series, last) if is_there else "",
        beside=word_errors.beside(benchmark, series, last) if is_there else "",
        last_value=_number_at(series, last) if last >= 0 and not is_there else "",
        last_run=context.view.run(series, last) if last >= 0 and not is_there else None,
        change=value / before - 1 if is_share else math.nan,
        moved=value - before,
        change_text=sizes.beside(series.key.metric, series.key.unit, before, value)
        or numbers.MISSING,
        status=series.status_of(newest),
        reason=series.remark(newest),
        run=context.view.run(series, newest),
    )


def interval_at(series: Series, place: int) -> str:
    """The 95 % interval of a point, or its range for two or three samples."""
    low, high = float(series.low[place]), float(series.high[place])
    return numbers.interval(low, high, series.key.shown_in, is_range=place in series.ranges)


def _number_at(series: Series, place: int) -> str:
    return numbers.value(
        float(series.values[place]), series.key.shown_in, series.qualifier_of(place)
    )


def since_before(series: Series, index: int) -> str:
    """Change of a measured point from the previous measured one; empty for the first."""
    before = series.measured_before(index)
    if before < 0:
        return ""
    was, now = (float(series.values[place]) for place in (before, index))
    return sizes.beside(series.key.metric, series.key.unit, was, now)
