import numpy as np
import pytest
from scipy import stats

from history.stats.trend import Growth, plateau, theil_sen


@pytest.mark.parametrize("n", [5, 12, 40])
def test_theil_sen_equals_scipys(n):
    y = np.random.default_rng(n).integers(0, 9, n).astype(float)
    theirs = stats.theilslopes(y, alpha=0.95)
    ours = theil_sen(y)
    assert ours.slope == pytest.approx(theirs.slope)
    assert (ours.low, ours.high) == pytest.approx((theirs.low_slope, theirs.high_slope))


def test_one_wild_point_does_not_tilt_the_line():
    y = np.arange(20.0)
    y[3] = 1e6
    assert theil_sen(y).slope == pytest.approx(1.0)


def test_a_slope_needs_two_values():
    with pytest.raises(ValueError, match="at least two values, got 1"):
        theil_sen([1.0])


@pytest.mark.parametrize(
    ("curve", "growth"),
    [
        (lambda t: 0 * t, Growth.FLAT),
        (lambda t: 5 * (1 - np.exp(-t / 5)), Growth.PLATEAU),
        (lambda t: 0.5 * t, Growth.GROWING),
        (lambda t: -0.5 * t, Growth.SHRINKING),
    ],
)
def test_memory_that_levels_off_is_a_plateau_and_memory_that_does_not_grows(curve, growth):
    t = np.arange(60.0)
    noise = np.random.default_rng(7).normal(0, 0.05, 60)
    assert plateau(100 + curve(t) + noise).growth is growth


def test_seven_iterations_say_nothing_about_a_plateau():
    assert plateau(range(7)).growth is Growth.NOT_ENOUGH_DATA


def test_95_percent_intervals_of_a_slope_cover_it_93_to_97_times_in_100():
    noise = np.random.default_rng(8).normal(0, 1, (2000, 20))
    line = 0.3 * np.arange(20)
    found = [theil_sen(line + row) for row in noise]
    assert 0.93 <= np.mean([s.low <= 0.3 <= s.high for s in found]) <= 0.97
