"""Histories that are written in another tool's format, and what comes back of them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from history import sql
from history.formats import registry, take_in
from history.formats.outcomes import measured
from history.project.workspace import Workspace, open_workspace
from history.words import metrics
from history.words.metrics import Direction
from history.words.records import (
    Commit,
    Failed,
    Machine,
    Measured,
    Origin,
    Outcome,
    Point,
    Run,
    RunRecord,
    Variant,
    series_id,
)

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
NAMES = ("mel", "a long name, with: signs", "x/y.z", "größer", "<b>&amp;")
number = st.floats(min_value=1e-9, max_value=1e12)
few = settings(
    deadline=None,
    max_examples=max(2, settings.default.max_examples // 25),  # each is a history
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def point(name, metric, outcome: Outcome, **more):
    return Point(suite="suite", benchmark=name, metric=metric, outcome=outcome, **more)


def runs(points_of, machine="box"):
    """A run each night, of a commit of its own."""
    return [
        RunRecord(
            run=Run(
                run_id=f"{night:032x}",
                started_at=START + timedelta(days=night),
                commit=Commit(
                    sha=f"{night + 10:040x}",
                    time=START + timedelta(days=night),
                    sequence=night,
                    subject=f"change {night}",
                ),
                machine=Machine(name=machine),
                origin=Origin.IMPORTED,
                source="import csv",
            ),
            points=tuple(points),
        )
        for night, points in enumerate(points_of)
    ]


def workspace(folder: Path) -> Workspace:
    return open_workspace(None, folder / "history.duckdb", folder / "runs")


def held(history):
    """Every point by its series and commit, with what it holds; samples are a list."""
    with history.reading() as connection:
        return connection.execute(
            'select series_id, metric, unit, direction, "commit", status, value,'
            f" coalesce(samples, []) from ({sql.query('export_points')}) order by all"
        ).fetchall()


def of_records(records):
    """The same of records that were read."""
    return sorted(
        _row(one, record.run.machine, record.run.commit.sha)
        for record in records
        for one in record.points
    )


def _row(one, machine, sha):
    known = metrics.find(one.metric, one.unit, one.direction)
    about = (series_id(one, machine), one.metric, known.unit, known.direction, sha)
    if isinstance(one.outcome, Measured):
        return *about, "measured", one.outcome.value, list(one.outcome.samples)
    return *about, type(one.outcome).__name__.lower(), None, []


def there_and_back(format_name, records, context, folder, name):
    """What the history held, what comes back of it, and the sentences of the writer."""
    first = workspace(folder / "first")
    first.append(records)
    target = folder / name
    if format_name == "bmf":
        target.mkdir()
    writer = registry.find(format_name, registry.EXPORT)
    with first.reading() as connection:
        said = writer.write(connection, target) or ()
    reader = registry.find(format_name, registry.IMPORT)
    files = [(target, context)]
    if format_name == "bmf":  # a file a run, and no commit in it
        files = [
            (path, dataclasses.replace(context, commit=record.run.commit))
            for record, path in zip(records, sorted(target.iterdir()), strict=True)
        ]
    back = [one for file in files for one in take_in.imported(reader, *file).records]
    return held(first), of_records(back), said


REPEATS = (1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 3.0)


def odd():
    """Of everything something that other tools have no place for."""
    variant = Variant(runtime="onnxruntime", device="cpu")
    return runs([
        [
            point("mel", "operation_time", measured(REPEATS), params={"n": "1"}),
            point("mel", "operation_time", Measured(value=5.0, n=1), params={"n": "2"},
                  variant=variant),
            point("mel", "peak_rss", Measured(value=7.0, n=1)),
            point("mel", "bandwidth", Measured(value=9.0, n=1)),
            point("mel", "own", Measured(value=3.0, n=1), unit="widgets", direction=Direction.NONE),
            point("mel", "wer", Failed(reason="no transcript")),
        ]
    ])  # fmt: skip


def written(tmp_path, name, target):
    history = workspace(tmp_path)
    history.append(odd())
    with history.reading() as connection:
        return registry.find(name, registry.EXPORT).write(connection, target)
