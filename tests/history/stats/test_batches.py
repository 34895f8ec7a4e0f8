"""Samples that follow each other hang together; their interval must know it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from history.stats.batches import BATCHES_FROM, ordered_interval
from history.stats.summary import IntervalMethod, mean_interval, median_interval

TRUTH = 100.0


def independent(rng, n):
    return rng.normal(size=n)


def heavy(rng, n):
    return rng.standard_t(4, n)


def correlated(rho):
    def law(rng, n):
        shocks = rng.normal(0, np.sqrt(1 - rho**2), n + 50)
        return lfilter([1.0], [1.0, -rho], shocks)[50:]

    return law


def width(interval):
    return interval.high - interval.low


def coverage(law, n, how=ordered_interval, draws=1200):
    rng = np.random.default_rng(n)
    found = [how(TRUTH * np.exp(0.02 * law(rng, n))) for _ in range(draws)]
    return np.mean([one.low <= TRUTH <= one.high for one in found])


@pytest.mark.parametrize("n", [25, 30, 70, 200])
@pytest.mark.parametrize("law", [independent, heavy])
def test_95_percent_intervals_of_independent_samples_cover_93_to_97_times_in_100(law, n):
    assert 0.93 <= coverage(law, n) <= 0.97


@pytest.mark.parametrize("n", [30, 70, 200])
def test_samples_that_hang_together_cost_it_nothing_and_order_statistics_much(n):
    weak, strong = correlated(0.3), correlated(0.6)
    assert 0.93 <= coverage(weak, n) <= 0.97
    assert 0.93 <= coverage(strong, n) <= 0.97
    assert coverage(weak, n, median_interval, draws=500) < 0.92
    assert coverage(strong, n, median_interval, draws=500) < 0.80


def test_a_machine_that_slows_down_widens_it():
    rng = np.random.default_rng(3)
    steady = TRUTH * np.exp(rng.normal(0, 0.01, 80))
    sliding = steady * np.linspace(0.97, 1.03, 80)
    assert width(ordered_interval(sliding)) > 3 * width(ordered_interval(steady))


def test_the_order_counts_from_twenty_five_samples_on():
    few = np.arange(1.0, BATCHES_FROM)
    assert ordered_interval(few) == median_interval(few)
    many = np.arange(1.0, BATCHES_FROM + 1)
    assert ordered_interval(many).method is IntervalMethod.BATCHES
    mixed = np.random.default_rng(0).permutation(many)
    assert width(ordered_interval(many)) > 2 * width(ordered_interval(mixed))


def test_the_mean_has_batches_too():
    samples = TRUTH * np.exp(correlated(0.6)(np.random.default_rng(5), 60) * 0.05)
    found = ordered_interval(samples, "mean")
    assert found.low < samples.mean() < found.high
    assert width(found) > width(mean_interval(samples))


def test_batches_that_do_not_differ_leave_it_to_the_samples():
    steps = np.tile([1.0, 2.0, 2.0, 3.0], 10)
    assert ordered_interval(steps) == median_interval(steps)
    assert ordered_interval(np.ones(40)).method is IntervalMethod.CONSTANT


@given(st.integers(25, 90), st.floats(0.01, 100), st.integers(0, 100))
def test_it_scales_with_its_unit_and_holds_the_median(n, factor, seed):
    samples = np.random.default_rng(seed).lognormal(0, 0.3, n)
    plain, scaled = ordered_interval(samples), ordered_interval(factor * samples)
    assert plain.low <= np.median(samples) <= plain.high
    assert scaled.low == pytest.approx(factor * plain.low)
    assert scaled.high == pytest.approx(factor * plain.high)


def test_samples_around_zero_have_an_interval_as_well():
    samples = np.random.default_rng(1).normal(0, 1, 40)
    found = ordered_interval(samples)
    assert found.low < 0 < found.high


def of_processes(rng, processes, each, between):
    """Samples whose processes differ ``between`` times as much as samples within one."""
    own = rng.normal(0, 0.01, processes * each)
    shared = rng.normal(0, 0.01 * between, processes).repeat(each)
    return TRUTH * np.exp(own + shared), np.arange(processes).repeat(each)


def process_coverage(processes, each, between, *, known=True, draws=1500):
    rng = np.random.default_rng([processes, each])
    held = 0
    for _ in range(draws):
        samples, owner = of_processes(rng, processes, each, between)
        found = ordered_interval(samples, processes=owner if known else ())
        held += found.low <= TRUTH <= found.high
    return held / draws


BETWEEN = (0, 1, 3, 10)
SIZES = [(4, 10), (5, 5), (5, 40), (8, 12), (10, 20), (20, 10)]


@pytest.mark.parametrize(("processes", "each"), SIZES)
def test_an_interval_over_processes_knows_that_they_differ(processes, each):
    """However much: over all of it the share is known to within 0.6 in 100."""
    shares = [process_coverage(processes, each, between, draws=400) for between in BETWEEN]
    assert 0.93 <= np.mean(shares) <= 0.97


@pytest.mark.nightly
@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize(("processes", "each"), SIZES)
def test_an_interval_over_processes_knows_by_how_much_they_differ(processes, each, between):
    assert 0.93 <= process_coverage(processes, each, between) <= 0.97


def test_an_interval_that_does_not_know_them_holds_the_truth_less_often():
    assert process_coverage(5, 40, 3, known=False) < 0.93
    assert process_coverage(2, 40, 1, draws=400) < 0.7, (
        "two processes cannot tell how far processes differ"
    )


def to_and_fro(low, n):
    """Values from `low` to one more whose neighbours lie on opposite sides: nothing persists."""
    values = np.linspace(low, low + 1, n)
    return np.ravel(list(zip(values, values[::-1], strict=True)))[:n]


def test_no_batch_of_few_processes_crosses_from_one_into_the_next():
    # Of three processes of nine two are fast; a batch across the edge would lie between the speeds.
    samples = np.r_[np.linspace(99, 101, 18), np.linspace(199, 201, 9)]
    owner = np.arange(3).repeat(9)
    assert ordered_interval(samples, processes=owner) == median_interval(samples), "3 batches"
    longer = np.r_[to_and_fro(99, 13), to_and_fro(100, 13), to_and_fro(199, 13)]
    found = ordered_interval(longer, processes=np.arange(3).repeat(13))
    middles = np.log([np.median(part) for part in np.split(longer, [7, 13, 20, 26, 33])])
    of_a_median = np.sqrt(1 + (np.pi / 2 - 1) * (1 - 3 / 6) * 4 / 6)  # four of six lie apart
    half = 2.5706 * middles.std(ddof=1) / np.sqrt(6) * of_a_median
    assert found.high == pytest.approx(np.median(longer) * np.exp(half), rel=0.003)


@given(st.integers(1, 9), st.integers(1, 12), st.integers(0, 50))
def test_an_interval_over_processes_holds_the_median(processes, each, seed):
    samples, owner = of_processes(np.random.default_rng(seed), processes, each, 1)
    found = ordered_interval(samples, processes=owner)
    if found.method is not IntervalMethod.NONE:
        assert found.low <= np.median(samples) <= found.high
