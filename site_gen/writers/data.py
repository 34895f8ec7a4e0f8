"""Write the numbers that pages load: columns of whole numbers, one small file per benchmark."""

from __future__ import annotations

import calendar
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from history import addresses
from history.judge.levels import levels
from history.read.series import MEASURED
from history.report.wording import moments, names
from history.words import metrics
from site_gen.pages.benchmark import choose, display_unit
from site_gen.pages.breakdown import splits
from site_gen.pages.marks import change_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from history.read.samples import Samples
    from history.read.series import Series
    from history.words.records import Commit
    from site_gen.catalogue import Benchmark, Catalogue
    from site_gen.pages.context import Context

FORMAT = 1
"""Version of both files; the page's script refuses any other."""
MOST_WORDS = 40
"""Fields of a changed environment that are named."""
DIGITS = 5
"""Significant digits of a drawn number; the downloads have all of them."""


def runs_file(context: Context) -> bytes:
    """Every run and commit once, in commit order; benchmark files refer to runs by position.

    A run that is left out of trends keeps its place, with -1 for its commit and its machine.
    """
    runs = context.view.runs
    shas: dict[str, int] = {}
    commits: list[Commit] = []
    for run in context.view.counting:
        if run.commit.sha not in shas:
            shas[run.commit.sha] = len(commits)
            commits.append(run.commit)
    labels = [machine.label for machine in context.machines]
    return _json(
        {
            "format": FORMAT,
            "repository": context.site.repository,
            "commits": {
                "sha": [one.sha for one in commits],
                "t": [_epoch(one) for one in commits],
                "subject": [one.subject[:120] for one in commits],
                "path": [addresses.commit(one.sha) for one in commits],
                "tag": {str(place): one.tag for place, one in enumerate(commits) if one.tag},
            },
            "machines": labels,
            "runs": {
                "c": [-1 if run.left_out else shas[run.commit.sha] for run in runs],
                "k": [-1 if run.left_out else labels.index(run.machine.label) for run in runs],
                "path": ["" if run.left_out else addresses.run(run.run_id) for run in runs],
                "day": [moments.day(run.started_at) for run in runs],
            },
            "ci": {str(run.position): run.ci_url for run in context.view.counting if run.ci_url},
            "dirty": [run.position for run in context.view.counting if run.commit.dirty],
            "abandoned": [run.position for run in context.view.counting if run.abandoned],
            "env": {
                str(position): words[:MOST_WORDS] for position, words in context.changed.items()
            },
        }
    )


def index_file(catalogue: Catalogue) -> bytes:
    """Where the numbers of every benchmark are, by suite."""
    return _json(
        {
            "format": FORMAT,
            "suites": {
                suite.name: [
                    {"name": one.benchmark_id, "path": one.path} for one in suite.benchmarks
                ]
                for suite in catalogue.suites
            },
        }
    )


def benchmark_file(context: Context, benchmark: Benchmark, samples: Samples) -> bytes:
    """All series of one benchmark in the units in which they are drawn."""
    groups: dict[str, list[Series]] = {}
    for series in benchmark.series:
        groups.setdefault(series.key.metric, []).append(series)
    display = {metric: display_unit(rows) for metric, rows in groups.items()}
    metric, machine = choose(benchmark)
    hidden = names.shared(series.key.variant for series in benchmark.series)
    return _json(
        {
            "format": FORMAT,
            "suite": benchmark.suite,
            "metric": metric,
            "machine": machine,
            "titles": {name: metrics.title_of(name) for name in groups},
            "about": {name: metrics.find(name).summary for name in groups},
            "series": [
                {"label": names.variant(series.key.variant, hidden)}
                | _series(context, series, *display[series.key.metric])
                for series in benchmark.series
            ],
            "notes": [
                {"c": note.commit, "d": note.date or "", "text": note.shown}
                for note in context.annotations(benchmark)
            ],
            "stages": _stages(groups, benchmark, samples),
        }
    )


def _stages(
    groups: Mapping[str, object], benchmark: Benchmark, samples: Samples
) -> tuple[object, ...]:
    """The whole, its parts, and where the remainder was measured: pairs of machine and variant."""
    chosen = metrics.composition(groups)
    if chosen is None:
        return ()
    measured = tuple(
        (found.whole.key.machine, found.whole.key.variant)
        for found in splits(benchmark, samples)
        if found.is_measured
    )
    return (*chosen, measured)


def samples_file(benchmark: Benchmark, samples: Samples) -> bytes:
    """Samples of the newest runs of every series, in the unit in which they are drawn."""
    groups: dict[str, list[Series]] = {}
    for series in benchmark.series:
        groups.setdefault(series.key.metric, []).append(series)
    found = []
    for metric, rows in groups.items():
        factor, _ = display_unit(rows)
        for series in rows:
            taken = samples.get(series.series_id, ())
            if not taken:
                continue
            quantum = _quantum(np.concatenate([values for _, values in taken]) / factor)
            found.append(
                {
                    "m": metric,
                    "k": series.key.machine,
                    "v": series.key.variant,
                    "q": quantum,
                    "runs": [run for run, _ in taken],
                    "y": [_whole(np.array(values) / factor, quantum) for _, values in taken],
                }
            )
    return _json({"format": FORMAT, "series": found})


def _series(context: Context, series: Series, factor: float, unit: str) -> dict[str, Any]:
    values = series.values / factor
    quantum = _quantum(values)
    whole = _whole(values, quantum)
    row: dict[str, Any] = {
        "m": series.key.metric,
        "k": series.key.machine,
        "v": series.key.variant,
        "u": unit,
        "d": series.direction,
        "q": quantum,
        "x": series.runs,
        "y": whole,
        "lo": _whole(np.nan_to_num(values - series.low / factor), quantum),
        "hi": _whole(np.nan_to_num(series.high / factor - values), quantum),
        "n": series.n,
    }
    floor = metrics.floor_of(series.key.metric)
    if floor:  # below it a ratio says nothing
        row["z"] = floor / factor
    if series.ranges:
        row["r"] = sorted(series.ranges)
    if (series.status != MEASURED).any():
        row["status"] = series.status.tolist()
    remarks = sorted({*series.reasons, *series.warnings})
    if remarks:
        row["why"] = {str(place): series.remark(place) for place in remarks}
    changes = context.changes.get(series.series_id, ())
    if changes:
        row["f"] = [
            {"x": mark.x, "tone": mark.tone, "symbol": mark.symbol, "text": mark.text}
            for mark in (change_mark(one.index, series, one) for one in changes)
        ]
        row["l"] = [
            (one.first, one.last, float(f"{one.value / factor:.6g}"))
            for one in levels(series, (change.index for change in changes))
        ]
    targets = context.targets.get(series.series_id, ())
    if targets:
        row["t"] = [[target.limit / factor, target.target] for target in targets]
    return row


def _quantum(values: NDArray[np.float64]) -> float:
    """The step in which numbers are kept: 10 to a whole power, DIGITS digits of the median."""
    kept = np.abs(values[np.isfinite(values)])
    kept = kept[kept > 0]
    if kept.size == 0:
        return 1.0
    return float(f"1e{math.floor(math.log10(float(np.median(kept)))) - DIGITS + 1}")


def _whole(values: NDArray[np.float64], quantum: float) -> NDArray[np.int64] | list[int | None]:
    """Whole steps; null where there is no number."""
    scaled = np.rint(values / quantum)
    if np.isfinite(scaled).all():
        return scaled.astype(np.int64)
    return [int(one) if math.isfinite(one) else None for one in scaled.tolist()]


def _epoch(commit: Commit) -> int:
    """Seconds since 1970 of a time in UTC."""
    return calendar.timegm(commit.time.timetuple())


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)
