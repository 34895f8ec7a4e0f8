"""Write the numbers that pages load: columns of whole numbers, one small file per benchmark.

`docs/reference/site-data.md` says what each file holds; ``assets/data.js`` reads them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from history import addresses
from history.judge.levels import levels
from history.read.series import MEASURED
from history.report.wording import names
from history.words import metrics
from site_gen.pages.benchmark import choose, display_unit
from site_gen.pages.breakdown import splits
from site_gen.pages.marks import change_mark, word
from site_gen.writers.coding import differences, step, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from history.read.samples import Samples
    from history.read.series import Series
    from history.words.records import Commit
    from site_gen.catalogue import Benchmark, Catalogue
    from site_gen.pages.context import Context

FORMAT = 2
"""Version of these files; the scripts of pages refuse any other."""
MOST_WORDS = 40
"""Fields of a changed environment that are named."""
DAY_S = 86_400


def runs_file(context: Context) -> bytes:
    """Every run and commit once, in commit order; benchmark files refer to runs by position.

    A run that is left out of trends keeps its place, with -1 for its commit and its machine. Times,
    days and commits of runs are differences; an address stands only where the name is none.
    """
    runs = context.view.runs
    shas: dict[str, int] = {}
    commits: list[Commit] = []
    for run in context.view.counting:
        if run.commit.sha not in shas:
            shas[run.commit.sha] = len(commits)
            commits.append(run.commit)
    labels = [machine.label for machine in context.machines]
    ids = ["" if run.left_out else run.run_id for run in runs]
    return _json(
        {
            "format": FORMAT,
            "repository": context.site.repository,
            "commits": {
                "sha": [one.sha for one in commits],
                "t": differences([_epoch(one.time) for one in commits]),
                "subject": [one.subject[:120] for one in commits],
                "path": _unlike(addresses.COMMITS, shas, map(addresses.commit, shas)),
                "tag": {str(place): one.tag for place, one in enumerate(commits) if one.tag},
            },
            "branches": _branches(context, commits),
            "machines": labels,
            "runs": {
                "c": differences([-1 if run.left_out else shas[run.commit.sha] for run in runs]),
                "k": [-1 if run.left_out else labels.index(run.machine.label) for run in runs],
                "id": ids,
                "path": _unlike(addresses.RUNS, ids, (one and addresses.run(one) for one in ids)),
                "day": differences([_epoch(run.started_at) // DAY_S for run in runs]),
            },
            "ci": {str(run.position): run.ci_url for run in context.view.counting if run.ci_url},
            "dirty": [run.position for run in context.view.counting if run.commit.dirty],
            "abandoned": [run.position for run in context.view.counting if run.abandoned],
            "env": {
                str(position): words[:MOST_WORDS] for position, words in context.changed.items()
            },
        }
    )


def _branches(context: Context, commits: Sequence[Commit]) -> dict[str, object]:
    """Names, the main branch first, and which of them each commit is of that is not of the main."""
    known = context.branches or ("",)
    number = {name: place for place, name in enumerate(known) if place}
    of = {str(nth): number[one.branch] for nth, one in enumerate(commits) if one.branch in number}
    return {"names": known, "of": of}


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


def files(context: Context, samples: Samples, path: str) -> list[tuple[str, bytes]]:
    """Address and content of the data files of the benchmark whose page has this address."""
    benchmark = context.by_path[path]
    made = [(addresses.numbers_of(path), benchmark_file(context, benchmark, samples))]
    if any(series.series_id in samples for series in benchmark.series):
        made.append((addresses.samples_of(path), samples_file(benchmark, samples)))
    return made


def benchmark_file(context: Context, benchmark: Benchmark, samples: Samples) -> bytes:
    """All series of one benchmark in the units in which they are drawn."""
    groups = _by_metric(benchmark)
    display = {metric: display_unit(rows) for metric, rows in groups.items()}
    metric, machine = choose(benchmark)
    hidden = names.shared(series.key.variant for series in benchmark.series)
    measured_in: dict[bytes, int] = {}
    rows = []
    for series in benchmark.series:
        place = measured_in.setdefault(series.runs.astype(np.int64).tobytes(), len(measured_in))
        label = names.variant(series.key.variant, hidden)
        rows.append(
            {"label": label, "x": place} | _series(context, series, *display[series.key.metric])
        )
    return _json(
        {
            "format": FORMAT,
            "suite": benchmark.suite,
            "metric": metric,
            "machine": machine,
            "titles": {name: metrics.title_of(name) for name in groups},
            "about": {name: metrics.find(name).summary for name in groups},
            "runs": [differences(np.frombuffer(one, np.int64)) for one in measured_in],
            "series": rows,
            "notes": [
                {"c": note.commit, "d": note.date or "", "text": note.shown}
                for note in context.annotations(benchmark)
            ],
            "stages": _stages(groups, benchmark, samples),
        }
    )


def _by_metric(benchmark: Benchmark) -> dict[str, list[Series]]:
    groups: dict[str, list[Series]] = {}
    for series in benchmark.series:
        groups.setdefault(series.key.metric, []).append(series)
    return groups


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
    groups = _by_metric(benchmark)
    found = []
    for metric, rows in groups.items():
        factor, unit = display_unit(rows)
        for series in rows:
            taken = samples.get(series.series_id, ())
            if not taken:
                continue
            of = step(np.concatenate([values for _, values in taken]) / factor, unit)
            found.append(
                {
                    "m": metric,
                    "k": series.key.machine,
                    "v": series.key.variant,
                    "q": of,
                    "runs": [run for run, _ in taken],
                    "y": [_plain(whole(np.array(values) / factor, of)) for _, values in taken],
                }
            )
    return _json({"format": FORMAT, "series": found})


def _series(context: Context, series: Series, factor: float, unit: str) -> dict[str, Any]:
    values = series.values / factor
    of = step(values, unit)
    kept = whole(values, of)
    low, high = _steps(series.low / factor, of), _steps(series.high / factor, of)
    row: dict[str, Any] = {
        "m": series.key.metric,
        "k": series.key.machine,
        "v": series.key.variant,
        "u": unit,
        "d": series.direction,
        "q": of,
        "y": differences(kept),
        "lo": _once(_plain(np.nan_to_num(kept - low))),
        "hi": _once(_plain(np.nan_to_num(high - kept))),
        "n": _once(series.n.tolist()),
    }
    floor = metrics.floor_of(series.key.metric)
    if floor:  # below it a ratio says nothing
        row["z"] = floor / factor
    if series.ranges:
        row["r"] = differences(sorted(series.ranges))
    if (series.status != MEASURED).any():
        row["status"] = series.status.tolist()
    remarks = sorted({*series.reasons, *series.warnings})
    if remarks:
        row["why"] = {str(place): series.remark(place) for place in remarks}
    changes = context.changes.get(series.series_id, ())
    if changes:
        row["f"] = [
            {"x": at.x, "tone": at.tone, "symbol": at.symbol, "text": at.text, "w": word(one)}
            for one in changes
            for at in (change_mark(one.index, series, one),)
        ]
        row["l"] = [
            (one.first, one.last, float(f"{one.value / factor:.6g}"))
            for one in levels(series, (change.index for change in changes))
        ]
    targets = context.targets.get(series.series_id, ())
    if targets:
        row["t"] = [[target.limit / factor, target.target] for target in targets]
    return row


def _steps(values: NDArray[np.float64], of: tuple[int, int]) -> NDArray[np.float64]:
    """Whole steps; of ends of intervals, which many series have none of."""
    return values if np.isnan(values).all() else whole(values, of)


def _plain(values: NDArray[np.float64]) -> list[int]:
    found: list[int] = values.astype(np.int64).tolist()
    return found


def _once(values: list[int]) -> list[int] | int:
    """All of them, or the one that all are."""
    return values[0] if len(set(values)) == 1 else values


def _unlike(folder: str, names: Iterable[str], paths: Iterable[str]) -> dict[str, str]:
    """Addresses that are not the name in the folder, by place."""
    pairs = enumerate(zip(names, paths, strict=True))
    return {str(place): path for place, (one, path) in pairs if path and path != f"{folder}/{one}"}


def _epoch(time: datetime) -> int:
    """Seconds since 1970 of a time in UTC."""
    return int(time.replace(tzinfo=UTC).timestamp())


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)
