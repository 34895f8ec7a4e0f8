"""Put the trends that were judged into the words of the pages, with what only pages show.

The points are those of ``history.read.series``: they are read once, and a page shows what
was judged.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from history import sql
from history.judge.confounders import NOT_A_CAUSE
from history.words import calibration
from history.words.key import benchmark_id, parse_pairs
from site_gen.model import Benchmark, Catalogue, Commit, Machine, Run, Series, Suite
from site_gen.slugs import benchmark_path, natural, slug

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    from numpy.typing import NDArray

    from history.read.series import Trend, Trends

Row = tuple[Any, ...]
Remarks = dict[int, dict[int, tuple[str, str]]]
"""Series key to run position to (reason or warnings, qualifier)."""


def read(connection: duckdb.DuckDBPyConnection, history: Trends) -> Catalogue:
    """Everything the pages need except raw samples, on the arrays of ``history``."""
    machines = {
        int(row[0]): Machine(row[1], row[2], row[3], row[4], row[5], row[6], row[7])
        for row in _rows(connection, "site_machines")
    }
    environments = {
        int(key): orjson.loads(text) for key, text in _rows(connection, "site_environments")
    }
    run_rows = _rows(connection, "site_runs")
    runs = tuple(_runs(run_rows, machines, environments))
    positions = {int(row[0]): place for place, row in enumerate(run_rows)}
    remarks = _remarks(connection, positions)
    trends = _on_pages(history, positions)
    benchmarks = tuple(
        _benchmark(identity, list(rows), machines, trends, remarks)
        for identity, rows in groupby(
            sorted(_rows(connection, "site_series"), key=_identity), key=_identity
        )
    )
    benchmarks = tuple(one for one in benchmarks if one.series)
    suites = tuple(
        Suite(name, f"suites/{slug(name)}", tuple(group))
        for name, group in groupby(benchmarks, key=lambda one: one.suite)
    )
    used = {run.machine.machine_id for run in runs}
    return Catalogue(
        suites, runs, tuple(one for one in machines.values() if one.machine_id in used)
    )


def flatten_environment(environment: Mapping[str, Any]) -> dict[str, str]:
    """Two levels as one, sorted: ``{"libraries": {"torch": "2.13"}}`` -> ``libraries.torch``.

    Without the readings of the reference work, which have a table of their own.
    """
    flat: dict[str, str] = {}
    for group, fields in environment.items():
        if group == calibration.GROUP:
            continue
        if isinstance(fields, dict):
            flat |= {f"{group}.{name}": _text(value) for name, value in fields.items()}
        else:
            flat[group] = _text(fields)
    return dict(sorted(flat.items()))


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """``libraries.torch 2.12 → 2.13`` for every field that differs, sorted.

    Only groups that both sides have are compared: a suite that did not run says nothing about the
    machine. Groups that differ in every run (load, calibration, limits) are no environment.
    """
    groups = {_group(name) for name in before} & {_group(name) for name in now} - NOT_A_CAUSE
    names = sorted(
        name
        for name in {*before, *now}
        if before.get(name) != now.get(name) and _group(name) in groups
    )
    return tuple(
        f"{name} {before.get(name, '–')[:60]} → {now.get(name, '–')[:60]}" for name in names
    )


def _group(name: str) -> str:
    return name.partition(".")[0]


def samples(
    connection: duckdb.DuckDBPyConnection, history: Trends, catalogue: Catalogue, newest: int
) -> dict[str, list[tuple[int, NDArray[np.float64]]]]:
    """Series id to (position of the run, samples in base units) of its newest points."""
    names = {trend.series_key: trend.series_id for trend in history.series}
    shown = {run.run_id: run.position for run in catalogue.runs}
    places = {
        key: shown[run.run_id]
        for key, run in zip(history.run_keys, history.runs, strict=True)
        if run.run_id in shown
    }
    columns = connection.execute(sql.query("site_samples"), {"newest": newest}).fetchnumpy()
    rows = zip(*(columns[name] for name in ("series_key", "run_key", "samples")), strict=True)
    found: dict[str, list[tuple[int, NDArray[np.float64]]]] = {}
    for series_key, run_key, values in rows:
        if run_key in places and series_key in names:
            found.setdefault(names[series_key], []).append((places[run_key], values))
    return found


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    return connection.execute(sql.query(name)).fetchall()


def _runs(
    rows: list[Row], machines: Mapping[int, Machine], environments: Mapping[int, dict[str, Any]]
) -> Iterator[Run]:
    newest: dict[int, dict[str, str]] = {}
    flat = {key: flatten_environment(groups) for key, groups in environments.items()}
    gauged = {key: calibration.decode(groups) for key, groups in environments.items()}
    for position, row in enumerate(rows):
        machine_key, environment = int(row[2]), flat.get(int(row[3]), {})
        before = newest.get(machine_key, {})
        told = {_group(name) for name in environment}
        kept = {name: words for name, words in before.items() if _group(name) not in told}
        newest[machine_key] = kept | environment
        yield Run(
            position=position,
            run_id=row[1],
            commit=Commit(row[12], row[13], row[14], row[15], row[16]),
            machine=machines[machine_key],
            environment=environment,
            started_at=row[4],
            duration_s=float(row[5]),
            origin=row[6],
            source=row[7],
            profile=row[8],
            tool_version=row[9],
            dirty=bool(row[10]),
            warnings=tuple(row[11]),
            changed=differences(before, environment),
            calibration=gauged.get(int(row[3])),
        )


def _remarks(connection: duckdb.DuckDBPyConnection, positions: Mapping[int, int]) -> Remarks:
    found: Remarks = {}
    for series_key, run_key, reason, warnings, qualifier in _rows(connection, "site_remarks"):
        if run_key in positions:
            text = reason or " ".join(warnings)
            exact = "" if qualifier == "exact" else qualifier
            found.setdefault(series_key, {})[positions[run_key]] = (text, exact)
    return found


def _on_pages(
    history: Trends, positions: Mapping[int, int]
) -> dict[int, tuple[Trend, NDArray[np.int64]]]:
    """Series key to its trend, and the places of its runs among those that pages show.

    A run that is left out of every trend has no page.
    """
    place = np.array([positions.get(key, -1) for key in history.run_keys], dtype=np.int64)
    return {trend.series_key: (trend, place[trend.runs]) for trend in history.series}


def _identity(row: Row) -> tuple[str, str, list[tuple[str, float, str]]]:
    """Suite, benchmark and parameters, whatever order the parameters were written in."""
    return row[2], row[3], sorted(natural(*pair) for pair in parse_pairs(row[4]).items())


def _benchmark(
    identity: tuple[str, str, list[tuple[str, float, str]]],
    rows: list[Row],
    machines: Mapping[int, Machine],
    trends: Mapping[int, tuple[Trend, NDArray[np.int64]]],
    remarks: Remarks,
) -> Benchmark:
    suite, name, _ = identity
    params = parse_pairs(rows[0][4])
    series = []
    for row in rows:
        if int(row[0]) not in trends:
            continue
        trend, runs = trends[int(row[0])]
        said = remarks.get(int(row[0]), {})
        own = (
            {place: said[run] for place, run in enumerate(runs.tolist()) if run in said}
            if said
            else {}
        )
        series.append(
            Series(
                series_id=trend.series_id,
                variant=trend.key.variant,
                metric=trend.key.metric,
                unit=trend.key.unit,
                direction=trend.direction,
                kind=trend.kind,
                machine=machines[row[5]],
                runs=runs,
                status=trend.status,
                values=trend.values,
                low=trend.low,
                high=trend.high,
                counts=trend.n,
                reasons={place: text for place, (text, _) in own.items() if text},
                qualifiers={place: text for place, (_, text) in own.items() if text},
            )
        )
    return Benchmark(
        suite=suite,
        name=name,
        params=tuple(params.items()),
        benchmark_id=benchmark_id(suite, name, params),
        path=benchmark_path(suite, name, params),
        series=tuple(series),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()
