"""Two sides are compared with an interval, an effect and a corrected test."""

from math import exp, isclose
from statistics import median

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from history.compare import decide
from history.compare.results import Key, Measurement
from history.report.wording import comparisons
from history.words.key import SeriesKey


def side(samples=(), *, value=None, key="pipeline", **changes):
    """One measurement under its key."""
    named = {
        "suite": "golden",
        "benchmark": key,
        "params": "",
        "variant": "",
        "metric": "total_time",
        "unit": "s",
        "machine": "box",
    }
    made = {
        "key": SeriesKey(**{name: changes.pop(name, word) for name, word in named.items()}),
        "direction": "lower",
        "kind": "time",
        "commit": "c1",
        "run_id": changes.pop("run_id", "1"),
        "value": median(samples) if len(samples) else value,
        "n": len(samples) or 1,
        "samples": tuple(samples),
    }
    return {(key,): Measurement(**(made | changes))}


def samples(level, n=30, noise=0.02, seed=0):
    return (level * np.exp(np.random.default_rng(seed).normal(0, noise, n))).tolist()


def row(base, head):
    (found,) = decide.compare(base, head).rows
    return found


def test_twice_as_fast_is_an_improvement_and_a_speedup_of_two():
    found = row(side(samples(2.0)), side(samples(1.0, seed=1)))
    assert found.verdict == "improvement"
    assert found.ratio_low < 0.5 < found.ratio_high
    assert isclose(found.speedup, 1 / found.ratio)
    assert found.cliffs_delta == -1.0


def test_a_higher_rate_is_an_improvement_and_a_speedup_too():
    rate = {"direction": "higher", "unit": "ops/s", "metric": "throughput"}
    found = row(side(samples(1.0), **rate), side(samples(2.0, seed=1), **rate))
    assert (found.verdict, round(found.speedup)) == ("improvement", 2)


def test_without_a_better_side_there_is_a_difference_but_no_speedup():
    neutral = {"direction": "none"}
    found = row(side(samples(1.0), **neutral), side(samples(2.0, seed=1), **neutral))
    assert (found.verdict, found.speedup) == ("up", None)


def test_the_same_samples_show_no_difference():
    found = row(side(samples(1.0)), side(samples(1.0)))
    assert (found.verdict, found.ratio) == ("no difference shown", 1.0)


def test_below_two_percent_no_difference_is_shown_however_certain():
    found = row(side(samples(1.0, noise=0.001)), side(samples(1.01, noise=0.001, seed=1)))
    assert found.q < 1e-6
    assert (found.verdict, comparisons.reason(found).endswith("but below 2 %")) == (
        "no difference shown",
        True,
    )


def test_a_difference_within_the_noise_between_runs_is_not_shown():
    before, after = samples(1.0, noise=0.001), samples(1.05, noise=0.001, seed=1)
    calm = row(side(before), side(after, noise=0.01, run_id="2"))
    rough = row(side(before), side(after, noise=0.05, run_id="2"))
    assert (calm.verdict, rough.verdict) == ("regression", "no difference shown")
    assert "two runs of the same code differ by up to 14.9 %" in comparisons.reason(rough)


def test_what_two_runs_cannot_know_widens_p_and_interval():
    before, after = samples(1.0, noise=0.001), samples(1.05, noise=0.001, seed=1)
    one_run = row(side(before), side(after))
    two_runs = row(side(before), side(after, run_id="2"))
    assert (one_run.verdict, two_runs.verdict) == ("regression", "no difference shown")
    assert one_run.p < 1e-6
    assert two_runs.p > 0.05
    assert two_runs.ratio_low < 1 < two_runs.ratio_high
    assert "two runs of the same code differ by up to" in comparisons.reason(two_runs)
    assert row(side(before), side(after, noise=0.005, run_id="2")).verdict == "regression"


def test_single_values_are_held_against_the_noise_of_the_series():
    found = row(side(value=1.0), side(value=1.3, noise=0.02, run_id="2"))
    assert (found.verdict, comparisons.test(found.test)) == ("regression", "noise of the series")
    assert isclose(found.ratio_high, 1.3 * exp(1.959964 * 2**0.5 * 0.02))
    t = np.log(1.3) / (0.02 * 2**0.5) * stats.t.ppf(0.975, 4) / 1.959964
    assert isclose(found.p, 2 * stats.t.sf(t, 4), rel_tol=1e-3)


def test_single_values_without_a_history_are_not_enough():
    found = row(side(value=1.0), side(value=1.3))
    assert (found.verdict, found.ratio, found.p) == ("not enough data", 1.3, None)


def test_each_line_says_which_difference_it_could_have_called():
    wide = row(side(samples(1.0, noise=0.2)), side(samples(1.0, noise=0.2, seed=1)))
    assert wide.verdict == "no difference shown"
    half = (wide.ratio_high / wide.ratio_low) ** 0.5 - 1
    assert isclose(wide.minimum_detectable_change, half)
    noisy = row(side(samples(1.0)), side(samples(1.0, seed=1), noise=0.05, run_id="2"))
    assert isclose(noisy.minimum_detectable_change, exp(1.959964 * 2**0.5 * 0.05) - 1, rel_tol=1e-3)
    assert row(side(value=1.0), side(value=1.3)).minimum_detectable_change is None


def test_values_of_zero_have_no_ratio():
    found = row(side(value=0.0), side(value=1.3))
    assert (found.verdict, found.ratio) == ("not enough data", None)
    assert "above zero" in comparisons.reason(found)


def test_growth_of_memory_below_the_floor_has_no_ratio():
    growth = {"metric": "rss_growth_rate", "unit": "B", "kind": "memory"}
    found = row(side(value=300.0, **growth), side(value=900.0, **growth))
    assert (found.verdict, found.ratio) == ("no difference shown", None)
    assert comparisons.reason(found) == "both too small to mean anything"
    found = decide.compare(side(value=3e4, **growth), side(value=9e4, **growth))
    assert (found.rows[0].ratio, found.means) == (3.0, ())


def test_items_are_compared_pair_by_pair():
    utterances = {f"utt{number}": 0.1 * 2**number for number in range(12)}
    slower = {name: value * 1.05 for name, value in utterances.items()}
    found = row(
        side(samples(1.0, noise=0.5), items=utterances),
        side(samples(1.05, noise=0.5, seed=1), items=slower),
    )
    assert (found.verdict, comparisons.test(found.test)) == ("regression", "wilcoxon over 12 items")
    assert found.cliffs_delta == 1.0  # every utterance, however different they are
    assert isclose(found.ratio, 1.05)


def test_rounds_that_their_process_decides_are_not_taken_for_facts_of_their_own():
    # Each pair of processes has a speed of its own; sixty rounds would take it for sixty facts.
    weather = np.repeat([1.0, 1.5, 2.0, 1.2, 0.8, 1.7], 10)
    slower = weather * np.repeat([1.05, 0.97, 1.04, 0.98, 1.03, 0.96], 10)
    rounds, processes = tuple(range(60)), tuple(np.arange(6).repeat(10).tolist())
    sides = [side(tuple(one), rounds=rounds, processes=processes) for one in (weather, slower)]
    paired = row(*sides)
    assert comparisons.test(paired.test) == "wilcoxon over 6 processes"
    assert paired.verdict == "no difference shown"


def test_rounds_of_several_processes_pair_where_the_processes_are_alike():
    rng = np.random.default_rng(8)
    weather = rng.lognormal(0, 0.5, 60)
    slower = weather * 1.05 * rng.lognormal(0, 0.01, 60)
    rounds, processes = tuple(range(60)), tuple(np.arange(6).repeat(10).tolist())
    sides = [side(tuple(one), rounds=rounds, processes=processes) for one in (weather, slower)]
    assert comparisons.test(row(*sides).test) == "wilcoxon over 60 rounds"


def test_rounds_of_one_run_are_compared_pair_by_pair():
    weather = [1 + 0.5 * np.sin(number) for number in range(20)]
    slower = [value * 1.04 * (1 + 0.001 * (i % 3)) for i, value in enumerate(weather)]
    rounds = tuple(range(20))
    paired = row(side(weather, rounds=rounds), side(slower, rounds=rounds))
    unpaired = row(side(weather), side(slower))
    assert (paired.verdict, comparisons.test(paired.test)) == (
        "regression",
        "wilcoxon over 20 rounds",
    )
    assert unpaired.verdict == "no difference shown"


def test_p_values_are_corrected_over_the_family():
    base: dict[Key, Measurement] = {}
    head: dict[Key, Measurement] = {}
    for number in range(20):
        base |= side(samples(1.0, seed=number), key=f"b{number}")
        head |= side(samples(1.0, seed=100 + number), key=f"b{number}")
    rows = decide.compare(base, head).rows
    expected = stats.false_discovery_control([one.p for one in rows])
    assert np.allclose([one.q for one in rows], expected)
    assert {one.verdict for one in rows} == {"no difference shown"}


def test_unpaired_p_values_are_those_of_scipy():
    before, after = samples(1.0), samples(1.01, seed=1)
    expected = stats.mannwhitneyu(before, after, method="asymptotic").pvalue
    assert isclose(row(side(before), side(after)).p, expected, rel_tol=1e-9)


def test_missing_and_new_benchmarks_are_named_with_the_reason():
    base = side(value=1.0, key="old") | side(value=1.0, key="broken")
    failed = side(key="broken", reason="failed: killed")
    found = decide.compare(base, failed | side(value=2.0, key="young")).rows
    assert [(one.key.benchmark, one.verdict, comparisons.reason(one)) for one in found] == [
        ("old", "missing", ""),
        ("broken", "missing", "failed: killed"),
        ("young", "new", ""),
    ]


def test_the_geometric_mean_is_of_speedups_and_has_an_interval():
    base = side(samples(2.0), key="a") | side(samples(1.0), key="b")
    head = side(samples(1.0, seed=1), key="a") | side(samples(1.0, seed=2), key="b")
    (mean,) = decide.compare(base, head).means
    assert (mean.suite, mean.kind, mean.count) == ("golden", "time", 2)
    assert mean.low < 2**0.5 < mean.high
    assert mean.high - mean.low < 0.05


def test_the_noise_between_two_runs_widens_the_geometric_mean():
    base, head = side(samples(1.0)), samples(1.0, seed=1)
    (once,) = decide.compare(base, side(head, run_id="2")).means
    (known,) = decide.compare(base, side(head, run_id="2", noise=0.05)).means
    assert known.high > once.high
    assert isclose(known.high / known.low, exp(2 * 1.959964 * 2**0.5 * 0.05), rel_tol=1e-3)


def test_benchmarks_of_two_runs_share_part_of_their_noise():
    base: dict[Key, Measurement] = {}
    head: dict[Key, Measurement] = {}
    again: dict[Key, Measurement] = {}
    for number in range(16):
        key = f"b{number}"
        base |= side(samples(1.0, seed=number), key=key)
        head |= side(samples(1.0, seed=100 + number), key=key, noise=0.05, run_id="2")
        again |= side(samples(1.0, seed=100 + number), key=key)
    (two_runs,) = decide.compare(base, head).means
    (one_run,) = decide.compare(base, again).means
    alone = 1.959964 * 2**0.5 * 0.05
    assert np.log(two_runs.high / two_runs.low) / 2 > 0.5 * alone, "sixteen do not make a quarter"
    assert np.log(one_run.high / one_run.low) / 2 < 0.01


def test_times_and_memory_are_not_averaged():
    base = side(samples(2.0), key="a") | side(samples(1.0), key="b", kind="memory")
    assert [mean.kind for mean in decide.compare(base, base).means] == ["time", "memory"]


@given(st.floats(1e-6, 1e6), st.floats(1.05, 3.0))
def test_the_unit_of_the_samples_does_not_matter(scale, step):
    before, after = samples(1.0), samples(step, seed=1)
    plain = row(side(before), side(after))
    scaled = row(side([scale * one for one in before]), side([scale * one for one in after]))
    assert scaled.verdict == plain.verdict
    assert isclose(scaled.ratio, plain.ratio, rel_tol=1e-9)
    assert isclose(scaled.p, plain.p, rel_tol=1e-9)


@given(st.permutations(range(12)))
def test_the_order_of_samples_within_a_run_does_not_matter(order):
    before, after = samples(1.0, 12), samples(1.04, 12, seed=1)
    plain = row(side(before), side(after))
    shuffled = row(side([before[place] for place in order]), side(after))
    assert (shuffled.p, shuffled.ratio) == (plain.p, plain.ratio)


@given(st.floats(0.5, 2.0))
def test_exchanging_the_sides_inverts_the_ratio_and_the_verdict(step):
    before, after = samples(1.0), samples(step, seed=1)
    there, back = row(side(before), side(after)), row(side(after), side(before))
    assert isclose(there.ratio * back.ratio, 1)
    opposite = {"regression": "improvement", "improvement": "regression"}
    assert back.verdict == opposite.get(there.verdict, there.verdict)


def test_intervals_of_the_ratio_cover_the_truth():
    hits = sum(
        one.ratio_low <= 1.5 <= one.ratio_high
        for one in (
            row(
                side(samples(1.0, noise=0.1, seed=2 * number)),
                side(samples(1.5, noise=0.1, seed=2 * number + 1)),
            )
            for number in range(1000)
        )
    )
    assert 930 <= hits <= 970


def test_intervals_of_the_geometric_mean_cover_the_truth():
    hits = 0
    for number in range(500):
        base: dict[Key, Measurement] = {}
        head: dict[Key, Measurement] = {}
        for place, level in enumerate((1.0, 3.0, 0.2)):
            seed = 10 * number + 2 * place
            base |= side(samples(level, noise=0.1, seed=seed), key=f"b{place}")
            head |= side(samples(level / 1.3, noise=0.1, seed=seed + 1), key=f"b{place}")
        (mean,) = decide.compare(base, head).means
        hits += mean.low <= 1.3 <= mean.high
    assert 465 <= hits <= 485


def test_intervals_from_the_noise_of_the_series_cover_the_truth():
    drawn = np.exp(np.random.default_rng(1).normal(0, 0.02, (2000, 2)))
    hits = sum(
        one.ratio_low <= 1.1 <= one.ratio_high
        for one in (
            row(side(value=old, noise=0.02), side(value=1.1 * new, noise=0.02, run_id="2"))
            for old, new in drawn.tolist()
        )
    )
    assert 1860 <= hits <= 1940
