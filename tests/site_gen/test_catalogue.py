import numpy as np
import pytest

from history.project.workspace import open_workspace
from history.read import samples, view
from history.read.series import MEASURED
from history.words.key import SeriesKey
from site_gen.catalogue import catalogue
from site_gen.demo.simulate import year
from tests.history.judge.builders import trend


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    workspace = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
    records = year(12)
    workspace.append(records)
    with workspace.reading() as connection:
        history = view.read(connection)
        newest = samples.read(connection, history, 3)
    return records, history, newest


def test_every_point_of_every_run_is_on_a_page(found):
    records, history, _ = found
    benchmarks = catalogue(history.series).benchmarks()
    points = sum(series.size for one in benchmarks for series in one.series)
    assert points == sum(len(record.points) for record in records)
    assert len(history.runs) == len(records)


def test_runs_stand_in_commit_order(found):
    _, history, _ = found
    times = [run.commit.time for run in history.runs]
    assert times == sorted(times)
    assert [run.position for run in history.runs] == list(range(len(times)))


def test_what_was_not_measured_keeps_its_place_and_its_reason(found):
    _, history, _ = found
    skipped = next(
        one for one in history.series if one.key.suite == "tts" and one.key.machine == "runner-4c"
    )
    assert (skipped.status != MEASURED).all()
    assert np.isnan(skipped.values).all()
    assert skipped.last == -1
    assert "CUDA" in skipped.remark(0)


def test_parameters_are_ordered_as_numbers(found):
    _, history, _ = found
    benchmarks = catalogue(history.series).benchmarks()
    vocab = [dict(one.params)["vocab"] for one in benchmarks if one.name == "log_softmax"]
    assert vocab == ["3072", "32000", "152000"]


def test_parameters_in_another_order_are_the_same_benchmark():
    series = [
        trend([1.0], params=params, series_id=params)
        for params in ("k=50;vocab=3072", "vocab=3072;k=50")
    ]
    (one,) = catalogue(series).benchmarks()
    assert (one.benchmark_id, one.series) == (
        "golden.pipeline[k=50,vocab=3072]",
        tuple(series),
    )


def test_suites_stand_as_the_configuration_lists_them_then_by_name(found):
    _, history, _ = found
    by_name = [suite.name for suite in catalogue(history.series).suites]
    assert by_name == sorted(by_name)
    chosen = catalogue(history.series, ("whisper", "never-measured", "micro"))
    rest = [name for name in by_name if name not in {"whisper", "micro"}]
    assert [suite.name for suite in chosen.suites] == ["whisper", "micro", *rest]


def test_only_the_newest_samples_are_read(found):
    _, history, newest = found
    measured = {series.series_id: series.measured.size for series in history.series}
    assert newest
    for series_id, runs in newest.items():
        assert len(runs) == min(3, measured[series_id])


def test_the_benchmark_of_a_page_is_that_of_the_keys_on_it(found):
    _, history, _ = found
    for one in catalogue(history.series).benchmarks():
        assert {series.key.benchmark_id for series in one.series} == {one.benchmark_id}
        assert all(isinstance(series.key, SeriesKey) for series in one.series)
