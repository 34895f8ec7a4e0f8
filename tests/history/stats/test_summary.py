import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from history.stats.summary import (
    IntervalMethod,
    bootstrap_interval,
    median_interval,
    order_statistics_interval,
    outliers,
    percentile,
    summarise,
)

samples = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=60)


def test_median_and_quartiles_equal_numpys():
    values = np.random.default_rng(1).lognormal(size=37)
    summary = summarise(values)
    assert summary.median == np.median(values)
    assert (summary.q1, summary.q3) == tuple(np.quantile(values, [0.25, 0.75]))
    assert summary.iqr == pytest.approx(stats.iqr(values))
    assert summary.deviation == pytest.approx(values.std(ddof=1))


def test_constant_samples_have_an_interval_of_width_zero():
    interval = summarise([3.5] * 9).interval
    assert (interval.low, interval.high, interval.width) == (3.5, 3.5, 0.0)
    assert interval.method is IntervalMethod.CONSTANT


def test_one_sample_has_no_interval():
    interval = summarise([3.5]).interval
    assert interval.method is IntervalMethod.NONE
    assert np.isnan(interval.low)


def test_few_samples_fall_back_to_the_bootstrap_and_say_so():
    assert median_interval([1.0, 2.0, 3.0]).method is IntervalMethod.BOOTSTRAP
    assert median_interval(range(6)).method is IntervalMethod.ORDER_STATISTICS


def test_no_samples_and_nan_are_refused():
    with pytest.raises(ValueError, match="at least one sample"):
        summarise([])
    with pytest.raises(ValueError, match="finite"):
        summarise([1.0, float("nan")])


def test_order_statistics_need_six_samples_for_95_percent():
    with pytest.raises(ValueError, match="cannot enclose"):
        order_statistics_interval(range(5))


def test_thousands_of_samples_have_an_interval_too():
    interval = median_interval(range(5000))
    assert interval.low < 2499.5 < interval.high
    # The normal law says 1.96 * sqrt(5000) / 2 ranks on either side.
    assert interval.width == pytest.approx(2 * 1.96 * 5000**0.5 / 2, rel=0.02)


def test_p95_needs_twenty_samples():
    assert percentile(range(19), 95) is None
    assert percentile(range(20), 95) == pytest.approx(np.percentile(range(20), 95))
    assert percentile(range(99), 99) is None
    assert summarise(range(19)).p95 is None


def test_tukeys_classes_count_mild_and_severe_outliers_on_both_sides():
    quiet = list(np.linspace(10, 11, 401))  # quartiles near 10.25 and 10.75: fences at 9.5 and 8.75
    found = outliers([*quiet, 9.2, 8.0, 11.7, 14.0, 15.0])
    assert (found.low_severe, found.low_mild, found.high_mild, found.high_severe) == (1, 1, 1, 2)
    assert found.total == 5


@given(samples, st.floats(0.01, 100))
def test_scaling_the_samples_scales_the_summary(values, factor):
    plain, scaled = summarise(values), summarise(np.asarray(values) * factor)
    assert scaled.median == pytest.approx(plain.median * factor)
    assert scaled.interval.low == pytest.approx(plain.interval.low * factor)
    assert scaled.interval.high == pytest.approx(plain.interval.high * factor)


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_samples_within_a_run_does_not_matter(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    assert summarise(shuffled).interval == summarise(values).interval


@given(samples)
def test_the_interval_contains_the_median(values):
    summary = summarise(values)
    slack = 1e-12 * abs(summary.median)
    assert summary.interval.low - slack <= summary.median <= summary.interval.high + slack


@pytest.mark.parametrize("n", [8, 15, 30])
@pytest.mark.parametrize("law", ["normal", "lognormal", "standard_cauchy"])
def test_95_percent_intervals_of_the_median_cover_it_93_to_97_times_in_100(n, law):
    rng = np.random.default_rng(n)
    truth = 1.0 if law == "lognormal" else 0.0
    draws = getattr(rng, law)(size=(2500, n))
    found = [median_interval(row) for row in draws]
    covered = np.mean([i.low <= truth <= i.high for i in found])
    assert 0.93 <= covered <= 0.97


def test_bootstrap_intervals_of_the_median_cover_it_93_to_97_times_in_100():
    draws = np.random.default_rng(4).normal(size=(400, 30))
    covered = np.mean([(i := bootstrap_interval(row)).low <= 0 <= i.high for row in draws])
    assert 0.92 <= covered <= 0.98  # 400 draws: the estimate itself is good to 0.011
