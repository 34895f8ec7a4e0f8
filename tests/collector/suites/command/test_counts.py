"""Instructions and allocations of a program are counted, and compared exactly."""

import json
import shutil
import subprocess

import pytest

from collector.suites.command import counts
from history.compare import decide
from history.compare.results import Measurement
from history.words.key import SeriesKey
from history.words.records import Invalid, Measured, Skipped
from tests.collector.suites.command.collecting import collected

needs_callgrind = pytest.mark.skipif(
    not (shutil.which("valgrind") and shutil.which("cc")), reason="needs valgrind and cc"
)
PROGRAM = """
#include <stdlib.h>
#include <unistd.h>
int main(void) {
    volatile long sum = 0;
    for (long i = 0; i < ADDED; i++) sum += i;
    for (int i = 0; i < ASKED; i++) { void *volatile p = malloc(10); free(p); }
    return write(1, "done\\n", 5) != 5;
}
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The program, counted."""
    folder = tmp_path_factory.mktemp("base")
    built(folder)
    return counted(folder)


def built(folder, *flags, added=200_000, asked=7):
    (folder / "program.c").write_text(PROGRAM)
    named = [f"-DADDED={added}", f"-DASKED={asked}", "-o", "program", "program.c"]
    subprocess.run(["cc", "-O1", *flags, *named], cwd=folder, check=True)


def counted(folder, **table):
    return collected(folder, run="./program", counts="callgrind", repeats=1, warmup=0, **table)


def counted_once(folder, *argv):
    """The counts of one run under the tool, without the harness."""
    files = folder / "files"
    files.mkdir()
    command = counts.command(counts.CALLGRIND, argv, files)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return counts.read(counts.CALLGRIND, files)


def measurement(outcome, metric, commit):
    key = SeriesKey(
        suite="s", benchmark="b", params="", variant="", metric=metric, unit="count", machine="box"
    )
    made = Measurement(
        key=key, direction="lower", kind="count", commit=commit, run_id=commit,
        value=outcome.value, n=outcome.n, samples=outcome.samples,
    )  # fmt: skip
    return {(metric,): made}


@needs_callgrind
def test_a_run_is_counted_twice_beside_its_times_and_both_counts_agree(base):
    assert {"wall_time", "instructions", "allocations"} <= {one.metric for one in base.points}
    assert base.value("allocations") == 7
    instructions = base.outcome("instructions")
    assert instructions.n == 2
    low, high = sorted(instructions.samples)
    assert 400_000 < low <= high <= 1.001 * low


@needs_callgrind
def test_a_loop_that_became_two_percent_longer_is_a_regression_and_the_same_program_is_none(
    tmp_path,
):
    sides = []
    for commit, added in (("c1", 200_000), ("c2", 204_000)):
        (tmp_path / commit).mkdir()
        built(tmp_path / commit, added=added)
        count = counted_once(tmp_path / commit, "./program")["instructions"]
        outcome = Measured(value=count, n=2, samples=(count, count))
        sides.append(measurement(outcome, "instructions", commit))
    (row,) = decide.compare(*sides).rows
    assert (row.verdict, row.ground) == ("regression", "exact")
    assert 1.005 < row.ratio < 1.02
    (same,) = decide.compare(sides[0], sides[0]).rows
    assert (same.verdict, same.ratio) == ("no difference shown", 1.0)


@needs_callgrind
def test_programs_that_the_program_starts_are_counted_with_it(base, tmp_path):
    built(tmp_path)
    (tmp_path / "twice.sh").write_text("./program; ./program\n")
    twice = counted_once(tmp_path, "sh", "twice.sh")
    assert twice["instructions"] > 2 * base.value("instructions")
    assert twice["allocations"] >= 14


@needs_callgrind
def test_without_a_c_library_to_watch_allocations_are_invalid_rather_than_none(tmp_path):
    built(tmp_path, "-static", "-s", asked=3)
    got = counted(tmp_path)
    assert isinstance(got.outcome("instructions"), Measured)
    assert isinstance(got.outcome("allocations"), Invalid)
    assert "linked statically" in got.outcome("allocations").reason


def test_a_program_that_fails_under_the_tool_has_failed_counts(tmp_path):
    stand_in_for_perf(tmp_path, 5)
    got = collected(
        tmp_path, run=["sh", "-c", "echo ran >> runs; test $(wc -l < runs) = 1 || exit 3"],
        counts="perf", repeats=1, warmup=0, env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    assert isinstance(got.outcome("wall_time"), Measured)
    assert "exit code 3" in got.outcome("instructions").reason


def test_a_tool_that_is_missing_leaves_the_times_and_says_how_to_get_it(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    for name in ("true", "sh"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    got = collected(
        tmp_path, run="true", counts="callgrind", repeats=1, warmup=0,
        env={"PATH": str(tmp_path / "bin")},
    )  # fmt: skip
    assert isinstance(got.outcome("wall_time"), Measured)
    assert got.outcome("instructions") == got.outcome("allocations")
    assert isinstance(got.outcome("instructions"), Skipped)
    assert "apt install valgrind" in got.outcome("instructions").reason


def stand_in_for_perf(folder, count):
    """A perf that writes what ``perf stat -x,`` writes, and runs the program it was given."""
    (folder / "perf").write_text(
        "#!/bin/sh\nout=/dev/stderr\nwhile [ $1 != -- ]; do [ $1 = -o ] && out=$2; shift; done\n"
        f'shift\n"$@" || exit\necho "{count},,instructions:u,1000,100.00,," >> $out\n'
    )
    (folder / "perf").chmod(0o755)


def test_perf_counts_where_it_may(tmp_path):
    stand_in_for_perf(tmp_path, 123456)
    got = collected(
        tmp_path, run="true", counts="perf", repeats=1, warmup=0,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    assert got.value("instructions") == 123456
    assert "allocations" not in {one.metric for one in got.points}


def test_perf_that_may_not_count_is_refused_with_what_to_do(tmp_path):
    stand_in_for_perf(tmp_path, "<not supported>")
    with pytest.raises(counts.CannotCountError, match="perf_event_paranoid"):
        counts.check("perf", {"PATH": f"{tmp_path}:/usr/bin:/bin"})


def test_a_program_may_say_its_own_counts(tmp_path):
    line = {"soundmark": 1, "metrics": {"instructions": 5_000_000, "allocations": 12}}
    (tmp_path / "said").write_text(json.dumps(line) + "\n")
    got = collected(tmp_path, run="cat said", reads="lines", repeats=1, warmup=0)
    assert (got.value("instructions"), got.value("allocations")) == (5_000_000, 12)


def test_what_the_program_says_itself_gives_way_to_what_was_counted(tmp_path):
    stand_in_for_perf(tmp_path, 5)
    line = {"soundmark": 1, "metrics": {"instructions": 1, "total_time": 0.1}}
    (tmp_path / "said").write_text(json.dumps(line) + "\n")
    got = collected(
        tmp_path, run="cat said", reads="lines", counts="perf", repeats=1, warmup=0,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    assert got.value("instructions") == 5
    assert got.value("total_time") == pytest.approx(0.1)
