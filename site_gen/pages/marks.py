"""Build the marks of a trend: changes, annotations and new environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from history.report.wording import names, sizes
from site_gen.charts import trend
from site_gen.pages.context import concerning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from history.judge.changes import ChangeRow
    from history.project.annotations import Annotation
    from history.read.runs import Run
    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context


def marks(
    context: Context, benchmark: Benchmark, shown: Sequence[Series], positions: NDArray[np.int64]
) -> list[trend.Mark]:
    """Changes, annotations and new environments as marks on the axis of these positions."""
    place = {position: number for number, position in enumerate(positions.tolist())}
    runs, changed = context.view.runs, context.changed
    found = [
        change_mark(place[int(series.runs[change.index])], series, change)
        for series in shown
        for change in context.changes.get(series.series_id, ())
        if change.index < series.size
    ]
    for position in sorted(changed.keys() & place.keys()):
        news = concerning(changed[position], benchmark.suite)
        if place[position] and news:
            found.append(trend.Mark(place[position], "env", "◆", listed(news)))
    for note in context.annotations(benchmark):
        for position, number in place.items():
            if _is_noted(runs[position], note):
                found.append(trend.Mark(number, "note", "✎", note.shown))
                break
    return found


def listed(words: Sequence[str], most: int = 6) -> str:
    """The first few, and how many more there are."""
    rest = len(words) - most
    return "; ".join(words[:most]) + (f"; and {rest} more" if rest > 0 else "")


def labels(context: Context, positions: NDArray[np.int64]) -> tuple[str, ...]:
    """Label of each run on the axis: its day, or its commit if many share a day."""
    places = positions.tolist()
    days = tuple(map(context.days.__getitem__, places))
    if len(set(days)) * 2 < len(days) + 1:
        return tuple(map(context.shas.__getitem__, places))
    return days


def word(change: ChangeRow) -> str:
    """The verdict under which pages count a beginning change."""
    return str(change.direction if change.status == "confirmed" else change.status)


def change_mark(place: int, series: Series, change: ChangeRow) -> trend.Mark:
    """A change as a mark with a symbol, so that colour is not needed."""
    tones = {"regression": ("bad", "▲"), "improvement": ("good", "▼")}
    if series.direction == "higher":
        tones = {"regression": ("bad", "▼"), "improvement": ("good", "▲")}
    tone, symbol = tones.get(change.direction, ("note", "◇"))
    if change.status == "suspect":
        tone, symbol = "warn", "?"
    words = f"{change.direction} {sizes.told(change.size).words} ({change.status} {change.kind})"
    return trend.Mark(place, tone, symbol, f"{words}, {names.variant(series.key.variant)}")


def _is_noted(run: Run, note: Annotation) -> bool:
    if note.commit:
        return run.commit.sha.startswith(note.commit)
    return note.date is not None and run.commit.time.date() >= note.date
