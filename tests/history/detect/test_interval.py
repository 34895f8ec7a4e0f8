"""A stated interval holds the true change about 95 times in 100, whatever the noise is like."""

import numpy as np
import pytest

from benchmarks.detection.coverage import AFTER, coverage
from benchmarks.detection.noises import NOISES
from history.detect.interval import of_difference
from history.stats.persistence import NONE, Persistence

SERIES, SEED = 1500, 95
"""So many series know a share to within 0.6 in 100."""
FEWER = 300
"""By day: to within 1.3 in 100."""
CELLS = [(noise, points) for noise in NOISES for points in AFTER]


@pytest.mark.parametrize("noise", NOISES)
def test_it_holds_the_true_change_92_to_98_times_in_100_over_all_lengths(noise):
    of_each = FEWER // len(AFTER)
    shares = [coverage(NOISES[noise], points, of_each, SEED) for points in AFTER]
    assert 0.92 <= float(np.mean(shares)) <= 0.98


@pytest.mark.nightly
@pytest.mark.parametrize(("noise", "points_after"), CELLS)
def test_it_holds_the_true_change_93_to_97_times_in_100(noise, points_after):
    assert 0.93 <= coverage(NOISES[noise], points_after, SERIES, SEED) <= 0.97


def test_it_holds_the_difference_it_is_about_and_turns_round_with_it():
    rng = np.random.default_rng(1)
    before, after = rng.normal(0, 1, 30), rng.normal(5, 1, 7)
    low, high = of_difference(before, after, NONE)
    assert low < np.median(after) - np.median(before) < high
    assert of_difference(after, before, NONE) == pytest.approx((-high, -low))
    assert of_difference(before + 3, after + 3, NONE) == pytest.approx((low, high))


def test_more_points_narrow_it_and_autocorrelation_widens_it():
    rng = np.random.default_rng(2)
    before, after = rng.normal(0, 1, 40), rng.normal(5, 1, 40)

    def width(points: int, rho: float) -> float:
        low, high = of_difference(before, after[:points], Persistence(1.0, rho))
        return high - low

    assert width(40, 0.0) < width(10, 0.0) < width(3, 0.0)
    assert width(40, 0.5) > 1.3 * width(40, 0.0)


def test_exact_counters_have_an_exact_change():
    assert of_difference(np.zeros(20), np.full(5, 0.25), NONE) == (0.25, 0.25)


def test_one_point_on_a_side_is_enough_for_an_interval():
    low, high = of_difference(np.arange(9.0), np.array([20.0]), NONE)
    assert low < 16.0 < high


def test_noise_of_two_states_does_not_hide_where_the_level_went():
    """The medians stand in different states; their difference is stated, the shift is inside."""
    before = np.array([0.0, 0.1, 0.2, 2.0, 2.1] * 4)
    after = 5 + np.array([0.0, 0.1, 2.0, 2.1, 2.2] * 4)
    low, high = of_difference(before, after, NONE)
    stated = np.median(after) - np.median(before)
    assert stated > 6.0
    assert low <= 5.0
    assert high >= stated
