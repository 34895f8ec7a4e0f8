"""Which core a program is kept on, and that the record says so."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from collector.suites.command.quiet_core import quietest
from tests.collector.suites.command.collecting import collected

several = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs two cores and their loads",
)


def test_a_program_is_kept_where_others_do_least():
    assert quietest({0: 0.9, 1: 0.1}, 0) == 1


def test_it_stays_where_its_caches_are_when_another_core_is_hardly_quieter():
    assert quietest({0: 0.05, 1: 0.0}, 0) == 0
    assert quietest({0: -0.02, 1: 0.3}, 0) == 0


@several
def test_without_a_word_the_program_may_use_every_core(tmp_path):
    tell = "import os; print(len(os.sched_getaffinity(0)), 'cores')"
    got = collected(
        tmp_path,
        run=[sys.executable, "-S", "-c", tell],
        repeats=2,
        warmup=0,
        reads={"format": "regex", "pattern": "([0-9]+) cores", "metric": "cores"},
    )
    assert got.value("cores") == len(os.sched_getaffinity(0))


@several
def test_a_program_that_was_given_cores_stays_on_them(tmp_path):
    core = max(os.sched_getaffinity(0))
    got = collected(
        tmp_path,
        run=[sys.executable, "-S", "-c", "import os; print(*os.sched_getaffinity(0), 'is it')"],
        cores=[core],
        repeats=2,
        warmup=0,
        reads={"format": "regex", "pattern": "([0-9]+) is it", "metric": "core"},
    )
    assert got.value("core") == core


@several
def test_the_quietest_core_is_one_core_and_is_named(tmp_path):
    got = collected(
        tmp_path,
        run=[sys.executable, "-S", "-c", "import os; print(len(os.sched_getaffinity(0)), 'it is')"],
        cores="quietest",
        repeats=2,
        warmup=0,
        reads={"format": "regex", "pattern": "([0-9]+) it is", "metric": "cores"},
    )
    assert got.value("cores") == 1
    (result,) = got.results
    (finished,) = result.finished
    assert finished.facts["cores asked"] == "quietest"
    (core,) = finished.facts["cores"]
    assert core in os.sched_getaffinity(0)


@several
def test_a_program_that_stands_behind_a_neighbour_is_marked_as_preempted(tmp_path):
    core = max(os.sched_getaffinity(0))
    work = [sys.executable, "-S", "-c", "sum(n * n % 7 for n in range(300_000))"]
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    os.sched_setaffinity(busy.pid, {core})
    try:
        got = collected(tmp_path, run=work, cores=[core], repeats=6, warmup=1)
    finally:
        busy.kill()
        busy.wait()
    assert len(got.outcome("wall_time").preempted) >= 5
