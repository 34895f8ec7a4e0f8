"""Make small histories for tests: state only what matters."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from site_gen.model import (
    MEASURED,
    Benchmark,
    Catalogue,
    Change,
    Commit,
    Judgement,
    Machine,
    Run,
    Series,
    SiteInfo,
    Suite,
)
from site_gen.pages.context import Context

MACHINE = Machine("00aa11bb", "bench", cpu_model="made up", cores=4, memory_gib=16)
DAWN = datetime(2026, 3, 1, 3, 0)  # noqa: DTZ001 - the store keeps UTC without saying so


def run(position=0, *, subject="a change", sha="", machine=MACHINE, **facts):
    commit = Commit(sha or f"{position + 1:040x}", DAWN + timedelta(days=position), subject)
    known: dict[str, Any] = {
        "environment": {"libraries.torch": "2.13.0"},
        "duration_s": 60.0,
        "origin": "measured",
        "source": "collect",
        "profile": "nightly",
        "tool_version": "0",
        "dirty": False,
        "started_at": commit.time,
        **facts,
    }
    return Run(position, f"{position + 1:032x}", commit, machine, **known)


def series(values, *, metric="total_time", unit="s", variant="", status=None, **facts):
    values = np.array(values, dtype=float)
    facts = {
        "series_id": f"{abs(hash((metric, variant))) % 16**16:016x}",
        "direction": "lower",
        "kind": "time",
        "machine": MACHINE,
        "runs": np.arange(values.size),
        "low": values * 0.98,
        "high": values * 1.02,
        "counts": np.full(values.size, 15),
    } | facts
    codes = np.full(values.size, MEASURED) if status is None else np.array(status)
    return Series(
        variant=variant,
        metric=metric,
        unit=unit,
        values=values,
        status=codes.astype(np.uint8),
        **facts,
    )


def benchmark(*rows, suite="micro", name="top_k", params=(), path="suites/micro/top_k"):
    inside = ",".join(f"{key}={value}" for key, value in params)
    full = f"{suite}.{name}[{inside}]" if inside else f"{suite}.{name}"
    return Benchmark(suite, name, tuple(params), full, path, rows)


def change(of, index, **facts):
    known: dict[str, Any] = {
        "direction": "regression",
        "kind": "step",
        "status": "confirmed",
        "change": 0.2,
        "low": 0.15,
        "high": 0.25,
        "before": 1.0,
        "after": 1.2,
        "n_after": 5,
        "rule": "step: |t| = 20.0",
        "episode": "e1",
        "commit": f"{index + 1:040x}",
        "previous_commit": f"{index:040x}",
        **facts,
    }
    return Change(series_id=of.series_id, metric=of.metric, unit=of.unit, index=index, **known)


def context(*benchmarks, runs=None, site=None, **judged):
    benchmarks = benchmarks or (benchmark(series([1.0, 1.1])),)
    size = max(len(row.runs) for one in benchmarks for row in one.series)
    suites: dict[str, list[Benchmark]] = {}
    for one in benchmarks:
        suites.setdefault(one.suite, []).append(one)
    catalogue = Catalogue(
        tuple(Suite(name, f"suites/{name}", tuple(rows)) for name, rows in suites.items()),
        tuple(runs or (run(position) for position in range(size))),
        (MACHINE,),
    )
    return Context(catalogue, Judgement(**judged), site or SiteInfo("a project"))
