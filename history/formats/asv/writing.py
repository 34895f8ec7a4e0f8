"""Write the history as asv's folder ``results`` of machines, commits and environments."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import defaultdict
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from history.formats import exported
from history.formats.asv.about import environment_of
from history.formats.asv.rows import COLUMNS
from history.formats.file_names import free, plain
from history.formats.put_out import put
from history.words.errors import UsageError
from history.words.key import parse_pairs
from history.words.metrics import direction_of_unit, registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from history.formats.exported import NotHeld, Row

_TYPES: Final = {
    "operation_time": ("time", "seconds"),
    "object_size": ("memory", "bytes"),
    "peak_rss": ("peakmemory", "bytes"),
}
"""Metric to the type and unit of a benchmark; any other is a ``track`` of its own unit."""
_VERSION: Final = re.compile(r"version (\S+)")
_HASH: Final = re.compile(r"[0-9a-f]{40,64}")
_LONGEST_NAME: Final = 128
"""Characters of an environment's name; asv makes a digest of a longer one."""


class _Benchmark(NamedTuple):
    """What asv calls a benchmark."""

    name: str
    version: str


class _File(NamedTuple):
    """What asv keeps one file for."""

    machine: str
    commit: str
    environment: str


def write(connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
    """Write the folder ``results``; returns sentences about what it cannot hold.

    Where one commit was measured several times in one environment, its newest run counts, because
    asv has one file for it. Raises UsageError without a folder, or without points.
    """
    if target is None:
        raise UsageError(
            "asv keeps a folder of files, which cannot go to the terminal.",
            hint="Name a folder with -o, such as -o results.",
        )
    lost = exported.NotHeld()
    files: dict[_File, dict[_Benchmark, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    params: dict[_Benchmark, tuple[str, ...]] = {}
    rows = list(exported.rows(connection))
    several, plain = len({row.suite for row in rows}) > 1, _shared(rows)
    for row in rows:
        named = plain.get((row.suite, row.benchmark), "")
        benchmark = _benchmark(row, named, lost, with_suite=several)
        keys = tuple(sorted(row.params_by_name()))
        if params.setdefault(benchmark, keys) != keys:
            lost.add("{} left out: its benchmark has other parameters, too")
            continue
        file = _File(row.machine, row.commit, parse_pairs(row.variant).get("runtime", ""))
        known = files[file][benchmark]
        if row.params in known:
            lost.add("{} left out: a newer run of the same commit counts")
        known[row.params] = row
    if not files:
        raise UsageError("there is no point to write.")
    _put(files, params, target, lost)
    return lost.sentences()


def _shared(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """Suite and benchmark to the one of its metrics that may go by the plain name.

    asv has one metric for each name.
    """
    order = list(_TYPES)
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.metric in _TYPES:
            kept = found.setdefault((row.suite, row.benchmark), row.metric)
            found[row.suite, row.benchmark] = min(kept, row.metric, key=order.index)
    return found


def _benchmark(row: Row, plain: str, lost: NotHeld, *, with_suite: bool) -> _Benchmark:
    """What asv calls it: a tracked metric goes by its function; suites and variants have no place.

    ``plain`` is the metric that needs no name.
    """
    name = f"{row.suite}.{row.benchmark}" if with_suite else row.benchmark
    if with_suite:
        lost.add("suite of {} put into the name of its benchmark")
    variant = parse_pairs(row.variant)
    features = variant.pop("features", "")
    version = _VERSION.fullmatch(features)
    variant.pop("runtime", None)
    if features and version is None:
        variant["features"] = features
    if variant:
        name += f" [{', '.join(f'{key}={value}' for key, value in variant.items())}]"
        lost.add("variant of {} put into the name of its benchmark")
    if row.metric != plain and name.rpartition(".")[2] != row.metric:
        name += f".{row.metric}"
        lost.add("metric of {} put into the name of its benchmark")
    if row.metric not in registry() and row.direction != direction_of_unit(row.unit):
        lost.add("direction of {} left out: asv has none")
    return _Benchmark(name, version[1] if version else "")


def _put(
    files: Mapping[_File, Mapping[_Benchmark, Mapping[str, Row]]],
    params: Mapping[_Benchmark, tuple[str, ...]],
    target: Path,
    lost: NotHeld,
) -> None:
    about: dict[str, dict[str, Any]] = {}
    places = _Places(target)
    for file, benchmarks in files.items():
        results: dict[str, list[Any]] = {}
        newest: dict[str, datetime] = {}
        for benchmark, rows in benchmarks.items():
            name = benchmark.name
            started = max(row.run_time for row in rows.values())
            if name in newest:
                lost.add("{} left out: another version was measured at the same commit", len(rows))
                continue
            newest[name] = started
            results[name] = _row(benchmark, rows, params[benchmark], lost)
            about[name] = _about(benchmark, next(iter(rows.values())), params[benchmark], results)
        first = next(iter(next(iter(benchmarks.values())).values()))
        data = _document(file, first, results)
        if environment_of(data) != file.environment:
            points = sum(map(len, benchmarks.values()))
            lost.add("runtime of {} comes back in other words: asv has Python there", points)
        put(places.of(file), json.dumps(data, separators=(",", ":")).encode())
    for machine, folder in places.machines():
        described = {"version": 1, "machine": machine}
        put(folder / "machine.json", msgspec.json.encode(described))
    listed = {"version": 2, **dict(sorted(about.items()))}
    put(target / "benchmarks.json", msgspec.json.format(msgspec.json.encode(listed), indent=4))


def _about(
    benchmark: _Benchmark, row: Row, keys: tuple[str, ...], results: Mapping[str, list[Any]]
) -> dict[str, Any]:
    """An entry of ``benchmarks.json``, with the values of parameters of the last file."""
    type_, unit = _TYPES.get(row.metric, ("track", row.unit or "unit"))
    return {
        "name": benchmark.name,
        "code": "",
        "type": type_,
        "unit": unit,
        "version": benchmark.version or _digest(benchmark.name),
        "params": results[benchmark.name][1],
        "param_names": list(keys),
    }


def _row(
    benchmark: _Benchmark, rows: Mapping[str, Row], keys: tuple[str, ...], lost: NotHeld
) -> list[Any]:
    """One benchmark by the columns, nulls at the end cut off."""
    by_values = {tuple(one.params_by_name()[key] for key in keys): one for one in rows.values()}
    lists = [
        list(dict.fromkeys(values[place] for values in by_values)) for place in range(len(keys))
    ]
    grid = [by_values.get(values) for values in itertools.product(*lists)]
    if missing := sum(one is None for one in grid):
        lost.add("combinations of parameters without {} said to be skipped", missing)
    cells: dict[str, list[Any]] = defaultdict(list)
    for one in grid:
        cells["result"].append(_result(one, lost))
        has_stats = one is not None and one.is_measured and one.n is not None and one.n > 1
        for column, value in (
            ("stats_q_25", one.q1 if one else None),
            ("stats_q_75", one.q3 if one else None),
            ("stats_repeat", one.n if one else None),
            ("samples", list(one.samples) if one and one.samples else None),
        ):
            cells[column].append(value if has_stats else None)
        if one is not None and one.interval is not None:
            lost.add("interval of {} left out: asv has one of 99 %")
    started = max(one.run_time for one in rows.values())
    found: dict[str, Any] = {
        column: values
        for column, values in cells.items()
        if column == "result" or any(value is not None for value in values)
    }
    found |= {
        "params": [[repr(value) for value in values] for values in lists],
        "version": benchmark.version or None,
        "started_at": round(started.timestamp() * 1000),
    }
    row = [found.get(column) for column in COLUMNS]
    while row and row[-1] is None:
        row.pop()
    return row


def _result(row: Row | None, lost: NotHeld) -> float | None:
    """A number; NaN where it was skipped, null where it failed."""
    if row is None:
        return math.nan
    if row.is_measured:
        return row.value
    lost.add("reason of {} left out")
    return math.nan if row.status == "skipped" else None


def _document(file: _File, row: Row, results: dict[str, list[Any]]) -> dict[str, Any]:
    """A file of results of version 2."""
    python, requirements, variables = environment(file.environment)
    return {
        "commit_hash": file.commit,
        "env_name": file.environment or "existing",
        "date": round(row.commit_time.timestamp() * 1000),
        "params": {"machine": file.machine, "python": python},
        "python": python,
        "requirements": requirements,
        "env_vars": variables,
        "result_columns": list(COLUMNS),
        "results": results,
        "durations": {},
        "version": 2,
    }


class _Places:
    """The paths of files."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._folders: dict[str, Path] = {}
        self._taken: set[Path] = set()

    def of(self, file: _File) -> Path:
        """A folder for each machine, and in it the start of the commit and the environment."""
        folder = self._folders.get(file.machine)
        if folder is None:
            folder = free(self._target / plain(file.machine), "", self._taken)
            self._folders[file.machine] = folder
        name = plain(file.environment) if file.environment else "existing"
        if len(name) >= _LONGEST_NAME:
            name = f"env-{md5(name.encode(), usedforsecurity=False).hexdigest()}"
        commit = file.commit[:8] if _HASH.fullmatch(file.commit) else plain(file.commit)
        return free(folder / f"{commit}-{name}", ".json", self._taken)

    def machines(self) -> list[tuple[str, Path]]:
        """Every machine with its folder."""
        return list(self._folders.items())


def environment(written: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Interpreter, requirements and variables of ``python 3.11, numpy 2.1, THREADS=1``."""
    python, *parts = written.split(", ")
    requirements, variables = {}, {}
    for part in parts:
        key, equals, value = part.partition("=")
        if equals:
            variables[key] = value
        else:
            name, _, version = part.partition(" ")
            requirements[name] = version
    return python.removeprefix("python ").strip(), requirements, variables


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()
