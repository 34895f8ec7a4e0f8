"""Lines of ``go test -bench``."""

from __future__ import annotations

from pathlib import Path

import pytest

from history.formats import take_in
from history.formats.go_bench import GoBench
from history.words.metrics import Direction
from history.words.records import Failed, Measured, Skipped
from tests.history.formats.builders import CONTEXT, outcome

FORMAT = GoBench()
REAL = Path(__file__).with_name("samples") / "go_bench.txt"

TEXT = """goos: linux
goarch: amd64
pkg: example.com/speech/mel
cpu: Intel(R) Xeon(R) CPU @ 2.20GHz
BenchmarkMel
BenchmarkMel/frames=100/fast-8 \t 5000 \t 250.5 ns/op \t 80.25 MB/s \t 64 B/op \t 2 allocs/op
BenchmarkMel/frames=100/fast-8 \t 5000 \t 260.5 ns/op \t 80.25 MB/s \t 64 B/op \t 2 allocs/op
BenchmarkPlain \t 30000 \t 40537 ns/op \t 4.000 words/s \t 0.5 score
--- BENCH: BenchmarkPlain
    mel_test.go:5: a log line
--- FAIL: BenchmarkBroken-8
--- SKIP: BenchmarkGpu-8
Benchmarking something else entirely 5 ns/op
Unit score better=higher
PASS
ok  \texample.com/speech/mel\t4.441s
"""


def points(text, **changes):
    return {(one.benchmark, one.metric): one for one in FORMAT.parse(text, **changes).points}


def test_lines_of_one_benchmark_are_its_samples():
    found = FORMAT.parse(TEXT)
    time = outcome(found, "operation_time", "example.com/speech/mel.Mel/fast", frames="100")
    assert time.samples == pytest.approx((250.5e-9, 260.5e-9))
    assert outcome(found, "bandwidth", "example.com/speech/mel.Mel/fast").value == 80.25e6


def test_the_number_at_the_end_of_a_name_is_that_of_processors():
    found = points(TEXT)
    assert found["example.com/speech/mel.Mel/fast", "operation_time"].variant.threads == "8"
    assert found["example.com/speech/mel.Plain", "operation_time"].variant.threads == "1"


def test_what_one_operation_costs_is_better_low_and_a_stated_direction_holds():
    found = points(TEXT + "BenchmarkPlain \t 30000 \t 40537 ns/op \t 4.000 words/s \t 0.6 score")
    fast, plain = "example.com/speech/mel.Mel/fast", "example.com/speech/mel.Plain"
    assert (found[fast, "allocated_bytes"].unit, found[fast, "allocated_bytes"].direction) == (
        "B/op", Direction.LOWER,
    )  # fmt: skip
    assert found[fast, "allocs_per_op"].direction == Direction.LOWER
    assert found[plain, "words/s"].direction == Direction.HIGHER
    assert found[plain, "score"].direction == Direction.HIGHER


def test_a_metric_of_ones_own_has_the_direction_that_is_told(tmp_path):
    (tmp_path / "a").write_text("BenchmarkB-8 1 5 ns/op 3 widgets")
    found = take_in.read(FORMAT, tmp_path / "a", CONTEXT)
    assert found.flagged[0].startswith("widgets has no direction: --direction widgets=lower")


def test_what_failed_or_skipped_itself_is_said():
    found = points(TEXT)
    package = "example.com/speech/mel"
    assert isinstance(found[f"{package}.Broken", "operation_time"].outcome, Failed)
    assert isinstance(found[f"{package}.Gpu", "operation_time"].outcome, Skipped)
    assert FORMAT.parse(TEXT).rows_read == 5


def test_the_machine_is_named_after_its_processor():
    found = FORMAT.parse(TEXT)
    assert found.machine is not None
    assert found.machine.name == "xeon"
    assert FORMAT.parse("BenchmarkB-8 1 5 ns/op").machine is None


def test_a_unit_that_comes_twice_in_a_line_is_refused_with_its_line():
    (refused,) = FORMAT.parse("PASS\nBenchmarkB-8 1 5 ns/op 6 ns/op").refused
    assert (refused.row, refused.reason) == (2, '"BenchmarkB-8": a unit stands in it twice')


def test_a_file_of_the_real_tool():
    text = REAL.read_text()
    assert FORMAT.recognise(text)
    found = FORMAT.parse(text)
    assert not found.refused
    own = {
        (one.metric, one.variant.threads): one.outcome
        for one in found.points
        if one.benchmark == "example.com/mel.Own" and isinstance(one.outcome, Measured)
    }
    assert {threads for _, threads in own} == {"1", "2"}
    assert own["operation_time", "2"].n == 3
    assert own["frames/op", "1"].samples == (3.0, 3.0, 3.0)
    assert own["allocated_bytes", "1"].value == 8192
