"""Build the samples of both sides of an event's gravest changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.report.wording import changes as wording
from history.report.wording import numbers
from site_gen.charts import distribution
from site_gen.pages.series_row import SeriesRow, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from history.judge.changes import ChangeRow
    from history.judge.events import Event
    from history.read.runs import Run
    from history.read.samples import SamplesAt
    from history.read.series import Series
    from history.read.view import View
    from site_gen.pages.context import Context

SHOWN: Final = 3
"""Most changes of an event that are described and drawn."""
RUNS: Final = 4
"""Runs on each side of a change."""


class Sampled(NamedTuple):
    """One run on a side of a change."""

    run: Run
    is_after: bool
    median: str
    n: int
    """Samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One change in words, and the samples of the runs around it."""

    row: SeriesRow
    change: ChangeRow
    words: str
    """``from 198 ms to 215 ms at 886850812, seen in 22 runs since``."""
    drawing: Markup
    """Empty when no samples were stored."""
    runs: tuple[Sampled, ...]
    lowest: str
    highest: str


def points(view: View, events: Sequence[Event]) -> Iterator[tuple[str, int]]:
    """Series and run of every point whose samples pages of events show."""
    by_id = {series.series_id: series for series in view.series}
    for event in events:
        for change in event.changes[:SHOWN]:
            series = by_id[change.series_id]
            for places in _places(series, change):
                for place in places:
                    yield series.series_id, int(series.runs[place])


def told(context: Context, event: Event, samples: SamplesAt) -> tuple[Told, ...]:
    """The gravest changes of an event, those of benchmarks that have a page."""
    known = context.by_series
    return tuple(
        _told(context, change, samples)
        for change in event.changes[:SHOWN]
        if change.series_id in known
    )


def _places(series: Series, change: ChangeRow) -> tuple[list[int], list[int]]:
    """Points before and after a change, without those within a drift."""
    measured = series.measured
    before = measured[measured <= change.previous_index][-RUNS:]
    after = measured[measured >= max(change.index, change.end_index)][:RUNS]
    return before.tolist(), after.tolist()


def _told(context: Context, change: ChangeRow, samples: SamplesAt) -> Told:
    benchmark, series = context.by_series[change.series_id]
    shown, drawn = [], []
    unit = series.key.shown_in
    for is_after, places in enumerate(_places(series, change)):
        for place in places:
            found = samples.get((series.series_id, int(series.runs[place])))
            if found is not None:
                median = numbers.value(float(np.median(found)), unit)
                run = context.view.run(series, place)
                shown.append(Sampled(run, bool(is_after), median, len(found)))
                drawn.append(found)
    before = sum(not one.is_after for one in shown)
    label = f"Samples of {numbers.counted(before, 'run')} before and {len(shown) - before} after"
    return Told(
        row=row_of(context, benchmark, series),
        change=change,
        words=wording.moved(change),
        drawing=distribution.draw(drawn, label, before),
        runs=tuple(shown),
        lowest=numbers.value(min(float(one.min()) for one in drawn), unit) if drawn else "",
        highest=numbers.value(max(float(one.max()) for one in drawn), unit) if drawn else "",
    )
