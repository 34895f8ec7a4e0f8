"""Two runs of the same code differ; a comparison must not take that for a change of the code."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.compare import decide, noise_between_runs
from history.compare.pool import pooled
from history.compare.results import ComparisonRow, ComparisonVerdict, Key, Measurement
from history.report.wording import comparisons
from tests.history.compare.test_decide import row, side

CALLED = {
    ComparisonVerdict.REGRESSION,
    ComparisonVerdict.IMPROVEMENT,
    ComparisonVerdict.UP,
    ComparisonVerdict.DOWN,
}


class Machine:
    """Measures the same benchmarks again and again; runs differ as on a small shared machine."""

    def __init__(self, seed: int, benchmarks: int = 60, apart: float = 0.02) -> None:
        self.random = np.random.default_rng(seed)
        self.benchmarks, self.runs = benchmarks, 0
        self.inside = self.random.lognormal(np.log(0.03), 0.8, benchmarks)
        # Some are far noisier than others: the law of the differences has four degrees of freedom.
        self.apart = apart * np.sqrt(4 / self.random.chisquare(4, benchmarks))

    def run(self, slower: dict[int, float] | None = None, **changes) -> dict[Key, Measurement]:
        self.runs += 1
        found: dict[Key, Measurement] = {}
        for number in range(self.benchmarks):
            shared = self.apart[number] + 0.4 * self.inside[number]
            level = (slower or {}).get(number, 1.0) * np.exp(shared * self.random.normal() / 1.414)
            taken = level * np.exp(self.random.normal(0, self.inside[number], 12))
            more = {"run_id": f"r{self.runs}"} | changes
            found |= side(taken.tolist(), key=f"b{number}", **more)
        return found

    def runs_together(self, count: int, slower: dict[int, float] | None = None):
        several = [self.run(slower) for _ in range(count)]
        return {key: pooled([one[key] for one in several]) for key in several[0]}


def verdicts(base, head):
    return [one.verdict for one in decide.compare(base, head).rows]


@cache
def same_code(runs: int, machines: int) -> tuple[ComparisonRow, ...]:
    """So many runs against as many of the same code, on several machines."""
    found: list[ComparisonRow] = []
    for seed in range(1000, 1000 + machines):
        machine = Machine(seed)
        found += decide.compare(machine.runs_together(runs), machine.runs_together(runs)).rows
    return tuple(found)


def test_two_runs_of_the_same_code_show_nothing():
    found = [one.verdict for one in same_code(1, 40)]
    called = sum(verdict in CALLED for verdict in found)
    assert called <= 8, "of 2400 lines; a test inside the runs called some hundred"
    assert found.count(ComparisonVerdict.SUSPECT) <= 0.02 * 2400


@pytest.mark.parametrize(
    ("runs", "machines"), [(1, 40), (3, 15), pytest.param(3, 40, marks=pytest.mark.nightly)]
)
def test_their_intervals_hold_1_about_95_times_in_100(runs, machines):
    held = [one.ratio_low <= 1 <= one.ratio_high for one in same_code(runs, machines)]
    assert 0.93 <= np.mean(held) <= 0.97


def test_a_benchmark_that_takes_twice_as_long_is_at_least_suspect():
    seen = []
    for seed in range(20):
        machine = Machine(2000 + seed)
        found = verdicts(machine.run(), machine.run({7: 2.0}))
        seen.append(found[7] in {ComparisonVerdict.REGRESSION, ComparisonVerdict.SUSPECT})
    assert sum(seen) >= 18


def test_repeated_runs_find_what_single_ones_cannot():
    found = {1: 0, 4: 0}
    for seed in range(12):
        machine = Machine(3000 + seed)
        for runs in found:
            lines = verdicts(machine.runs_together(runs), machine.runs_together(runs, {7: 1.4}))
            found[runs] += lines[7] is ComparisonVerdict.REGRESSION
    assert found[1] < 6
    assert found[4] >= 9


def test_a_quiet_machine_is_trusted_with_smaller_differences():
    def detectable(apart: float) -> float:
        machine = Machine(5, apart=apart)
        machine.inside[:] = apart / 4
        found = decide.compare(machine.run(), machine.run()).rows
        return float(np.median([one.minimum_detectable_change for one in found]))

    assert detectable(0.001) < 0.5 * detectable(0.02)


def test_a_change_of_half_of_all_benchmarks_is_not_taken_for_noise():
    machine = Machine(11)
    found = verdicts(machine.run(), machine.run(dict.fromkeys(range(30), 2.5)))
    assert sum(verdict is ComparisonVerdict.REGRESSION for verdict in found[:30]) >= 25
    assert not any(verdict in CALLED for verdict in found[30:])


def test_a_crowded_run_is_not_held_against_an_idle_one():
    machine = Machine(12)
    slow = dict.fromkeys(range(30), 2.5)
    found = decide.compare(machine.run(waited=0.02), machine.run(slow, waited=0.55)).rows
    assert {one.verdict for one in found} <= {
        ComparisonVerdict.SUSPECT,
        ComparisonVerdict.NO_DIFFERENCE,
    }
    told = comparisons.reason(found[0])
    assert "run r2 something waited for a processor 55 % of the time" in told


def test_programs_of_many_threads_wait_in_every_run():
    machine = Machine(13)
    slow = dict.fromkeys(range(30), 2.5)
    found = verdicts(machine.run(waited=0.5), machine.run(slow, waited=0.55))
    assert found[:30].count(ComparisonVerdict.REGRESSION) >= 25


def test_small_memory_differs_by_what_an_allocator_takes_at_once():
    memory = {"unit": "B", "kind": "memory", "metric": "peak_rss"}

    def reach(level: float) -> float:
        base = side([level] * 5, **memory)
        return row(base, side([level * 1.0001] * 5, run_id="2", **memory)).ratio_high

    assert reach(5e6) > 1.08
    assert reach(1e9) < 1.03


def test_memory_that_mostly_agrees_to_the_page_does_not_speak_for_the_rest():
    memory = {"unit": "B", "kind": "memory", "metric": "rss"}
    base: dict[Key, Measurement] = {}
    head: dict[Key, Measurement] = {}
    for number in range(40):
        moved = 0.975 if number < 6 else 1.0  # a new environment, whose files are mapped otherwise
        level = 4e8 + 1e6 * number
        base |= side([level] * 9, key=f"b{number}", **memory)
        head |= side([level * moved] * 9, key=f"b{number}", run_id="2", **memory)
    assert not any(verdict in CALLED for verdict in verdicts(base, head))
    head |= side([6e8] * 9, key="b39", run_id="2", **memory)
    assert verdicts(base, head)[39] is ComparisonVerdict.REGRESSION


def test_a_single_value_needs_others_to_speak_for_it():
    one = row(side(value=1.0), side(value=1.5, run_id="2"))
    assert one.verdict == "not enough data"
    machine = Machine(14)
    base, head = machine.run(), machine.run()
    both = decide.compare(
        base | side(value=1.0, key="single"), head | side(value=5.0, key="single", run_id="r2")
    )
    (found,) = [one for one in both.rows if one.key.benchmark == "single"]
    assert comparisons.test(found.test) == "noise of the comparison"
    assert found.verdict in {ComparisonVerdict.REGRESSION, ComparisonVerdict.SUSPECT}


def test_runs_taken_together_are_their_mean_and_keep_all_samples():
    first = next(iter(side([1.0, 2.0, 4.0], run_id="1", items={"a": 1.0, "b": 3.0}).values()))
    second = next(iter(side([4.0, 8.0, 16.0], run_id="2", items={"a": 3.0}).values()))
    absent = replace(first, value=None, reason="failed: killed", samples=())
    both = pooled([first, absent, second])
    assert (both.value, both.runs, both.n, both.run_id) == (4.0, (2.0, 8.0), 6, "2")
    assert both.samples == (1.0, 2.0, 4.0, 4.0, 8.0, 16.0)
    assert both.items == {"a": 2.0, "b": 3.0}
    assert pooled([first]) is first
    assert pooled([absent, absent]).value is None


def test_runs_that_agree_narrow_what_was_thought_of_them_and_others_widen_it():
    def law(values):
        one = next(iter(side(value=1.0, inside=0.01, n=30).values()))
        several = replace(one, runs=values)
        (found,) = noise_between_runs.of_pairs([noise_between_runs.Pair(several, several, 1.0)])
        return found

    calm, wild = law((1.0, 1.001, 0.999)), law((1.0, 1.3, 0.8))
    assert calm.freedom == wild.freedom == noise_between_runs.FREEDOM + 4
    assert calm.scale < law((1.0,)).scale < wild.scale


@given(st.floats(0.2, 5.0), st.floats(0.001, 0.3))
def test_exchanging_the_sides_inverts_the_interval(step, inside):
    rng = np.random.default_rng(1)
    first, second = np.exp(rng.normal(0, inside, (2, 12)))
    one, other = side(first.tolist()), side((step * second).tolist(), run_id="2")
    there, back = row(one, other), row(other, one)
    assert there.ratio_low * back.ratio_high == pytest.approx(1)
    assert there.p == pytest.approx(back.p)


def test_rates_of_different_units_speak_for_one_another():
    rate = {"kind": "throughput", "metric": "rate", "direction": "higher"}
    base: dict[Key, Measurement] = {}
    head: dict[Key, Measurement] = {}
    for number, unit in enumerate(["tokens/s"] * 6 + ["characters/s"] * 2):
        base |= side(value=10.0 + number, key=f"b{number}", unit=unit, **rate)
        head |= side(value=10.1 + number, key=f"b{number}", unit=unit, run_id="2", **rate)
    assert set(verdicts(base, head)) == {ComparisonVerdict.NO_DIFFERENCE}


def test_memory_of_a_suite_moves_together():
    memory = {"unit": "B", "kind": "memory", "metric": "peak_rss"}
    base: dict[Key, Measurement] = {}
    head: dict[Key, Measurement] = {}
    for number in range(12):
        base |= side([4e8] * 5, key=f"b{number}", **memory)
        head |= side([4.1e8] * 5, key=f"b{number}", run_id="2", **memory)
    (mean,) = decide.compare(base, head).means
    assert mean.low < 1 < mean.high, "twelve peaks are one environment, not twelve witnesses"
