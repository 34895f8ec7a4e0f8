import json
import os

import pytest

from history.formats import take_in
from history.formats.criterion import Criterion
from history.words.errors import ImportRefusedError
from tests.history.formats.builders import COMMIT, CONTEXT, outcome


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


def aged(root, name, hours):
    """The files of a benchmark, written so many hours before the commit."""
    written = COMMIT.time.timestamp() - 3600 * hours
    for file in (root / name / "new").iterdir():
        os.utime(file, (written, written))


@pytest.mark.parametrize(
    ("ages", "taken"),
    [
        ({"mel": 0, "removed": 720}, {"mel"}),  # thirty days
        ({"mel": -2, "removed": 2}, {"mel"}),
        ({"mel": -0.1, "dtw": 0.1}, {"mel", "dtw"}),  # clocks that differ
        ({"mel": 5, "dtw": 6}, {"mel", "dtw"}),  # measured first, committed then
        ({"mel": -9000, "dtw": -9001}, {"mel", "dtw"}),  # an old commit measured today
    ],
)
def test_results_much_older_than_the_commit_are_named_and_left_out(tmp_path, ages, taken):
    for name, hours in ages.items():
        aged(folder(tmp_path, name, name), name, hours)
    found = Criterion().read(tmp_path, CONTEXT)
    assert {point.benchmark for point in found.records[0].points} == taken
    assert len(found.left_out) == len(ages) - len(taken)
    assert (found.rows_read, found.refused) == (len(ages), ())
    for one in found.left_out:
        assert one.reason.startswith('"removed" is older than the commit: written 20')


def test_a_folder_of_old_results_alone_gives_nothing(tmp_path):
    aged(folder(tmp_path), "top_k_50", 720)
    found = Criterion().read(tmp_path, CONTEXT)
    assert (found.records, len(found.left_out)) == ((), 1)


def test_what_is_older_than_a_run_is_counted(tmp_path):
    aged(folder(tmp_path), "top_k_50", 720)
    found = Criterion().parse_folder(tmp_path, since_s=COMMIT.time.timestamp())
    assert (found.rows_read, found.rows_taken) == (1, 0)
    assert "is older than this run" in found.left_out[0].reason


def test_a_folder_without_results_says_what_was_expected(tmp_path):
    with pytest.raises(ImportRefusedError, match=r"no results in it; expected .*estimates.json"):
        Criterion().read(tmp_path, CONTEXT)


def test_files_of_cargo_criterion_are_called_that(tmp_path):
    data = tmp_path / "data" / "main" / "top_k" / "50"
    data.mkdir(parents=True)
    (data / "benchmark.cbor").write_bytes(b"\xa0")
    (data / "measurement_260101000000.cbor").write_bytes(b"\xa0")
    with pytest.raises(ImportRefusedError, match=r"cargo-criterion.*measure with `cargo bench`"):
        Criterion().read(tmp_path, CONTEXT)


def test_a_file_of_the_run_before_is_refused(tmp_path):
    new = folder(tmp_path) / "top_k_50" / "new"
    base = new.rename(new.with_name("base"))
    with pytest.raises(ImportRefusedError, match='found one of "base"'):
        Criterion().read(base / "estimates.json", CONTEXT)


@pytest.mark.parametrize(
    "files",
    [
        {"estimates": estimates(0.0), "sample": None},
        {"estimates": estimates(0.0), "sample": {"iters": [1, 2], "times": [0, 0]}},
    ],
    ids=["stated", "samples"],
)
def test_a_time_of_zero_is_zero_seconds_and_has_no_rate(tmp_path, files):
    found = Criterion().parse_folder(folder(tmp_path, **files))
    assert outcome(found, "operation_time").value == 0.0
    assert [point.metric for point in found.points] == ["operation_time"]
    assert found.flagged == ("sampling/top_k/50: no throughput, because its time is 0",)


def test_a_rate_beside_a_sample_of_zero_is_that_of_the_median(tmp_path):
    sample = {"iters": [1, 1, 1], "times": [0, 2000, 4000]}
    found = Criterion().parse_folder(folder(tmp_path, sample=sample))
    rate = outcome(found, "throughput")
    assert (rate.value, rate.samples) == (pytest.approx(50 / 2e-6), ())


def test_a_run_that_was_broken_off_is_refused(tmp_path):
    found = Criterion().parse_folder(folder(tmp_path, estimates=None))
    assert found.refused[0].reason.endswith("there is no estimates.json: the run was broken off")


def test_two_folders_of_one_benchmark_are_not_both_taken(tmp_path):
    folder(tmp_path, "a")
    folder(tmp_path, "b")
    assert [one.row for one in Criterion().parse_folder(tmp_path).refused] == [2]


def test_a_time_that_no_double_holds_is_refused(tmp_path):
    sample = {"iters": [5e-324], "times": [1e300]}
    with pytest.raises(ImportRefusedError, match=r"expected finite numbers up to 1e\+150"):
        take_in.imported(Criterion(), folder(tmp_path, sample=sample), CONTEXT)
