"""Histories made of numbers: in memory for pure functions, in a folder for commands."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from history.detect import (
    Change,
    ChangeKind,
    ChangeStatus,
    Detection,
    Evidence,
    Observations,
    detector,
)
from history.project.config import Config, LoadedConfig
from history.project.workspace import Workspace
from history.read.runs import Machine as StoredMachine
from history.read.runs import Run as StoredRun
from history.read.series import QUALIFIERS, Series
from history.read.view import View
from history.words.key import SeriesKey
from history.words.metrics import Direction
from history.words.records import (
    Commit,
    Failed,
    Item,
    Machine,
    Measured,
    Point,
    Qualifier,
    Run,
    RunRecord,
    Variant,
)

START = datetime(2026, 1, 1, 3, tzinfo=UTC)
"""Moment of the first run; the next ones follow night by night."""
BOX = Machine(name="box", cpu_model="model", cores=2, memory_gib=4)


def noisy(*levels, n=30, noise=0.01, seed=0):
    """n points at each level, with lognormal noise."""
    generator = np.random.default_rng(seed)
    return [level * float(np.exp(generator.normal(0, noise))) for level in levels for _ in range(n)]


def facts(night, **changes):
    """Run number ``night``, at commit ``c<night>``; what a commit has may be changed as well."""
    moment = START + timedelta(days=night)
    commit = Commit(
        sha=f"c{night:04d}",
        time=moment,
        sequence=night,
        parents=(f"c{night - 1:04d}",) if night else (),
        branch="main",
    )
    of_commit = {name: changes.pop(name) for name in commit.__struct_fields__ if name in changes}
    plain = StoredRun(
        position=night,
        run_key=night + 1,
        run_id=f"{night:032x}",
        commit=msgspec.structs.replace(commit, **of_commit),
        machine=StoredMachine("00aa11bb", "box"),
        environment_key=1,
        started_at=moment,
        profile="nightly",
    )
    return replace(plain, **changes)


def trend(values, *, low=None, high=None, status=None, n=10, qualifier="exact", **changes):
    """One series with one point a night; NaN with a status makes an absence."""
    values = np.asarray(values, dtype=float)
    nothing = np.full(values.size, np.nan)
    key = {
        "suite": "golden",
        "benchmark": "pipeline",
        "params": "",
        "variant": "",
        "metric": "first_token_time",
        "unit": "s",
        "machine": "box",
    }
    plain = Series(
        series_id="5e71e5",
        series_key=1,
        key=SeriesKey(**{name: changes.pop(name, value) for name, value in key.items()}),
        direction="lower",
        kind="time",
        runs=np.arange(values.size),
        status=np.zeros(values.size, np.uint8) if status is None else np.asarray(status, np.uint8),
        values=values,
        low=nothing if low is None else np.asarray(low, float),
        high=nothing if high is None else np.asarray(high, float),
        spread=nothing,
        n=np.full(values.size, n),
        qualifier=np.full(values.size, QUALIFIERS.index(qualifier), np.uint8),
        fingerprint=np.zeros(values.size, np.uint64),
    )
    return replace(plain, **changes)


def trends(*series, runs=None, environments=None, reasons=None):
    """A history of these series, all measured in the same runs."""
    nights = max(one.size for one in series)
    made = runs or [facts(night) for night in range(nights)]
    told: dict[int, dict[int, str]] = {}
    for (series_key, night), reason in (reasons or {}).items():
        told.setdefault(series_key, {})[night] = reason
    return View(
        runs=tuple(replace(one, position=place) for place, one in enumerate(made)),
        series=tuple(replace(one, reasons=told.get(one.series_key, {})) for one in series),
        environments=environments or {1: {}},
    )


def detections(history):
    """What the default detector says about each series."""
    return {
        one.series_id: detector().detect(Observations(one.values, one.spread, one.n))
        for one in history.series
    }


def git(folder, *arguments):
    """What git prints in a folder."""
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(folder, *subjects):
    """A repository with empty commits of these subjects; their hashes."""
    git(folder, "init", "--quiet")
    shas = []
    for subject in subjects:
        git(folder, "commit", "--quiet", "--allow-empty", "-m", subject)
        shas.append(git(folder, "rev-parse", "HEAD"))
    return shas


def config(root=None, **tables):
    """A configuration as if read from a file."""
    values = msgspec.convert(tables, Config)
    return LoadedConfig(values=values, root=root or Path("nowhere"), file=None)


def measured(value, *, samples=(), qualifier="exact", **more):
    """A measurement; samples give it their number."""
    return Measured(
        value=value,
        n=len(samples) or 1,
        samples=tuple(samples),
        qualifier=Qualifier(qualifier),
        **more,
    )


def point(value, *, benchmark="pipeline", metric="first_token_time", suite="golden", **more):
    """One point; a text instead of a value is why it failed."""
    samples = more.pop("samples", ())
    stated = {name: more.pop(name) for name in ("low", "high", "rounds") if name in more}
    outcome = (
        Failed(reason=value)
        if isinstance(value, str)
        else measured(value, samples=samples, **stated)
    )
    variant = Variant(**more.pop("variant", {}))
    direction = more.pop("direction", None)
    return Point(
        suite=suite,
        benchmark=benchmark,
        metric=metric,
        outcome=outcome,
        variant=variant,
        direction=Direction(direction) if direction else None,
        **more,
    )


def item(name, *, value, benchmark="pipeline", metric="first_token_time", **more):
    """One utterance."""
    return Item(suite="golden", benchmark=benchmark, item=name, values={metric: value}, **more)


def run(night, *points, items=(), machine="box", **more):
    """One night's run at commit ``c<night>``."""
    moment = START + timedelta(days=night)
    environment = more.pop("environment", {})
    started_at = more.pop("started_at", moment)
    commit = Commit(**({"sha": f"c{night:04d}", "time": moment, "sequence": night} | more))
    return RunRecord(
        run=Run(
            run_id=f"{night:08x}{machine.encode().hex():0<24}"[:32],
            started_at=started_at,
            commit=commit,
            machine=msgspec.structs.replace(BOX, name=machine),
            environment=environment,
        ),
        points=points,
        items=tuple(items),
    )


def workspace(folder, *records, **tables):
    """A project folder that holds these runs."""
    made = Workspace(config(folder, **tables), folder / "history.duckdb", folder / "runs")
    if records:
        made.append(records)
    return made


class PlainDetector:
    """Knows a step when the median of three points moves by a tenth; so that what commands print
    does not change with the real rules."""

    name = "plain"
    version = "0"

    def detect(self, observations, minimum_effect=0.02):
        values = observations.values
        places = np.flatnonzero(np.isfinite(values))
        y = values[places]
        found, start = [], 0
        for i in range(3, y.size):
            before, after = np.median(y[start:i]), np.median(y[i : i + 3])
            if abs(after / before - 1) > 0.1 and abs(y[i] / before - 1) > 0.1 and i > start + 3:
                found.append((start, i))
                start = i
        ends = [*(i for _, i in found[1:]), y.size][: len(found)]
        return Detection(
            changes=tuple(
                self._change(places, y, *change, end)
                for change, end in zip(found, ends, strict=True)
            ),
            n=y.size,
            enough_data=y.size >= 8,
            n_needed=8,
            n_further=10,
            sigma=0.01,
            rho=0.0,
            minimum_detectable_change=0.025,
        )

    def _change(self, places, y, start, i, end):
        before, after = (round(float(np.median(part)), 6) for part in (y[start:i], y[i:end]))
        change = round(after / before - 1, 6)
        few = end - i < 3
        return Change(
            index=int(places[i]),
            previous_index=int(places[i - 1]),
            end_index=int(places[i]),
            kind=ChangeKind.STEP,
            status=ChangeStatus.SUSPECT if few else ChangeStatus.CONFIRMED,
            change=change,
            low=round(change - 0.01, 6),
            high=round(change + 0.01, 6),
            before=before,
            after=after,
            n_before=i - start,
            n_after=end - i,
            statistic=9.0,
            sigma=0.01,
            rho=0.0,
            evidence=Evidence("plain", limit=3.0),
        )
