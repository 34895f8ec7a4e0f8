import json
import os

import pytest

from history.formats.criterion import Criterion
from tests.history.formats.builders import CONTEXT, outcome


def estimates(median=2000.0):
    one = {
        "confidence_interval": {
            "confidence_level": 0.95, "lower_bound": median * 0.9, "upper_bound": median * 1.1,
        },
        "point_estimate": median, "standard_error": 1.0,
    }  # fmt: skip
    return {"mean": one, "median": one, "median_abs_dev": one, "slope": None, "std_dev": one}


def folder(root, name="top_k_50", full_id="sampling/top_k/50", **files):
    """What criterion leaves of one benchmark: iterations 1, 2, 3 at 2000 ns each."""
    new = root / name / "new"
    new.mkdir(parents=True)
    written = {
        "estimates": estimates(),
        "sample": {"sampling_mode": "Linear", "iters": [1, 2, 3], "times": [1990, 4000, 6030]},
        "benchmark": {"full_id": full_id, "directory_name": name, "throughput": {"Elements": 50}},
    } | files
    for file, content in written.items():
        if content is not None:
            (new / f"{file}.json").write_text(json.dumps(content))
    return root


def test_samples_are_times_per_iteration(tmp_path):
    found = Criterion().parse_folder(folder(tmp_path))
    time = outcome(found, "operation_time", "sampling/top_k/50")
    assert time.samples == pytest.approx((1.99e-6, 2e-6, 2.01e-6))
    assert time.value == pytest.approx(2e-6)
    assert outcome(found, "throughput").value == pytest.approx(50 / 2e-6)


def test_without_samples_the_stated_median_and_interval_are_taken(tmp_path):
    found = Criterion().parse_folder(folder(tmp_path, sample=None))
    time = outcome(found, "operation_time")
    assert (time.value, time.interval) == (pytest.approx(2e-6), "stated")
    assert (time.low, time.high) == pytest.approx((1.8e-6, 2.2e-6))


def test_a_median_that_is_not_that_of_the_samples_is_flagged(tmp_path):
    found = Criterion().parse_folder(folder(tmp_path, estimates=estimates(9000.0)))
    assert outcome(found, "operation_time").value == pytest.approx(2e-6)
    assert "the samples count" in found.flagged[0]


def test_an_older_run_beside_it_is_left_alone(tmp_path):
    folder(tmp_path)
    (tmp_path / "top_k_50" / "base").mkdir()
    (tmp_path / "top_k_50" / "base" / "estimates.json").write_text("{}")
    assert Criterion().parse_folder(tmp_path).rows_read == 1


def test_only_what_was_written_since_counts_when_a_time_is_given(tmp_path):
    folder(tmp_path)
    old = tmp_path / "top_k_50" / "new" / "estimates.json"
    os.utime(old, (100.0, 100.0))
    folder(tmp_path, "mel", "mel")
    found = Criterion().parse_folder(tmp_path, since_s=200.0)
    assert {point.benchmark for point in found.points} == {"mel"}


def test_a_broken_benchmark_is_refused_by_name(tmp_path):
    folder(tmp_path)
    folder(tmp_path, "broken", sample={"iters": [0], "times": [1]})
    imported = Criterion().read(tmp_path, CONTEXT)
    assert imported.rows_read == 2
    assert imported.refused[0].reason.startswith("broken: sample.json")
    assert len(imported.records[0].points) == 2
