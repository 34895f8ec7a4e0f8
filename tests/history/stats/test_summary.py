import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from history.stats.summary import (
    IntervalMethod,
    in_order,
    mean_interval,
    median_interval,
    middle_of,
    outliers,
    percentile,
    quantile,
)

samples = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=60)


def test_median_and_quartiles_equal_numpys():
    values = np.random.default_rng(1).lognormal(size=37)
    ordered = in_order(values)
    assert middle_of(ordered) == np.median(values)
    quartiles = (quantile(ordered, 0.25), quantile(ordered, 0.75))
    assert quartiles == tuple(np.quantile(values, [0.25, 0.75]))


def test_constant_samples_have_an_interval_of_width_zero():
    interval = median_interval([3.5] * 9)
    assert (interval.low, interval.high) == (3.5, 3.5)
    assert interval.method is IntervalMethod.CONSTANT


def test_one_sample_has_no_interval():
    interval = median_interval([3.5])
    assert interval.method is IntervalMethod.NONE
    assert np.isnan(interval.low)


def test_two_or_three_samples_have_a_range_which_is_called_that():
    for samples in ([19.3e-3, 21.0e-3], [1.0, 2.0, 4.0], [-1.0, 0.0, 1.0]):
        for interval in (median_interval(samples), mean_interval(samples)):
            assert interval.method is IntervalMethod.RANGE
            assert (interval.low, interval.high) == (min(samples), max(samples))


def test_four_samples_take_students_t_and_say_so():
    interval = median_interval([1.0, 2.0, 4.0, 8.0])
    assert interval.method is IntervalMethod.STUDENT
    logs = np.log([1, 2, 4, 8])
    low, high = stats.t.interval(0.95, 3, logs.mean(), stats.sem(logs))
    assert (interval.low, interval.high) == pytest.approx((np.exp(low), np.exp(high)), rel=1e-3)
    assert median_interval(range(5)).method is IntervalMethod.ORDER_STATISTICS


def test_four_samples_that_are_not_all_positive_are_taken_as_normal():
    interval = median_interval([-1.0, 0.0, 1.0, 2.0])
    assert (interval.low, interval.high) == pytest.approx(
        stats.t.interval(0.95, 3, 0.5, stats.sem([-1, 0, 1, 2])), rel=1e-3
    )


@given(st.lists(st.floats(1e-9, 1e9), min_size=2, max_size=3))
def test_no_interval_of_two_or_three_samples_reaches_beyond_them(samples):
    found = median_interval(samples)
    assert min(samples) <= found.low <= found.high <= max(samples)


def test_no_samples_and_nan_are_refused():
    with pytest.raises(ValueError, match="at least one sample"):
        in_order([])
    with pytest.raises(ValueError, match="finite"):
        in_order([1.0, float("nan")])


def test_five_samples_give_their_extremes():
    interval = median_interval([3, 1, 2, 9, 4])
    assert (interval.low, interval.high) == (1, 9)


def test_rounding_does_not_carry_an_end_past_the_median():
    samples = np.array([1000, *[14129] * 8]) / 1e9
    assert median_interval(samples).low <= np.median(samples)


def test_thousands_of_samples_have_an_interval_too():
    interval = median_interval(range(5000))
    assert interval.low < 2499.5 < interval.high
    # The normal law says 1.96 * sqrt(5000) / 2 ranks on either side.
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 5000**0.5 / 2, rel=0.02)


def test_p95_needs_twenty_samples():
    assert percentile(range(19), 95) is None
    assert percentile(range(20), 95) == pytest.approx(np.percentile(range(20), 95))
    assert percentile(range(99), 99) is None


def test_tukeys_classes_count_mild_and_severe_outliers_on_both_sides():
    quiet = list(np.linspace(10, 11, 401))  # quartiles near 10.25 and 10.75: fences at 9.5 and 8.75
    found = outliers([*quiet, 9.2, 8.0, 11.7, 14.0, 15.0])
    assert (found.low_severe, found.low_mild, found.high_mild, found.high_severe) == (1, 1, 1, 2)


@given(samples, st.floats(0.01, 100))
def test_scaling_the_samples_scales_the_interval(values, factor):
    plain, scaled = median_interval(values), median_interval(np.asarray(values) * factor)
    assert scaled.low == pytest.approx(plain.low * factor)
    assert scaled.high == pytest.approx(plain.high * factor)


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_samples_within_a_run_does_not_matter(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    assert median_interval(shuffled) == median_interval(values)


@given(samples)
def test_the_interval_contains_the_median(values):
    median, found = middle_of(in_order(values)), median_interval(values)
    slack = 1e-12 * abs(median)
    assert found.low - slack <= median <= found.high + slack


@pytest.mark.parametrize("n", [4, 5, 6, 8, 15, 30])
@pytest.mark.parametrize("law", ["normal", "lognormal", "standard_t"])
def test_95_percent_intervals_of_the_median_cover_it_93_to_97_times_in_100(n, law):
    rng = np.random.default_rng(n)
    noise = rng.standard_t(5, (2500, n)) if law == "standard_t" else rng.normal(size=(2500, n))
    truth, scale = 100.0, (0.4 if law == "lognormal" else 0.02)
    found = [median_interval(row) for row in truth * np.exp(scale * noise)]
    covered = np.mean([i.low <= truth <= i.high for i in found])
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("n", [4, 5, 10, 30])
def test_95_percent_intervals_of_the_mean_cover_it_93_to_97_times_in_100(n):
    draws = np.random.default_rng(n).lognormal(0, 0.1, (3000, n))
    truth = np.exp(0.1**2 / 2)
    covered = np.mean([(i := mean_interval(row)).low <= truth <= i.high for row in draws])
    assert 0.93 <= covered <= 0.97
