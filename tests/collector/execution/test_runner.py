"""What a real child may do, and what it costs."""

import os
from pathlib import Path

import pytest

from collector.execution.children import Limits
from history.words.records import Failed, Invalid, Measured, Skipped
from tests.collector import odd_toys, toys
from tests.collector.harness import FAST, Quiet, outcome_of, points_of, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")


def test_a_sleep_of_20_ms_is_measured_as_20_ms(tmp_path: Path):
    outcome = outcome_of(points_of(toys.Sleep, tmp_path), "work")
    assert isinstance(outcome, Measured)
    assert len(outcome.samples) == 6
    assert min(outcome.samples) >= 0.02
    assert min(outcome.cpu_samples) < 0.01, "sleeping takes no processor time"


def test_a_call_too_short_for_the_clock_is_repeated_inside_its_sample(tmp_path: Path):
    (result,) = run(toys.Short, tmp_path)
    (warm,) = result.warm
    assert warm.loops > 100
    block = result.blocks[0][1]
    assert block.loops == warm.loops
    outcome = outcome_of(points_of(toys.Short, tmp_path), "work")
    assert outcome.value < 20e-6


def test_a_long_case_is_heard_of_while_it_is_measured(tmp_path: Path):
    watcher = Quiet()
    (result,) = run(toys.Lasting, tmp_path, watcher=watcher)
    assert "main work 2/4" in watcher.seen
    assert watcher.seen.index("main work 2/4") > watcher.seen.index("main work round 1")
    assert len(result.blocks[0][1].wall_ns) == 4


def test_stages_and_items_are_timed_apart_and_time_between_items_is_not_counted(tmp_path: Path):
    found = points_of(toys.Stages, tmp_path)
    forward = outcome_of(found, "work", "forward_time")
    dp = outcome_of(found, "work", "dp_time")
    total = outcome_of(found, "work", "total_time")
    assert min(forward.samples) >= 0.03
    assert min(dp.samples) >= 0.015
    wall = outcome_of(found, "work", "wall_time")
    for whole, *parts in zip(total.samples, forward.samples, dp.samples, strict=True):
        assert sum(parts) <= whole
    for whole, all_of_it in zip(total.samples, wall.samples, strict=True):
        assert whole <= all_of_it - 0.05, "what was slept between items"
    assert outcome_of(found, "work", "tokens").value == 7


@pytest.mark.parametrize(
    ("toy", "words"),
    [
        (toys.Crash, ["SIGSEGV", "about to touch what is not there"]),
        (toys.Killed, ["SIGKILL", "memory"]),
        (toys.Hang, ["no answer", "within"]),
        (toys.HangsInC, ["no answer", "within"]),
        (toys.Garbage, ["no answer", "Loading model"]),
        (toys.Leaves, ["exit code 7"]),
        (toys.Neighbours, ["ValueError", "no such tensor"]),
        (toys.LosesAFile, ["FileNotFoundError"]),
    ],
)
def test_a_child_that_goes_wrong_costs_only_its_own_benchmark(tmp_path, toy, words):
    found = points_of(toy, tmp_path)
    bad = outcome_of(found, "bad")
    assert isinstance(bad, Failed)
    for word in words:
        assert word in bad.reason
    assert "/home" not in bad.reason
    assert isinstance(outcome_of(found, "work"), Measured)
    assert isinstance(outcome_of(found, "last"), Measured)


def test_a_child_that_prints_without_end_does_not_block_and_does_not_spoil_the_channel(tmp_path):
    assert isinstance(outcome_of(points_of(toys.Talks, tmp_path), "work"), Measured)


def test_a_crash_of_one_variant_leaves_the_other(tmp_path: Path):
    found = points_of(toys.PairWithCrash, tmp_path)
    outcomes = {point.variant.implementation: point.outcome for point in found}
    assert isinstance(outcomes["a"], Failed)
    assert "SIGABRT" in outcomes["a"].reason
    assert isinstance(outcomes["b"], Measured)


def test_a_case_that_lost_its_child_to_another_one_is_measured_alone(tmp_path: Path):
    found = points_of(toys.SameProcess, tmp_path)
    outcomes = {point.variant.implementation: point.outcome for point in found}
    assert isinstance(outcomes["bad"], Failed)
    assert isinstance(outcomes["a"], Measured)
    assert len(outcomes["a"].samples) == 8


def test_variants_are_interleaved_a_b_b_a(tmp_path: Path):
    watcher = Quiet()
    results = run(toys.Pair, tmp_path, watcher=watcher)
    rounds = [seen for seen in watcher.seen if "round" in seen]
    assert [seen.split()[0] for seen in rounds[:8]] == ["a", "b", "b", "a", "a", "b", "b", "a"]
    for result in results:
        assert [number for number, *_ in result.blocks] == [0, 1, 2, 3]
    found = points_of(toys.Pair, tmp_path)
    for point in found:
        assert isinstance(point.outcome, Measured)
        assert point.outcome.rounds == (0, 0, 1, 1, 2, 2, 3, 3)


def test_another_provider_than_asked_makes_the_points_invalid(tmp_path: Path):
    for toy in (odd_toys.OtherProvider, odd_toys.LateProvider):
        outcome = outcome_of(points_of(toy, tmp_path), "work")
        assert isinstance(outcome, Invalid)
        assert "asked for CUDA, ran on CPU" in outcome.reason


def test_too_little_work_makes_the_point_invalid_and_keeps_its_samples(tmp_path: Path):
    outcome = outcome_of(points_of(odd_toys.Idle, tmp_path), "work")
    assert isinstance(outcome, Invalid)
    assert outcome.reason == "only 3 of 32 tokens were generated."
    assert len(outcome.samples) == 6


def test_a_light_child_that_imports_torch_makes_its_points_invalid(tmp_path: Path):
    outcome = outcome_of(points_of(odd_toys.LightImports, tmp_path), "work")
    assert isinstance(outcome, Invalid)
    assert "transformers" in outcome.reason


def test_what_is_missing_in_the_child_is_skipped_with_its_name(tmp_path: Path):
    outcome = outcome_of(points_of(toys.LacksAtOpen, tmp_path), "work")
    assert isinstance(outcome, Skipped)
    assert "no_such_package" in outcome.reason


def test_an_undeclared_stage_is_named(tmp_path: Path):
    outcome = outcome_of(points_of(toys.Undeclared, tmp_path), "work")
    assert isinstance(outcome, Failed)
    assert "forward_time" in outcome.reason


def test_no_child_is_left_when_the_measuring_stops_early(tmp_path: Path):
    from collector.execution.runner import Runner
    from tests.collector.harness import work_of

    runner = Runner(work_of(toys.Neighbours), "quick", tmp_path, tmp_path, Quiet(), FAST)
    results = runner.results()
    next(results)
    pids = [running.channel._popen.pid for running in runner._children.opened.values()]
    assert pids
    results.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_who_asked_to_be_called_at_the_end_of_a_child_is_called(tmp_path: Path):
    run(odd_toys.SaysGoodbye, tmp_path)
    assert (tmp_path / "goodbye").read_text() == "said"


def test_a_hanging_child_is_ended_within_its_limit(tmp_path: Path):
    limits = Limits(open_s=300.0, prepare_s=300.0, repeat_s=0.5, finish_s=300.0)
    bad = outcome_of(points_of(toys.Hang, tmp_path, limits=limits), "bad")
    assert "within 0.7 s" in bad.reason


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
def test_the_peak_of_a_case_is_what_the_case_needed(tmp_path: Path):
    full = points_of(odd_toys.Memory, tmp_path)
    empty = points_of(odd_toys.Empty, tmp_path)
    mib = 2**20

    def difference(metric: str) -> float:
        one, other = outcome_of(full, "work", metric), outcome_of(empty, "work", metric)
        return float(one.value - other.value) / mib

    assert difference("rss") == pytest.approx(40, abs=4)
    assert difference("peak_rss") == pytest.approx(80, abs=4)
    # Each stage by itself: 40 MiB are made in the first, 40 more pass by in the second.
    assert difference("forward_peak_rss") == pytest.approx(40, abs=4)
    assert difference("dp_peak_rss") == pytest.approx(80, abs=4)


def test_processor_time_of_a_program_that_was_started_is_the_samples_own(tmp_path: Path):
    outcome = outcome_of(points_of(toys.Spawns, tmp_path), "work")
    assert isinstance(outcome, Measured)
    assert min(outcome.cpu_samples) >= 0.05
