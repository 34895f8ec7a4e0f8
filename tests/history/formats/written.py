"""Histories that are written in another tool's format, and what comes back of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from history import sql
from history.formats import registry, take_in
from history.formats.interface import Context
from history.formats.outcomes import measured
from history.project.workspace import Workspace, open_workspace
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
)

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
NAMES = ("mel", "a long name, with: signs", "x/y.z", "größer", "<b>&amp;")
number = st.floats(min_value=1e-9, max_value=1e12)
few = settings(
    deadline=None,
    max_examples=max(2, settings.default.max_examples // 25),  # each is two histories
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
    """Every point by what it is of; of the series their ids, too."""
    with history.reading() as connection:
        return connection.execute(
            f'select series_id, metric, unit, direction, "commit", status, value, samples'
            f" from ({sql.query('export_points')}) order by all"
        ).fetchall()


def there_and_back(format_name, records, context, folder, name):
    """What the history held, what it holds again, and the sentences of the writer."""
    first, second = workspace(folder / "first"), workspace(folder / "second")
    first.append(records)
    target = folder / name
    if format_name == "bmf":
        target.mkdir()
    writer = registry.find(format_name, registry.EXPORT)
    with first.reading() as connection:
        said = writer.write(connection, target) or ()
    reader = registry.find(format_name, registry.IMPORT)
    if format_name == "bmf":
        for record, path in zip(records, sorted(target.iterdir()), strict=True):
            with_commit = msgspec.structs.replace(record.run.commit, parents=())
            one = Context(
                suite=context.suite, machine=context.machine, units=context.units,
                directions=context.directions, commit=with_commit,
            )  # fmt: skip
            take_in.import_file(second, reader, path, one)
    else:
        take_in.import_file(second, reader, target, context)
    return held(first), held(second), said


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
