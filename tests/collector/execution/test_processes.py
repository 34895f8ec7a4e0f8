"""A case may be spread over several children, one after the other."""

import os
from pathlib import Path

import pytest

from collector.results import points
from history.words.records import Failed
from tests.collector import fresh_toys
from tests.collector.harness import Quiet, outcome_of, points_of, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """The points of two benchmarks in three children, and what was told meanwhile."""
    watcher = Quiet()
    results = run(fresh_toys.Fresh, tmp_path_factory.mktemp("fresh"), watcher=watcher)
    suite = fresh_toys.Fresh()
    return [point for one in results for point in points.make(suite, "toy", one).points], watcher


def test_samples_are_spread_over_children_one_after_the_other(fresh):
    found, _ = fresh
    times = outcome_of(found, "work")
    assert times.processes == (0, 0, 0, 1, 1, 2, 2)
    assert times.rounds == (0, 0, 0, 1, 1, 2, 2)
    pids = outcome_of(found, "work", "pid").samples
    assert len({pids[0], pids[3], pids[5]}) == 3
    assert pids[0] == pids[2]
    assert pids[5] == pids[6]


def test_all_benchmarks_share_a_child_before_the_next_one_starts(fresh):
    found, watcher = fresh
    work, last = (outcome_of(found, name, "pid").samples for name in ("work", "last"))
    assert work == last
    assert sum("opening" in seen for seen in watcher.seen) == 3


def test_memory_is_read_once_in_every_child(fresh):
    rss = outcome_of(fresh[0], "work", "rss")
    assert len(rss.samples) == rss.n == 3
    assert rss.minimum <= rss.value <= rss.maximum


def test_variants_take_turns_in_every_pair_of_fresh_children(tmp_path: Path):
    watcher = Quiet()
    results = run(fresh_toys.FreshPair, tmp_path, watcher=watcher)
    rounds = [seen.split(maxsplit=2) for seen in watcher.seen if "round" in seen]
    assert [name for name, *_ in rounds] == list("abba" * 3)
    assert rounds[4][2] == "process 2 of 3, round 3"
    for result in results:
        assert [taken.process for taken in result.blocks] == [0, 0, 1, 1, 2, 2]


def test_a_crash_in_the_second_child_costs_the_benchmark_and_says_so(tmp_path: Path):
    found = points_of(fresh_toys.LateCrash, tmp_path)
    bad = outcome_of(found, "work")
    assert isinstance(bad, Failed)
    assert "SIGSEGV" in bad.reason
    assert len(outcome_of(found, "last").samples) == 7


def test_an_output_that_differs_from_child_to_child_is_a_warning(tmp_path: Path):
    outcome = outcome_of(points_of(fresh_toys.OtherOutput, tmp_path), "work")
    assert any("output of process 2 of 3" in text for text in outcome.warnings)
