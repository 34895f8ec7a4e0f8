import numpy as np
import pytest

from history.project.workspace import open_workspace
from history.read import view
from history.words.records import Exclusion
from site_gen import catalogue
from site_gen.demo.simulate import year
from site_gen.model import MEASURED


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    workspace = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
    records = year(12)
    workspace.append(records)
    with workspace.reading() as connection:
        history = view.read(connection)
        read = catalogue.read(history)
        samples = catalogue.samples(connection, history, read, 3)
    return records, read, samples


def test_every_point_of_every_run_is_there(found):
    records, read, _ = found
    points = sum(len(series.runs) for one in read.benchmarks() for series in one.series)
    assert points == sum(len(record.points) for record in records)
    assert len(read.runs) == len(records)


def test_runs_stand_in_commit_order(found):
    _, read, _ = found
    times = [run.commit.time for run in read.runs]
    assert times == sorted(times)
    assert [run.position for run in read.runs] == list(range(len(times)))


def test_what_was_not_measured_keeps_its_place_and_its_reason(found):
    _, read, _ = found
    tts = next(one for one in read.benchmarks() if one.suite == "tts")
    skipped = next(series for series in tts.series if series.machine.label == "runner-4c")
    assert (skipped.status != MEASURED).all()
    assert np.isnan(skipped.values).all()
    assert skipped.last == -1
    assert "CUDA" in skipped.reasons[0]


def test_a_new_library_on_the_same_machine_is_named(found):
    _, read, _ = found
    changes = [words for run in read.runs for words in run.changed]
    assert changes.count("libraries.onnxruntime 1.23.2 → 1.24.0") == 2


def test_parameters_are_ordered_as_numbers(found):
    _, read, _ = found
    vocab = [dict(one.params)["vocab"] for one in read.benchmarks() if one.name == "log_softmax"]
    assert vocab == ["3072", "32000", "152000"]


def test_only_the_newest_samples_are_read(found):
    _, read, samples = found
    measured = {
        series.series_id: int((series.status == MEASURED).sum())
        for one in read.benchmarks()
        for series in one.series
    }
    assert samples
    for series_id, runs in samples.items():
        assert len(runs) == min(3, measured[series_id])


def test_two_levels_of_environment_become_one():
    flat = catalogue.flatten_environment({"b": {"y": 2, "x": "1"}, "a": True})
    assert flat == {"a": "true", "b.x": "1", "b.y": "2"}


def test_only_what_both_runs_know_can_have_changed():
    before = {"libraries.torch": "2.12", "load.now": "1", "tts/torch.threads": "1"}
    now = {"libraries.torch": "2.13", "libraries.numpy": "2", "load.now": "9", "gpu.driver": "5"}
    assert catalogue.differences(before, now) == (
        "libraries.numpy – → 2",
        "libraries.torch 2.12 → 2.13",
    )


def test_a_run_that_is_left_out_has_no_page_and_no_point(tmp_path):
    workspace = open_workspace(history=tmp_path / "h.duckdb", ledger=tmp_path / "runs")
    records = year(4)
    workspace.append(records)
    gone = records[2].run
    workspace.exclude(Exclusion(run_id=gone.run_id, made_at=gone.started_at, reason="noisy"))
    with workspace.reading() as connection:
        history = view.read(connection)
        read = catalogue.read(history)
    assert gone.run_id not in {run.run_id for run in read.runs}
    told = {trend.series_id: trend for trend in history.series}
    for series in (one for benchmark in read.benchmarks() for one in benchmark.series):
        trend = told[series.series_id]
        assert [read.runs[place].run_id for place in series.runs.tolist()] == [
            history.run(trend, index).run_id for index in range(trend.size)
        ]
