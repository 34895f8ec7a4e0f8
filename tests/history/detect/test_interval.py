"""A stated interval holds the true change about 95 times in 100, whatever the noise is like."""

from functools import partial

import numpy as np
import pytest

from history.detect.interface import ChangeKind
from history.detect.interval import effective, of_difference, stickiness
from tests.history.detect.builders import detect

BEFORE = 60
STEP = 0.30
SIGMA = 0.02


def normal(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(0, 1, n)


def heavy(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.standard_t(3, n)


def peaked(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.laplace(size=n)


def spiky(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(0, 1, n) + (rng.random(n) < 0.04) * rng.uniform(5, 40, n)


def regressive(rho: float, rng: np.random.Generator, n: int) -> np.ndarray:
    noise = np.zeros(n + 60)
    shocks = rng.normal(0, np.sqrt(1 - rho**2), n + 60)
    for i in range(1, n + 60):
        noise[i] = rho * noise[i - 1] + shocks[i]
    return noise[60:]


def two_states(share: float, stay: float):
    """Share of the slow state, and mean number of points in the rarer one; 0: each point draws."""

    def noise(rng: np.random.Generator, n: int) -> np.ndarray:
        slow = rng.random(n) < share
        if stay:
            leave_slow, leave_fast = 1 / stay, share / (1 - share) / stay
            for i in range(1, n):
                moved = rng.random() < (leave_slow if slow[i - 1] else leave_fast)
                slow[i] = slow[i - 1] ^ moved
        return rng.normal(0, 0.3, n) + 2 * slow

    return noise


def coverage(noise, points_after: int, series: int = 600) -> float:
    """Share of the steps found whose interval holds the planted change; seeds are fixed."""
    held = found = 0
    for seed in range(series):
        rng = np.random.default_rng([95, seed, points_after])
        y = SIGMA * noise(rng, BEFORE + points_after)
        y[BEFORE:] += np.log1p(STEP)
        for change in detect(100 * np.exp(y)).changes:
            if abs(change.index - BEFORE) <= 2 and change.kind is ChangeKind.STEP:
                found += 1
                held += change.low <= STEP <= change.high
    assert found > 0.8 * series
    return held / found


NOISES = {
    "normal": normal,
    "heavy": heavy,
    "peaked": peaked,
    "spiky": spiky,
    "weakly correlated": partial(regressive, 0.3),
    "strongly correlated": partial(regressive, 0.6),
    "two states, half and half": two_states(0.5, 0),
    "two states, 60 and 40 %": two_states(0.4, 0),
    "two states, 80 and 20 %": two_states(0.2, 0),
    "half and half, for three points": two_states(0.5, 3),
    "80 and 20 %, for three points": two_states(0.2, 3),
    "60 and 40 %, for five points": two_states(0.4, 5),
    "half and half, for ten points": two_states(0.5, 10),
    "80 and 20 %, for ten points": two_states(0.2, 10),
}


CAREFUL = {
    ("80 and 20 %, for three points", 30),
    ("60 and 40 %, for five points", 3),
    ("60 and 40 %, for five points", 5),
}
"""Here 98 times in 100: the interval is up to 7 % wider than it need be. States stay, the ranks
within a state do not; one autocorrelation stands for both, and the points count for too few."""
CELLS = [(noise, points) for noise in NOISES for points in (3, 5, 10, 30)]


@pytest.mark.parametrize(("noise", "points_after"), CELLS)
def test_it_holds_the_true_change_93_to_97_times_in_100(noise, points_after):
    # 600 series know a share to within 0.9 in 100.
    most = 0.985 if (noise, points_after) in CAREFUL else 0.975
    assert 0.925 <= coverage(NOISES[noise], points_after) <= most


def test_it_holds_the_difference_it_is_about_and_turns_round_with_it():
    rng = np.random.default_rng(1)
    before, after = rng.normal(0, 1, 30), rng.normal(5, 1, 7)
    low, high = of_difference(before, after, 0.0)
    assert low < np.median(after) - np.median(before) < high
    assert of_difference(after, before, 0.0) == pytest.approx((-high, -low))
    assert of_difference(before + 3, after + 3, 0.0) == pytest.approx((low, high))


def test_more_points_narrow_it_and_autocorrelation_widens_it():
    rng = np.random.default_rng(2)
    before, after = rng.normal(0, 1, 40), rng.normal(5, 1, 40)

    def width(points: int, rho: float) -> float:
        low, high = of_difference(before, after[:points], rho)
        return high - low

    assert width(40, 0.0) < width(10, 0.0) < width(3, 0.0)
    assert width(40, 0.5) > 1.3 * width(40, 0.0)


def test_exact_counters_have_an_exact_change():
    assert of_difference(np.zeros(20), np.full(5, 0.25), 0.0) == (0.25, 0.25)


def test_one_point_on_a_side_is_enough_for_an_interval():
    low, high = of_difference(np.arange(9.0), np.array([20.0]), 0.0)
    assert low < 16.0 < high


def test_noise_of_two_states_does_not_hide_where_the_level_went():
    """The medians stand in different states; their difference is stated, the shift is inside."""
    before = np.array([0.0, 0.1, 0.2, 2.0, 2.1] * 4)
    after = 5 + np.array([0.0, 0.1, 2.0, 2.1, 2.2] * 4)
    low, high = of_difference(before, after, 0.0)
    stated = np.median(after) - np.median(before)
    assert stated > 6.0
    assert low <= 5.0
    assert high >= stated


def test_points_that_follow_each_other_are_known_by_both_levels():
    waves = np.repeat([0.0, 2.0, 0.0, 2.0], 5)
    assert stickiness(np.concatenate((waves, 7 + waves)), [0, 20, 40]) > 0.6
    assert stickiness(np.concatenate((waves[::5], 7 + waves[::5])), [0, 4, 8]) == 0.0


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("lengths", [(60, 5), (60, 30), (40, 40)])
def test_what_the_means_of_the_levels_hide_of_it_is_given_back(lengths, rho):
    """On average over 1,000 series; left as it is, rho comes out up to 0.07 too small."""
    rng = np.random.default_rng(3)
    before, points = lengths[0], sum(lengths)
    found = [stickiness(regressive(rho, rng, points), [0, before, points]) for _ in range(1000)]
    assert np.mean(found) == pytest.approx(rho, abs=0.03)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("points", [1, 2, 5, 40])
def test_points_that_follow_each_other_count_for_as_many_as_their_mean_is_steady(points, rho):
    lags = np.abs(np.subtract.outer(np.arange(points), np.arange(points)))
    assert effective(points, rho) == pytest.approx(points**2 / (rho**lags).sum())
