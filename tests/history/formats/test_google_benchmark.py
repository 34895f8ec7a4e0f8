import json

import pytest

from history.formats.google_benchmark import GoogleBenchmark
from history.words.metrics import Direction
from history.words.records import Failed, Skipped
from tests.history.formats.builders import SHARED, outcome

FORMAT = GoogleBenchmark()


def text(*rows, **context):
    return json.dumps({"context": context, "benchmarks": list(rows)})


def row(name="BM_mel/10", **more):
    return {
        "name": name, "run_name": name, "run_type": "iteration", "iterations": 100,
        "real_time": 10.0, "cpu_time": 9.0, "time_unit": "us",
    } | more  # fmt: skip


def test_repetitions_are_samples_and_each_row_has_its_own_unit():
    found = FORMAT.parse(
        text(row(real_time=10.0), row(real_time=0.011, time_unit="ms", cpu_time=0.01))
    )
    assert outcome(found, "operation_time").samples == pytest.approx((10e-6, 11e-6))
    assert outcome(found, "cpu_time").samples == pytest.approx((9e-6, 10e-6))


def test_aggregates_do_not_count_beside_the_repetitions():
    mean = row(run_type="aggregate", aggregate_name="mean", real_time=99.0)
    spread = row(run_type="aggregate", aggregate_name="cv", aggregate_unit="percentage")
    assert outcome(FORMAT.parse(text(row(), mean, spread)), "operation_time").n == 1
    alone = FORMAT.parse(text(mean, spread))
    assert outcome(alone, "operation_time").value == pytest.approx(99e-6)


def test_a_percentage_alone_is_refused():
    found = FORMAT.parse(
        text(row(run_type="aggregate", aggregate_name="cv", aggregate_unit="percentage"))
    )
    assert found.points == ()
    assert "no times" in found.refused[0].reason


def test_errors_and_skips_are_absences_with_their_message():
    failed = row("a", error_occurred=True, error_message="no device")
    found = FORMAT.parse(text(failed, row("b", skipped=True)))
    assert outcome(found, "operation_time", "a") == Failed(reason="no device")
    assert isinstance(outcome(found, "operation_time", "b"), Skipped)


def test_counters_are_metrics_and_rates_are_better_high():
    found = FORMAT.parse(text(row(bytes_per_second=5e9, frames_per_second=100.0, hits=3.0)))
    by_metric = {point.metric: point for point in found.points}
    assert outcome(found, "bandwidth").value == 5e9
    assert by_metric["frames_per_second"].direction is Direction.HIGHER
    assert by_metric["hits"].direction is Direction.NONE


def test_debug_builds_and_scaling_clocks_are_flagged():
    found = FORMAT.parse(text(row(), library_build_type="debug", cpu_scaling_enabled=True))
    assert len(found.flagged) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_real_files_are_recognised_and_read():
    files = sorted((SHARED / "google-benchmark").glob("*.json"))
    files = [path for path in files if "real_time" in path.read_text()]  # one holds names only
    assert len(files) > 3
    for path in files:
        content = path.read_text()
        assert FORMAT.recognise(content) or "context" not in content, path.name
        assert FORMAT.parse(content).points, path.name
