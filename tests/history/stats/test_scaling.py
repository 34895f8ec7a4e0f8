import numpy as np
import pytest
from scipy import stats

from history.stats.scaling import (
    correlation,
    power_law,
    residual_outliers,
    two_term,
)
from history.stats.student import student_975


def grid(seed=1, noise=0.02):
    rng = np.random.default_rng(seed)
    frames = np.repeat([100.0, 300.0, 900.0, 2700.0], 4)
    states = np.tile([10.0, 40.0, 160.0, 640.0], 4)
    times = (2e-6 * frames + 3e-8 * frames * states) * rng.lognormal(0, noise, 16)
    return frames, states, times


def test_the_two_terms_of_a_planted_law_are_found():
    fit = two_term(*grid())
    assert fit.a == pytest.approx(2e-6, rel=0.05)
    assert fit.b == pytest.approx(3e-8, rel=0.05)
    assert fit.a_interval[0] < 2e-6 < fit.a_interval[1]
    assert fit.r_squared > 0.99


def test_a_slow_file_is_named_as_an_outlier():
    frames, states, times = grid()
    times[6] *= 1.5
    assert 6 in two_term(frames, states, times).outliers


def test_rounding_errors_of_an_exact_fit_are_no_outliers():
    assert two_term(*grid(noise=0.0)).outliers == ()
    assert residual_outliers(np.array([0.0, 1e-16, -1e-16, 3e-15])) == ()


def test_two_terms_cannot_be_told_apart_when_the_states_do_not_vary():
    with pytest.raises(ValueError, match="do not vary"):
        two_term([1, 2, 3, 4], [5, 5, 5, 5], [1, 2, 3, 4])


def test_a_fit_refuses_short_unequal_and_negative_columns():
    for columns in (([1, 2], [1, 2]), ([1, 2, 3], [1, 2]), ([1, 2, 3], [1, -2, 3])):
        with pytest.raises(ValueError, match="a fit needs"):
            power_law(*columns)


def test_the_exponent_and_its_interval_equal_scipys_regression():
    rng = np.random.default_rng(2)
    sizes = rng.uniform(10, 1000, 30)
    times = 3e-3 * sizes**1.7 * rng.lognormal(0, 0.1, 30)
    fit = power_law(sizes, times)
    theirs = stats.linregress(np.log(sizes), np.log(times))
    half = stats.t.ppf(0.975, 28) * theirs.stderr
    assert fit.exponent == pytest.approx(theirs.slope)
    assert fit.exponent_interval == pytest.approx(
        (theirs.slope - half, theirs.slope + half), rel=1e-4
    )
    assert fit.scale == pytest.approx(np.exp(theirs.intercept))
    assert fit.r_squared == pytest.approx(theirs.rvalue**2)


def test_pearson_and_spearman_equal_scipys_with_ties():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 8, 50).astype(float)
    y = x**3 + rng.integers(0, 99, 50)
    found = correlation(x, y)
    assert found.pearson == pytest.approx(stats.pearsonr(x, y).statistic)
    assert found.spearman == pytest.approx(stats.spearmanr(x, y).statistic)


def test_a_constant_correlates_with_nothing():
    found = correlation([1, 1, 1], [1, 2, 3])
    assert np.isnan(found.pearson)
    with pytest.raises(ValueError, match="equally long"):
        correlation([1], [1])


@pytest.mark.parametrize("freedom", [1, 5, 10, 11, 30, 200])
def test_the_quantiles_of_student_are_right(freedom):
    assert student_975(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=5e-4)


def test_95_percent_intervals_of_an_exponent_cover_it_93_to_97_times_in_100():
    rng = np.random.default_rng(4)
    sizes = np.geomspace(10, 1000, 12)
    noise = rng.lognormal(0, 0.1, (2000, 12))
    found = [power_law(sizes, 1e-3 * sizes**1.5 * row).exponent_interval for row in noise]
    assert 0.93 <= np.mean([low <= 1.5 <= high for low, high in found]) <= 0.97


def test_95_percent_intervals_of_both_terms_cover_them_93_to_97_times_in_100():
    fits = [two_term(*grid(seed, noise=0.05)) for seed in range(2000)]
    for truth, ends in ((2e-6, "a_interval"), (3e-8, "b_interval")):
        covered = np.mean([low <= truth <= high for low, high in (getattr(f, ends) for f in fits)])
        assert 0.93 <= covered <= 0.97
