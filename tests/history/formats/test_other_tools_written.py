"""What goes out in another tool's format comes in as the same series, where it has a place."""

from __future__ import annotations

import itertools
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from history import sql
from history.formats import registry, take_in
from history.formats.interface import Context
from history.formats.outcomes import measured
from history.project.workspace import Workspace, open_workspace
from history.words.errors import UsageError
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
    Skipped,
    Variant,
)

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
NAMES = ("mel", "a long name, with: signs", "x/y.z", "größer", "<b>&amp;")
number = st.floats(min_value=1e-9, max_value=1e12)


def is_time(one):
    return one.metric == "operation_time"


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


bare = st.lists(
    st.dictionaries(st.sampled_from(NAMES), number, min_size=1), min_size=1, max_size=2
).map(
    lambda nights: runs(
        [
            [
                made
                for name, value in found.items()
                for made in (
                    point(name, "operation_time", Measured(value=value, n=1)),
                    point(name, "throughput", Measured(value=value * 2, n=1)),
                )
            ]
            for found in nights
        ]
    )
)
"""Points that every format has a place for."""
few = settings(
    deadline=None,
    max_examples=max(2, settings.default.max_examples // 25),  # each is two histories
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@few
@given(records=bare)
@pytest.mark.parametrize("name", ["github-action-benchmark", "bmf"])
def test_series_without_parameters_come_back_as_they_went(name, records):
    only = records
    if name == "github-action-benchmark":  # a suite has one direction there
        only = [
            msgspec.structs.replace(
                one, points=tuple(p for p in one.points if p.metric != "throughput")
            )
            for one in records
        ]
    context = Context(suite="suite", machine="box")
    with tempfile.TemporaryDirectory() as folder:
        before, after, _ = there_and_back(name, only, context, Path(folder), "out")
    assert [row[:6] for row in after] == [row[:6] for row in before]
    assert [row[6] for row in after] == pytest.approx([row[6] for row in before], rel=1e-12)


outcomes = st.one_of(
    st.lists(number, min_size=2, max_size=5).map(measured),
    number.map(lambda value: Measured(value=value, n=1)),
    st.just(Failed(reason="it failed; asv keeps no reason")),
    st.just(Skipped(reason="it was skipped; asv keeps no reason")),
)


TIMES = ("a.time_x", "b.Suite.time_y")


@few
@given(
    nights=st.lists(
        st.dictionaries(st.sampled_from(TIMES), st.tuples(outcomes, outcomes), min_size=1),
        min_size=1, max_size=2,
    ),
    runtime=st.sampled_from(["python 3.11", "python 3.12, numpy 2.1, THREADS=1", "onnxruntime"]),
    version=st.sampled_from(["", "version 1a2b3c4d", "version 2"]),
)  # fmt: skip
def test_asv_holds_parameters_environments_versions_samples_and_absences(nights, runtime, version):
    variant = Variant(runtime=runtime, features=version)
    records = runs([
        [
            point(name, "operation_time", outcome, params={"n": str(size)}, variant=variant)
            for name, pair in found.items()
            for size, outcome in zip((10, 100), pair, strict=True)
        ]
        for found in nights
    ])  # fmt: skip
    context = Context(suite="suite")
    with tempfile.TemporaryDirectory() as folder:
        before, after, said = there_and_back("asv", records, context, Path(folder), "results")
    assert [row[:6] for row in after] == [row[:6] for row in before]
    assert [row[7] for row in after] == [row[7] for row in before]
    assert not [one for one in said if "name of its benchmark" in one or "runtime" in one]


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


def test_data_js_says_what_it_has_no_place_for(tmp_path):
    said = written(tmp_path, "github-action-benchmark", tmp_path / "data.js")
    text = (tmp_path / "data.js").read_text()
    assert text.startswith("window.BENCHMARK_DATA = {\n")
    data = json.loads(text.partition("= ")[2])
    tools = {suite: entries[0]["tool"] for suite, entries in data["entries"].items()}
    assert tools == {
        "suite": "customSmallerIsBetter", "suite (higher is better)": "customBiggerIsBetter",
    }  # fmt: skip
    (entry,) = data["entries"]["suite"]
    assert [one["name"] for one in entry["benches"]] == [
        "mel - peak_rss", "mel [n=1]", "mel [n=2, runtime=onnxruntime;device=cpu]",
    ]  # fmt: skip
    assert sorted(said) == [
        "1 point that failed or were skipped left out",
        "1 point without a direction left out: its tools have one each",
        "interval of 1 point written as half its width",
        "machine or direction of 1 point said by the name of the suite",
        "metric of 1 point put into the name: it is known by its unit alone",
        "parameters or variant of 2 points put into the name",
        "samples of 1 point left out",
    ]


def test_bmf_brings_back_unit_and_direction_of_metrics_of_our_own(tmp_path):
    own = [
        point("mel", f"own_{number}", Measured(value=1.5, n=1), unit=unit, direction=direction)
        for number, (unit, direction) in enumerate(
            itertools.product(["B", "s", "", "furlongs"], Direction)
        )
    ]
    context = Context(suite="suite", machine="box")
    before, after, _ = there_and_back("bmf", runs([own]), context, tmp_path, "out")
    assert [row[:7] for row in after] == [row[:7] for row in before]


def test_bmf_has_latency_in_nanoseconds_and_our_interval(tmp_path, capsys):
    said = written(tmp_path, "bmf", None)
    data = json.loads(capsys.readouterr().out)
    assert data["mel [n=1]"]["latency"]["value"] == 2e9
    assert {"lower_value", "upper_value"} <= data["mel [n=1]"]["latency"].keys()
    assert data["mel"]["peak_rss"] == {"value": 7.0, "unit": "B", "direction": "lower"}
    assert "commit and machine of 5 points left out" in said


def test_openmetrics_is_a_gauge_for_each_metric(tmp_path, capsys):
    written(tmp_path, "openmetrics", None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "# EOF"
    assert "# TYPE soundmark_operation_time_seconds gauge" in lines
    assert "# UNIT soundmark_bandwidth_bytes_per_second bytes_per_second" in lines
    assert "# UNIT soundmark_operation_time_seconds seconds" in lines
    assert (
        'soundmark_operation_time_seconds{suite="suite",benchmark="mel",params="n=1",machine="box",'
        f'commit="{10:040x}"}} 2.0 {START.timestamp():.3f}'
    ) in lines
    names = [line.partition("{")[0] for line in lines if not line.startswith("#")]
    assert names == sorted(names), "what belongs together stands together"


def test_asv_is_written_into_a_folder_alone(tmp_path):
    with pytest.raises(UsageError, match="a folder of files, which cannot go to the terminal"):
        written(tmp_path, "asv", None)


def test_asv_says_what_it_has_no_place_for(tmp_path):
    said = written(tmp_path, "asv", tmp_path / "results") or ()
    assert "metric of 4 points put into the name of its benchmark" in said
    assert "variant of 1 point put into the name of its benchmark" in said
    listed = json.loads((tmp_path / "results" / "benchmarks.json").read_text())
    assert listed["mel.own"]["unit"] == "widgets"


@pytest.mark.parametrize("name", ["asv", "bmf", "github-action-benchmark", "openmetrics"])
def test_without_any_point_nothing_is_written(tmp_path, name):
    history = workspace(tmp_path)
    history.append(runs([[point("mel", "wer", Failed(reason="no"))]]))
    target = tmp_path / "out"
    with history.reading() as connection:
        if name == "asv":
            registry.find(name, registry.EXPORT).write(connection, target)
            return
        with pytest.raises(UsageError, match="no measured point"):
            registry.find(name, registry.EXPORT).write(connection, target)
    assert not target.exists()
