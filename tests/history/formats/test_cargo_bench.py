"""Lines of ``cargo bench``, written by hand; the sample is what rustc 1.95 printed."""

from __future__ import annotations

from pathlib import Path

from history.formats.cargo_bench import CargoBench
from history.words.records import Failed
from tests.history.formats.builders import outcome

FORMAT = CargoBench()
REAL = Path(__file__).with_name("samples") / "cargo_bench.txt"

TEXT = """
running 6 tests
test tests::ignored   ... ignored
test tests::is_tested ... ok
test tests::fast      ... bench:           0.25 ns/iter (+/- 0.01)
test tests::slow      ... bench:   1,234,567 ns/iter (+/- 56) = 512 MB/s
test tests::broken    ... FAILED
test tests::cycles    ... bench:         100 cycles/iter (+/- 3)

test result: FAILED. 0 passed; 1 failed; 1 ignored; 3 measured; 0 filtered out
"""


def test_times_are_seconds_and_a_rate_is_bandwidth():
    found = FORMAT.parse(TEXT)
    assert outcome(found, "operation_time", "tests::fast").value == 0.25e-9
    assert outcome(found, "operation_time", "tests::slow").value == 1234567e-9
    assert outcome(found, "bandwidth", "tests::slow").value == 512e6


def test_what_failed_is_a_failed_point_and_what_was_not_measured_is_left_out():
    found = FORMAT.parse(TEXT)
    assert isinstance(outcome(found, "operation_time", "tests::broken"), Failed)
    assert [(one.row, one.reason) for one in found.left_out] == [
        (3, '"tests::ignored": ignored: it was not run'),
        (4, '"tests::is_tested": a test, not a benchmark'),
    ]
    assert (found.rows_read, found.rows_taken) == (6, 4)


def test_a_measurement_that_is_no_time_is_a_metric_of_its_name():
    (point,) = [one for one in FORMAT.parse(TEXT).points if one.metric == "cycles"]
    assert (point.unit, point.direction) == ("cycles/iteration", "lower")


def test_the_number_behind_plus_and_minus_is_no_interval():
    found = FORMAT.parse(TEXT)
    assert found.flagged == ('"+/-" of 3 results left out: it is no interval',)
    assert outcome(found, "operation_time", "tests::slow").low is None


def test_a_file_of_the_real_tool():
    text = REAL.read_text()
    assert FORMAT.recognise(text)
    found = FORMAT.parse(text)
    assert not found.refused
    assert {point.metric for point in found.points} == {"operation_time", "bandwidth"}
    assert outcome(found, "operation_time", "tests::sum_of_1000").value == 2160.34e-9
