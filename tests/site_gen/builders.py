"""Make small histories for tests: state only what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from history.detect.interface import Change, ChangeKind, ChangeStatus, Evidence
from history.judge import events
from history.judge.changes import ChangeRow
from history.judge.episodes import ChangeDirection, State
from history.judge.event_groups import event_id
from history.judge.judge import Judgement
from history.judge.size import UNKNOWN
from history.judge.targets import Compliance, SlaRow
from history.judge.verdict import Absent, Verdict, Word
from history.read.runs import Machine, Run
from history.read.series import MEASURED, Series
from history.read.view import View
from history.words.key import SeriesKey
from history.words.records import Commit
from site_gen.catalogue import Benchmark, Catalogue, Suite
from site_gen.pages.context import Context, SiteInfo

MACHINE = Machine("00aa11bb", "bench", cpu_model="made up", cores=4, memory_gib=16)
DAWN = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def run(position=0, *, subject="a change", machine=MACHINE, **facts):
    moment = DAWN + timedelta(days=position)
    of_commit = {
        "sha": f"{position + 1:040x}",
        "time": moment,
        "sequence": position,
        "subject": subject,
        "branch": "main",
    }
    of_commit |= {name: facts.pop(name) for name in Commit.__struct_fields__ if name in facts}
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
        commit=Commit(**of_commit),
        machine=machine,
        **known,
    )


def series(values, *, metric="total_time", unit="s", variant="", status=None, **facts):
    values = np.array(values, dtype=float)
    named = facts.pop("benchmark", "top_k"), facts.pop("machine", MACHINE.label)
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
        key=SeriesKey("micro", named[0], "", variant, metric, unit, named[1]),
        values=values,
        status=codes.astype(np.uint8),
        **facts,
    )


def benchmark(*rows, suite="micro", name="top_k", params=(), path="suites/micro/top_k"):
    inside = ",".join(f"{key}={value}" for key, value in params)
    full = f"{suite}.{name}[{inside}]" if inside else f"{suite}.{name}"
    return Benchmark(suite, name, tuple(params), full, path, rows)


def change(of, index, **facts):
    """A change of a series; what the detector said is told by its rule."""
    known: dict[str, Any] = {
        "direction": "regression",
        "kind": "step",
        "status": "confirmed",
        "change": 0.2,
        "change_low": 0.15,
        "change_high": 0.25,
        "before": 1.0,
        "after": 1.2,
        "n_after": 5,
        "episode": "e1",
        "commit": f"{index + 1:040x}",
        "previous_commit": f"{index:040x}",
        **facts,
    }
    rule = known.pop("rule", "step")
    known.setdefault("event", event_id(of.key.machine, known["commit"]))
    found = Change(
        index=index,
        previous_index=index - 1,
        end_index=index,
        kind=ChangeKind(known["kind"]),
        status=ChangeStatus.CONFIRMED,
        change=known["change"],
        low=known["change_low"],
        high=known["change_high"],
        before=known["before"],
        after=known["after"],
        n_before=5,
        n_after=known["n_after"],
        statistic=20.0,
        sigma=0.01,
        rho=0.0,
        evidence=Evidence(rule=rule, limit=4.0),
    )
    return ChangeRow(
        series_id=of.series_id,
        key=of.key,
        index=index,
        commit_time=DAWN + timedelta(days=index),
        found=found,
        direction=ChangeDirection(known.pop("direction")),
        status=State(known.pop("status")),
        **known,
    )


def target(row, status="fail", **facts):
    """A target on a series."""
    known: dict[str, Any] = {
        "target": "t",
        "key": row.key,
        "limit": 1.0,
        "value": 1.5,
        "low": 1.4,
        "high": 1.6,
        "margin_percent": -50.0,
        "compliance_30": 0.5,
        "broken_by": "",
        "series_id": row.series_id,
        "direction": "lower",
    } | facts
    return SlaRow(status=Compliance(status), **known)


def verdict(word="not enough data", reason="", **facts):
    """A verdict that rests on what a run told about an absence."""
    return Verdict(Word(word), Absent(Word.INVALID, reason), UNKNOWN, 0, **facts)


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
    return Context(view, decided(view, **judged), catalogue, site or SiteInfo("a project"))


def of_suites(records, *names):
    """Runs with the points and items of these suites alone: a page less for every other one."""
    return [
        msgspec.structs.replace(
            one,
            points=tuple(point for point in one.points if point.suite in names),
            items=tuple(item for item in one.items if item.suite in names),
        )
        for one in records
    ]


def decided(view, *, changes=(), sla=(), verdicts=None, annotations=(), memory=()):
    """What was decided about a history: verdicts that are not given say not enough data."""
    plain = {one.series_id: verdict() for one in view.series}
    return Judgement(
        regressions=changes,
        events=events.events(view, {}, changes),
        sla=sla,
        gates=(),
        verdicts=plain | (verdicts or {}),
        annotations=annotations,
        detections={},
        version="steps 1, rules 1",
        history=view,
        memory=memory,
    )
