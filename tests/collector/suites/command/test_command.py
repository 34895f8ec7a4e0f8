"""A command suite through the whole harness: real children, real programs."""

import os
import sys
import time

import psutil
import pytest

from history.words.records import Failed, Invalid, Measured, Skipped
from tests.collector.suites.command.collecting import collected
from tests.waiting import gone, wait_for

PYTHON = [sys.executable, "-S", "-c"]


TOY = """
import sys, time
what = sys.argv[1]
if what == "nap":
    time.sleep(0.05)
if what == "busy":
    while time.process_time() < 0.1:
        pass
if what == "hold":
    held = bytearray(64_000_000)
print("hello" if what == "nap" else "goodbye")
"""


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    """One program that naps, burns time or holds memory."""
    folder = tmp_path_factory.mktemp("toys")
    (folder / "toy.py").write_text(TOY)
    return collected(
        folder, name="toys", run=[sys.executable, "-S", "toy.py", "{what}"], repeats=3, warmup=0,
        matrix={"what": ["nap", "busy", "hold"]}, fingerprint="stdout",
    )  # fmt: skip


def test_the_whole_process_is_measured(toys):
    assert toys.value("wall_time", what="nap") >= 0.05
    assert {point.metric for point in toys.points} == {
        "wall_time", "cpu_time", "user_time", "system_time", "peak_rss",
    }  # fmt: skip
    assert {point.suite for point in toys.points} == {"toys"}
    assert len(toys.outcome("wall_time", what="nap").samples) == 3


def test_processor_time_is_that_of_the_program(toys):
    assert toys.value("cpu_time", what="busy") >= 0.1, "what it was told to burn"
    assert min(toys.outcome("wall_time", what="busy").cpu_samples) > 0.09
    asleep = toys.value("wall_time", what="nap") - toys.value("cpu_time", what="nap")
    assert asleep > 0.04, "asleep, it needs no processor"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a subreaper")
def test_a_small_program_is_not_charged_for_the_python_that_started_it(tmp_path):
    got = collected(tmp_path, run="true", repeats=2, warmup=0)
    assert got.value("peak_rss") < 5e6


def test_peak_memory_is_that_of_the_program(toys):
    assert toys.value("peak_rss", what="hold") == pytest.approx(64e6 + 10e6, abs=8e6)


def test_a_changed_output_changes_the_fingerprint(toys):
    prints = [toys.point("wall_time", what=what).fingerprint for what in ("nap", "busy", "hold")]
    assert prints[0] != prints[1] == prints[2] != ""


def test_a_folder_of_criterion_gives_only_what_this_run_wrote(tmp_path):
    write = (
        "mkdir -p target/criterion/$0/new && cd target/criterion/$0/new &&"
        """ echo '{"median": {"point_estimate": 2000.0}}' > estimates.json &&"""
        """ echo '{"iters": [1, 2, 4], "times": [1990, 4000, 8040]}' > sample.json"""
    )
    folder = tmp_path / "target/criterion/old/new"
    folder.mkdir(parents=True)
    (folder / "estimates.json").write_text('{"median": {"point_estimate": 1.0}}')
    os.utime(folder / "estimates.json", (time.time() - 60, time.time() - 60))
    got = collected(
        tmp_path, run=["sh", "-c", write, "mel"],
        reads={"format": "criterion", "path": "target/criterion"},
    )  # fmt: skip
    assert got.outcome("operation_time", "mel").samples == pytest.approx((1.99e-6, 2e-6, 2.01e-6))
    assert {point.benchmark for point in got.points} == {"command", "mel"}


def test_two_variants_share_one_build(tmp_path):
    (tmp_path / "build.sh").write_text("echo built >> builds\n")
    got = collected(
        tmp_path, build="sh build.sh", run="echo {device}", repeats=1, warmup=0,
        variants=[{"device": "cpu"}, {"device": "cuda"}],
    )  # fmt: skip
    assert (tmp_path / "builds").read_text() == "built\n"
    assert got.value("build_time") > 0


def test_a_build_with_another_environment_is_another_build(tmp_path):
    (tmp_path / "build.sh").write_text("echo $FLAGS >> builds\n")
    got = collected(
        tmp_path, build="sh build.sh", run="true", repeats=1, warmup=0,
        variants=[
            {"features": "plain"}, {"features": "simd", "env": {"FLAGS": "-C {features}"}},
        ],
    )  # fmt: skip
    assert (tmp_path / "builds").read_text() == "\n-C simd\n"
    builds = [point for point in got.points if point.metric == "build_time"]
    assert [point.variant.features for point in builds] == ["plain", "simd"]


def test_every_variant_has_its_own_environment(tmp_path):
    (tmp_path / "run.sh").write_text('echo "forward: $SPEED ms on $OMP_NUM_THREADS of $KIND"\n')
    got = collected(
        tmp_path, run="sh run.sh",
        env={"KIND": "{device}"},
        variants=[
            {"device": "cpu", "threads": 2, "env": {"SPEED": 20}},
            {"device": "cuda", "env": {"SPEED": "5", "OMP_NUM_THREADS": 7}},
        ],
        reads={"format": "regex", "pattern": r"forward: (?P<forward_time>\S+) (?P<unit>\w+)"
               r" on (?P<param_threads>\d) of (?P<param_kind>\w+)"},
        repeats=2, warmup=0,
    )  # fmt: skip
    slow = got.point("forward_time", threads="2", kind="cpu")
    fast = got.point("forward_time", threads="7", kind="cuda")
    assert isinstance(slow.outcome, Measured)
    assert isinstance(fast.outcome, Measured)
    assert (slow.outcome.value, fast.outcome.value) == (0.02, 0.005)
    assert (slow.variant.device, fast.variant.device) == ("cpu", "cuda")


def test_variants_of_equal_parameters_are_interleaved(tmp_path):
    (tmp_path / "run.sh").write_text("echo $1 >> order\n")
    collected(
        tmp_path, run="sh run.sh {implementation}", repeats=4, warmup=0,
        variants=[{"implementation": "a"}, {"implementation": "b"}],
    )  # fmt: skip
    order = "".join((tmp_path / "order").read_text().split())
    assert order == "abbaabba"


def test_a_program_that_fails_says_its_last_words(tmp_path):
    got = collected(tmp_path, run=["sh", "-c", "echo no model here >&2; exit 3"])
    assert {type(point.outcome) for point in got.points} == {Failed}
    reason = got.outcome("wall_time").reason
    assert "exit code 3" in reason
    assert "no model here" in reason


def test_a_program_that_is_not_there_is_skipped(tmp_path):
    got = collected(tmp_path, run="no-such-program-anywhere")
    assert isinstance(got.outcome("wall_time"), Skipped)
    assert "no-such-program-anywhere" in got.outcome("wall_time").reason


def test_a_build_that_fails_costs_every_case_and_says_why(tmp_path):
    got = collected(
        tmp_path, build=["sh", "-c", "echo tried >> builds; echo E0425; exit 1"], run="true {a}",
        matrix={"a": [1, 2]},
    )  # fmt: skip
    assert isinstance(got.outcome("build_time"), Failed)
    assert "E0425" in got.outcome("wall_time", a="1").reason
    assert "E0425" in got.outcome("wall_time", a="2").reason
    assert (tmp_path / "builds").read_text() == "tried\n"


def test_a_program_that_hangs_is_ended_with_everything_it_started(tmp_path):
    script = "sleep 1000 & echo $$ $! > pids; sleep 1000"
    got = collected(tmp_path, run=["sh", "-c", script], timeout_s=3)
    assert "longer than 3 s" in got.outcome("wall_time").reason
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    wait_for(lambda: all(gone(pid) for pid in pids))


def test_a_file_that_is_added_to_gives_only_what_is_new(tmp_path):
    (tmp_path / "log").write_text('{"soundmark": 1, "metrics": {"total_time": 9.0}}\n')
    line = '{"soundmark": 1, "metrics": {"total_time": 0.5}}'
    got = collected(
        tmp_path, run=["sh", "-c", f"echo '{line}' >> log"],
        reads={"format": "lines", "path": "log", "append": True}, repeats=3, warmup=1,
    )  # fmt: skip
    assert got.outcome("total_time").samples == (0.5, 0.5, 0.5)


def test_nothing_left_is_invalid_and_never_silent(tmp_path):
    got = collected(tmp_path, run="echo hello", reads="lines")
    outcome = got.outcome("wall_time")
    assert isinstance(outcome, Invalid)
    assert "expected lines on stdout, found none" in outcome.reason


def test_results_go_to_a_scratch_folder_of_the_run(tmp_path):
    write = "import sys, json; json.dump({'results': [{'command': 'x', 'mean': 1.0, 'median': 1.0,"
    write += " 'times': [0.5, 1.0, 1.5], 'exit_codes': [0, 0, 0]}]}, open(sys.argv[1], 'w'))"
    got = collected(
        tmp_path, run=[*PYTHON, write, "{scratch}/out.json"],
        reads={"format": "hyperfine", "path": "{scratch}/out.json"},
    )  # fmt: skip
    assert got.outcome("wall_time", "x").samples == (0.5, 1.0, 1.5)
    assert isinstance(got.outcome("tool_time"), Measured)  # the tool itself is not judged
    assert got.outcome("tool_time").n == 1


def test_a_program_does_not_get_the_settings_of_a_measuring_child(tmp_path):
    if "PYTHONHASHSEED" in psutil.Process().environ():
        pytest.skip("it is set here")
    code = "import os; print('seen', int('PYTHONHASHSEED' in os.environ))"
    got = collected(
        tmp_path, run=[*PYTHON, code], repeats=1,
        reads={"format": "regex", "pattern": r"seen (\d)", "metric": "settings_seen"},
    )  # fmt: skip
    assert got.value("settings_seen") == 0
