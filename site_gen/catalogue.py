"""Put the trends that were judged into the words of the pages, with what only pages show.

The points are those of ``history.read.series``: they are read once, and a page shows what
was judged.
"""

from __future__ import annotations

from dataclasses import astuple
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from history import addresses, sql
from history.judge.confounders import NOT_A_CAUSE
from history.read.series import EXACT
from history.words import calibration
from history.words.key import benchmark_id, natural, parse_pairs
from site_gen.model import Benchmark, Catalogue, Commit, Machine, Run, Series, Suite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    from numpy.typing import NDArray

    from history.read.series import Series as Trend
    from history.read.view import View


def read(history: View) -> Catalogue:
    """Everything the pages need except raw samples, on the arrays of ``history``."""
    runs = tuple(_runs(history))
    machines = sorted({run.machine for run in runs}, key=lambda one: one.label)
    by_label = {run.machine.label: Machine(*astuple(run.machine)) for run in history.runs}
    places = {run.run_id: run.position for run in runs}
    place = np.array([places.get(run.run_id, -1) for run in history.runs], dtype=np.int64)
    benchmarks = tuple(
        _benchmark(identity, list(rows), by_label, place)
        for identity, rows in groupby(sorted(history.series, key=_identity), key=_identity)
    )
    suites = tuple(
        Suite(name, addresses.suite(name), tuple(group))
        for name, group in groupby(benchmarks, key=lambda one: one.suite)
    )
    return Catalogue(suites, runs, tuple(Machine(*astuple(one)) for one in machines))


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
    connection: duckdb.DuckDBPyConnection, history: View, catalogue: Catalogue, newest: int
) -> dict[str, list[tuple[int, NDArray[np.float64]]]]:
    """Series id to (position of the run, samples in base units) of its newest points."""
    names = {series.series_key: series.series_id for series in history.series}
    shown = {run.run_id: run.position for run in catalogue.runs}
    places = {run.run_key: shown[run.run_id] for run in history.counting}
    columns = connection.execute(sql.query("samples"), {"newest": newest}).fetchnumpy()
    rows = zip(*(columns[name] for name in ("series_key", "run_key", "samples")), strict=True)
    found: dict[str, list[tuple[int, NDArray[np.float64]]]] = {}
    for series_key, run_key, values in rows:
        if run_key in places and series_key in names:
            found.setdefault(names[series_key], []).append((places[run_key], values))
    return found


def _runs(history: View) -> Iterator[Run]:
    newest: dict[str, dict[str, str]] = {}
    flat = {key: flatten_environment(groups) for key, groups in history.environments.items()}
    gauged = {key: calibration.decode(groups) for key, groups in history.environments.items()}
    for position, run in enumerate(history.counting):
        machine, environment = run.machine.machine_id, flat.get(run.environment_key, {})
        before = newest.get(machine, {})
        told = {_group(name) for name in environment}
        kept = {name: words for name, words in before.items() if _group(name) not in told}
        newest[machine] = kept | environment
        yield Run(
            position=position,
            run_id=run.run_id,
            commit=Commit(
                run.commit.sha,
                run.commit.time,
                run.commit.subject,
                run.commit.branch,
                run.commit.tag,
            ),
            machine=Machine(*astuple(run.machine)),
            environment=environment,
            started_at=run.started_at,
            duration_s=run.duration_s,
            origin=run.origin,
            source=run.source,
            profile=run.profile,
            tool_version=run.tool_version,
            dirty=run.commit.dirty,
            warnings=run.warnings,
            changed=differences(before, environment),
            calibration=gauged.get(run.environment_key),
        )


def _identity(series: Trend) -> tuple[str, str, list[tuple[str, float, str]]]:
    """Suite, benchmark and parameters, whatever order the parameters were written in."""
    key = series.key
    pairs = parse_pairs(key.params).items()
    return key.suite, key.benchmark, sorted(natural(*pair) for pair in pairs)


def _benchmark(
    identity: tuple[str, str, list[tuple[str, float, str]]],
    rows: list[Trend],
    machines: Mapping[str, Machine],
    place: NDArray[np.int64],
) -> Benchmark:
    suite, name, _ = identity
    params = parse_pairs(rows[0].key.params)
    return Benchmark(
        suite=suite,
        name=name,
        params=tuple(params.items()),
        benchmark_id=benchmark_id(suite, name, params),
        path=addresses.benchmark(suite, name, params),
        series=tuple(
            Series(
                series_id=one.series_id,
                variant=one.key.variant,
                metric=one.key.metric,
                unit=one.key.unit,
                direction=one.direction,
                kind=one.kind,
                machine=machines[one.key.machine],
                runs=place[one.runs],
                status=one.status,
                values=one.values,
                low=one.low,
                high=one.high,
                counts=one.n,
                reasons={
                    index: one.remark(index) for index in sorted({*one.reasons, *one.warnings})
                },
                qualifiers={
                    int(index): one.qualifier_of(int(index))
                    for index in np.flatnonzero(one.qualifier != EXACT)
                },
            )
            for one in rows
        ),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()
