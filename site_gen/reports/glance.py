"""Say about one series what fits in a row: newest value, against what came before, and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from site_gen import format as text
from site_gen.charts import sparkline
from site_gen.model import MEASURED, STATUS_WORDS

if TYPE_CHECKING:
    from markupsafe import Markup

    from site_gen.model import Benchmark, Run, Series, Verdict
    from site_gen.reports.context import Context

BASELINE_POINTS = 10
"""The newest value is compared with the median of at most that many points before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """One row about one series."""

    benchmark: Benchmark
    series: Series
    verdict: Verdict
    value: str
    interval: str
    change: float
    """Newest value against its baseline, as a share; NaN without one."""
    status: str
    """Status of the newest point, measured or not."""
    reason: str
    run: Run | None
    """Run of the newest point."""

    @property
    def tone(self) -> str:
        """Tone of the verdict."""
        return text.sign(self.verdict.word).tone

    @property
    def change_text(self) -> str:
        """``+3.4 %``."""
        return text.percent(self.change)

    @property
    def change_tone(self) -> str:
        """Good or bad only where the verdict says that it is more than noise."""
        word = self.verdict.word
        if word == "improved":
            return "good"
        return self.tone if word in {"fail", "drift", "suspect", "warn"} else "calm"

    @property
    def href(self) -> str:
        """Address of the benchmark's page that shows just this series."""
        return (
            f"{self.benchmark.path}/?m={query(self.series.metric)}"
            f"&on={query(self.series.machine.label)}"
        )

    def spark(self) -> Markup:
        """The trend as small as a word."""
        label = f"Trend of the newest runs; latest {self.value}"
        return sparkline.draw(self.series.values, label, self.tone)


def query(value: str) -> str:
    """A value for the part of an address after the question mark."""
    from urllib.parse import quote

    return quote(value.encode("utf-8", "replace"), safe="")


def glance(context: Context, benchmark: Benchmark, series: Series) -> Glance:
    """The row about one series."""
    last = series.last
    newest = len(series.runs) - 1
    status = STATUS_WORDS[int(series.status[newest])] if newest >= 0 else "missing"
    return Glance(
        benchmark=benchmark,
        series=series,
        verdict=context.verdict(series),
        value=text.value(float(series.values[last]), series.unit, series.qualifiers.get(last, ""))
        if last >= 0
        else text.MISSING,
        interval=text.interval(float(series.low[last]), float(series.high[last]), series.unit)
        if last >= 0
        else "",
        change=against_baseline(series),
        status=status,
        reason=series.reasons.get(newest, ""),
        run=context.catalogue.runs[int(series.runs[newest])] if newest >= 0 else None,
    )


def against_baseline(series: Series) -> float:
    """Newest value over the median of the points before it, less one; NaN when there is none."""
    kept = series.values[series.status == MEASURED]
    if kept.size < 2:
        return float("nan")
    before = float(np.median(kept[-1 - BASELINE_POINTS : -1]))
    return float(kept[-1]) / before - 1 if before else float("nan")
