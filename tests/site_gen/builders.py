"""Make small histories for tests: state only what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from history.read.runs import Machine, Run
from history.read.series import MEASURED, Series
from history.read.view import View
from history.words.key import SeriesKey
from history.words.records import Commit
from site_gen.catalogue import Benchmark, Catalogue, Suite
from site_gen.model import Change, Judgement, SiteInfo
from site_gen.pages.context import Context

MACHINE = Machine("00aa11bb", "bench", cpu_model="made up", cores=4, memory_gib=16)
DAWN = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def run(position=0, *, subject="a change", sha="", dirty=False, machine=MACHINE, **facts):
    moment = DAWN + timedelta(days=position)
    name = sha or f"{position + 1:040x}"
    known: dict[str, Any] = {
        "environment_key": 1,
        "duration_s": 60.0,
        "profile": "nightly",
        "tool_version": "0",
        "started_at": moment,
        **facts,
    }
    return Run(
        position=position,
        run_key=position + 1,
        run_id=f"{position + 1:032x}",
        commit=Commit(sha=name, time=moment, sequence=position, subject=subject, dirty=dirty),
        machine=machine,
        **known,
    )


def series(values, *, metric="total_time", unit="s", variant="", status=None, **facts):
    values = np.array(values, dtype=float)
    facts = {
        "series_id": f"{abs(hash((metric, variant))) % 16**16:016x}",
        "series_key": 1,
        "direction": "lower",
        "kind": "time",
        "runs": np.arange(values.size),
        "low": values * 0.98,
        "high": values * 1.02,
        "spread": np.full(values.size, np.nan),
        "n": np.full(values.size, 15),
        "qualifier": np.zeros(values.size, np.uint8),
        "fingerprint": np.zeros(values.size, np.uint64),
    } | facts
    codes = np.full(values.size, MEASURED) if status is None else np.array(status)
    return Series(
        key=SeriesKey("micro", "top_k", "", variant, metric, unit, MACHINE.label),
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
    return Change(
        series_id=of.series_id, metric=of.key.metric, unit=of.key.unit, index=index, **known
    )


def context(*benchmarks, runs=None, environments=None, site=None, **judged):
    benchmarks = benchmarks or (benchmark(series([1.0, 1.1])),)
    size = max(row.size for one in benchmarks for row in one.series)
    suites: dict[str, list[Benchmark]] = {}
    for one in benchmarks:
        suites.setdefault(one.suite, []).append(one)
    catalogue = Catalogue(
        tuple(Suite(name, f"suites/{name}", tuple(rows)) for name, rows in suites.items())
    )
    view = View(
        runs=tuple(runs or (run(position) for position in range(size))),
        series=tuple(row for one in benchmarks for row in one.series),
        environments=environments or {1: {"libraries": {"torch": "2.13.0"}}},
    )
    return Context(view, catalogue, Judgement(**judged), site or SiteInfo("a project"))
