"""A stated interval holds the true change about 95 times in 100, whatever the noise is like."""

import numpy as np
import pytest

from history.detect.interface import ChangeKind
from history.detect.interval import of_difference
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


def weakly_correlated(rng: np.random.Generator, n: int) -> np.ndarray:
    return regressive(0.3, rng, n)


def strongly_correlated(rng: np.random.Generator, n: int) -> np.ndarray:
    return regressive(0.6, rng, n)


def two_states(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(0, 0.3, n) + 2 * (rng.random(n) < 0.4)


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


@pytest.mark.parametrize("points_after", [5, 10, 30])
@pytest.mark.parametrize("noise", [normal, heavy, peaked, spiky, weakly_correlated])
def test_it_holds_the_true_change_93_to_97_times_in_100(noise, points_after):
    assert 0.93 <= coverage(noise, points_after) <= 0.975


@pytest.mark.parametrize("points_after", [5, 10, 30])
def test_strong_autocorrelation_costs_a_little_of_that(points_after):
    assert 0.925 <= coverage(strongly_correlated, points_after) <= 0.97


def test_two_states_of_nearly_equal_share_break_it_once_it_is_narrow():
    assert coverage(two_states, 10) >= 0.93
    # The median of thirty points may lie in the state that only 40 % of the nights are in.
    assert 0.75 <= coverage(two_states, 30) <= 0.90


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
