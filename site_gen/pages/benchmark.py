"""Build the report of one benchmark's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.read.series import MEASURED
from history.report.wording import names, numbers
from history.words import units
from history.words.key import parse_pairs
from history.words.metrics import headline, registry, title_of
from history.words.records import VARIANT_KEYS
from site_gen.charts import distribution, trend
from site_gen.pages import word_errors
from site_gen.pages.breakdown import Legend, StagePart, breakdown
from site_gen.pages.change_groups import ChangeGroup, change_groups
from site_gen.pages.marks import labels, marks
from site_gen.pages.series_row import SeriesRow, interval_at, row_of, since_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from numpy.typing import NDArray

    from history.judge.changes import ChangeRow
    from history.judge.targets import SlaRow
    from history.project.annotations import Annotation
    from history.read.runs import Run
    from history.read.samples import Samples
    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context

LATEST = 12
"""Rows of the table beside the chart."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One number of the table of commits."""

    value: str
    interval: str = ""
    beside: str = ""
    """The parts of an error rate."""
    change: str = ""
    status: str = "measured"
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One run in the table of commits."""

    run: Run
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BenchmarkReport:
    """Everything on one benchmark's page."""

    benchmark: Benchmark
    metric: str
    machine: str
    unit: str
    """Unit of the axis, such as ms."""
    direction: str
    metrics: tuple[str, ...]
    machines: tuple[str, ...]
    variants: tuple[Legend, ...]
    shared: tuple[str, ...]
    """The common pairs of all variants."""
    picture: Markup
    rows: tuple[Row, ...]
    series_rows: tuple[SeriesRow, ...]
    changes: tuple[ChangeGroup, ...]
    """Changes of the headline metric, and open changes of others."""
    older: tuple[ChangeGroup, ...]
    """All other changes."""
    targets: tuple[SlaRow, ...]
    annotations: tuple[Annotation, ...]
    stages: tuple[StagePart, ...]
    samples: Markup
    samples_of: str
    origins: tuple[str, ...]
    synthetic: bool
    """Whether any variant ran on synthetic weights."""
    last: Run


def choose(benchmark: Benchmark) -> tuple[str, str]:
    """Metric and machine shown first: the headline metric, on the machine of its newest run."""
    metric = headline({series.key.metric for series in benchmark.series})
    alike = [series for series in benchmark.series if series.key.metric == metric]
    measured = [series for series in alike if series.last >= 0] or alike
    best = max(
        measured,
        key=lambda one: (int(one.runs[one.last]), one.size, one.key.machine),
    )
    return metric, best.key.machine


def display_unit(series: Sequence[Series]) -> tuple[float, str]:
    """Factor and name of the unit in which all of these are drawn."""
    values = np.concatenate([one.values for one in series]) if series else np.empty(0)
    values = values[np.isfinite(values)]
    unit = series[0].key.shown_in if series else ""
    if values.size == 0:
        return 1.0, unit
    return units.scale_of(float(np.median(values)), unit)


def build(context: Context, benchmark: Benchmark, samples: Samples) -> BenchmarkReport:
    """The report; `samples` holds (run position, samples) of the newest runs by series id."""
    metric, machine = choose(benchmark)
    shown = [
        series
        for series in benchmark.series
        if series.key.metric == metric and series.key.machine == machine
    ]
    factor, unit = display_unit(shown)
    positions = np.unique(np.concatenate([series.runs for series in shown]))
    series_rows = tuple(row_of(context, benchmark, series) for series in benchmark.series)
    by_id = {one.series.series_id: one for one in series_rows}
    near, far = _changes(context, benchmark, shown)
    hidden = names.shared(series.key.variant for series in benchmark.series)
    first = shown[0]
    variant = names.variant(first.key.variant, hidden)
    drawn = samples.get(first.series_id, ())
    runs = context.view.runs
    return BenchmarkReport(
        benchmark=benchmark,
        metric=metric,
        machine=machine,
        unit=unit,
        direction=first.direction,
        metrics=tuple(sorted({one.key.metric for one in benchmark.series}, key=_metric_order)),
        machines=tuple(sorted({one.key.machine for one in benchmark.series})),
        variants=tuple(
            Legend(number, names.variant(one.key.variant, hidden), by_id[one.series_id].value)
            for number, one in enumerate(shown)
        ),
        picture=_picture(context, benchmark, shown, positions, (factor, unit)),
        rows=_rows(context, benchmark, shown, positions),
        series_rows=series_rows,
        changes=change_groups(context, near),
        older=change_groups(context, far),
        shared=tuple(names.pair(*pair) for pair in sorted(hidden, key=_pair_order)),
        targets=tuple(
            row for one in benchmark.series for row in context.targets.get(one.series_id, ())
        ),
        annotations=context.annotations(benchmark),
        stages=breakdown(benchmark, machine, hidden, samples),
        samples=distribution.draw(
            [np.array(values) / factor for _, values in drawn],
            f"All samples of the newest {numbers.counted(len(drawn), 'run')} of {variant}",
        ),
        samples_of=variant,
        origins=tuple(sorted({runs[place].origin for place in positions.tolist()})),
        synthetic=any(_is_synthetic(one) for one in benchmark.series),
        last=runs[max(int(one.runs[-1]) for one in benchmark.series)],
    )


def _changes(
    context: Context, benchmark: Benchmark, shown: Sequence[Series]
) -> tuple[list[ChangeRow], list[ChangeRow]]:
    """Changes of the drawn series and open regressions of others, then the rest."""
    changes = [
        change for one in benchmark.series for change in context.changes.get(one.series_id, ())
    ]
    drawn = {one.series_id for one in shown}
    near = [one for one in changes if one.series_id in drawn or one.is_open_regression]
    return near, [one for one in changes if one not in near]


def _is_synthetic(series: Series) -> bool:
    return parse_pairs(series.key.variant).get("weights", "").startswith("synthetic")


def _picture(
    context: Context,
    benchmark: Benchmark,
    shown: Sequence[Series],
    positions: NDArray[np.int64],
    display: tuple[float, str],
) -> Markup:
    factor, unit = display
    hidden = names.shared(series.key.variant for series in benchmark.series)
    lines = tuple(
        trend.Line(
            label=names.variant(series.key.variant, hidden),
            xs=np.searchsorted(positions, series.runs).astype(np.float64),
            values=series.values / factor,
            low=series.low / factor,
            high=series.high / factor,
            absent=series.status != MEASURED,
        )
        for series in shown
    )
    newest = "; ".join(
        f"{line.label} {row_of(context, benchmark, one).value}"
        for line, one in zip(lines, shown, strict=True)
    )
    title = title_of(shown[0].key.metric)
    limits = [
        (row.limit / factor, f"{row.target}: {numbers.limit(row.limit, one.key.shown_in)}")
        for one in shown
        for row in context.targets.get(one.series_id, ())
    ]
    return trend.draw(
        trend.TrendPicture(
            lines=lines,
            marks=tuple(marks(context, benchmark, shown, positions)),
            dates=labels(context, positions),
            unit=unit,
            label=f"{title} over {numbers.counted(len(positions), 'run')}; latest: {newest}",
            limit=limits[0][0] if limits else float("nan"),
            limit_label=limits[0][1] if limits else "",
        )
    )


def _rows(
    context: Context,
    benchmark: Benchmark,
    shown: Sequence[Series],
    positions: NDArray[np.int64],
) -> tuple[Row, ...]:
    rows = []
    for position in positions[::-1][:LATEST]:
        cells = []
        for series in shown:
            found = np.flatnonzero(series.runs == position)
            is_there = found.size > 0
            cells.append(
                _cell(benchmark, series, int(found[0])) if is_there else Cell("", status="missing")
            )
        rows.append(Row(context.view.runs[int(position)], tuple(cells)))
    return tuple(rows)


def _cell(benchmark: Benchmark, series: Series, place: int) -> Cell:
    status = series.status_of(place)
    reason = series.remark(place)
    if status != "measured":
        return Cell(numbers.MISSING, status=status, reason=reason)
    value = float(series.values[place])
    return Cell(
        numbers.value(value, series.key.shown_in, series.qualifier_of(place)),
        interval_at(series, place),
        word_errors.beside(benchmark, series, place),
        since_before(series, place),
        reason=reason,
    )


def _metric_order(metric: str) -> tuple[int, str]:
    known = list(registry())
    return (known.index(metric) if metric in known else len(known), metric)


def _pair_order(pair: tuple[str, str]) -> int:
    return VARIANT_KEYS.index(pair[0]) if pair[0] in VARIANT_KEYS else len(VARIANT_KEYS)
