import json
import math

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
        text(
            row(real_time=10.0, repetition_index=0),
            row(real_time=0.011, time_unit="ms", cpu_time=0.01, repetition_index=1),
        )
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


def aggregate(which, **more):
    unit = "percentage" if which == "cv" else "time"
    name = f"{more.pop('run_name', 'BM_mel/10')}"
    about = {"run_type": "aggregate", "aggregate_name": which, "aggregate_unit": unit}
    return row(f"{name}_{which}", run_name=name, **about) | more


def old(name, time):
    """A row of versions without ``run_type``."""
    return {"name": name, "iterations": 9, "real_time": time, "cpu_time": time, "time_unit": "ns"}


def counted(found):
    """Rows taken, left out, refused."""
    return found.rows_taken, [one.row for one in found.left_out], [one.row for one in found.refused]


@pytest.mark.parametrize(
    "second", [{"family_index": 1}, {"repetition_index": 0}, {}], ids=["family", "number", "none"]
)
def test_two_benchmarks_of_one_name_are_refused_and_never_one(second):
    first = dict.fromkeys(second, 0)
    twins = [row(real_time=67.0, **first), row(real_time=15460.0, **second)]
    found = FORMAT.parse(text(*twins, row("other")))
    assert {point.benchmark for point in found.points} == {"other"}
    assert counted(found) == (1, [], [1, 2])
    assert "give each a name of its own" in found.refused[0].reason


def test_two_means_of_one_name_are_two_benchmarks():
    found = FORMAT.parse(text(aggregate("mean"), aggregate("mean", real_time=99.0)))
    assert counted(found) == (0, [], [1, 2])


def test_a_counter_that_is_no_number_is_named_and_the_rest_is_taken():
    found = FORMAT.parse(
        text(
            row(hits=math.nan, width=50.0, repetition_index=0), row(width=50.0, repetition_index=1)
        )
    )
    assert {point.metric for point in found.points} == {"operation_time", "cpu_time", "width"}
    assert counted(found) == (2, [], [])
    assert found.flagged == (
        "row 1: BM_mel/10: hits is no finite number in 2 of 2 rows and was left out",
    )


def test_aggregates_alone_stand_for_their_repetitions():
    found = FORMAT.parse(
        text(
            *(
                aggregate(which, real_time=time, repetitions=7, width=50.0)
                for which, time in (("mean", 12.0), ("median", 10.0), ("stddev", 1.0), ("cv", 0.1))
            )
        )
    )
    for metric, value in (("operation_time", 10e-6), ("width", 50.0)):
        point = outcome(found, metric)
        assert (point.value, point.n, point.aggregate) == (pytest.approx(value), 7, "median")
    assert counted(found) == (1, [1, 3, 4], [])


def test_one_aggregate_that_does_not_say_which_is_flagged():
    found = FORMAT.parse(text(row(run_type="aggregate", repetitions=3)))
    assert outcome(found, "operation_time").aggregate == "value"
    assert "which aggregate" in found.flagged[0]


def test_aggregates_of_old_files_are_known_by_their_names_and_their_family():
    made = [old("BM_x", 10.0), old("BM_x", 12.0)]
    made += [old(f"BM_x_{which}", 11.0) for which in ("mean", "median", "stddev")]
    found = FORMAT.parse(
        text(*made, old("kernel_mean", 5.0), old("copy", 1.0), old("copy_mean", 2.0))
    )
    assert {point.benchmark for point in found.points} == {
        "BM_x",
        "kernel_mean",
        "copy",
        "copy_mean",
    }
    assert outcome(found, "operation_time", "BM_x").n == 2
    assert counted(found) == (5, [3, 4, 5], [])
    alone = FORMAT.parse(
        text(old("BM_x_mean", 12.0), old("BM_x_median", 10.0), old("BM_x_stddev", 1.0))
    )
    assert outcome(alone, "operation_time", "BM_x").value == pytest.approx(10e-9)
    assert "of how many repetitions" in alone.flagged[0]


def test_fitted_complexities_are_called_that():
    fits = [aggregate("BigO", big_o="N", cpu_coefficient=1.0), aggregate("RMS", rms=0.1)]
    found = FORMAT.parse(text(row(), *fits))
    assert counted(found) == (1, [2, 3], [])
    assert [one.reason.partition(" is ")[0] for one in found.left_out] == [
        '"BM_mel/10": BigO',
        '"BM_mel/10": RMS',
    ]


def test_a_failed_repetition_of_three_is_mentioned():
    rows = [row(repetition_index=place, repetitions=3) for place in range(3)]
    rows[1] |= {"error_occurred": True, "error_message": "the device is gone"}
    found = FORMAT.parse(text(*rows))
    time = outcome(found, "operation_time")
    assert time.n == 2
    assert time.warnings == ("1 of 3 repetitions failed: the device is gone.",)
    assert counted(found) == (2, [2], [])


def test_what_the_memory_manager_counts_is_better_low():
    found = FORMAT.parse(text(row(max_bytes_used=4096, allocs_per_iter=2.0)))
    (point,) = [point for point in found.points if point.metric == "max_bytes_used"]
    assert (point.unit, point.direction) == ("B", Direction.LOWER)
    assert outcome(found, "max_bytes_used").value == 4096
    assert outcome(found, "allocs_per_iter").value == 2


def test_debug_builds_and_scaling_clocks_are_flagged():
    found = FORMAT.parse(text(row(), library_build_type="debug", cpu_scaling_enabled=True))
    assert len(found.flagged) == 2


def test_labels_are_named_as_left_out():
    found = FORMAT.parse(text(row("a", label="simd"), row("b", label="plain")))
    assert found.flagged == ('labels such as "simd" were left out',)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_real_files_are_recognised_and_read():
    files = sorted((SHARED / "google-benchmark").glob("*.json"))
    files = [path for path in files if "real_time" in path.read_text()]  # one holds names only
    assert len(files) > 3
    for path in files:
        content = path.read_text()
        assert FORMAT.recognise(content) or "context" not in content, path.name
        assert FORMAT.parse(content).points, path.name


@pytest.mark.parametrize("name", ["", " ", None, 3])
def test_a_row_without_a_name_is_refused(name):
    (refused,) = FORMAT.parse(text(row(), row(name, run_name=name))).refused
    assert (refused.row, refused.reason) == (2, 'expected an object with "name"')
