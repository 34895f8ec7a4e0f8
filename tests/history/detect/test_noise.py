import numpy as np
import pytest

from history.detect.noise import autocorrelation, noise_sigma, quantile, running_median
from tests.history.detect.builders import noisy, stepped


def test_the_noise_of_normal_points_is_their_deviation():
    found = [noise_sigma(np.log(noisy(400, 0.02, seed)), 0.02) for seed in range(20)]
    assert np.mean(found) == pytest.approx(0.02, rel=0.12)  # the largest of several estimates


def test_a_step_does_not_look_like_noise():
    flat = noise_sigma(np.log(noisy(100)), 0.02)
    assert noise_sigma(np.log(stepped(by=0.5)), 0.02) == pytest.approx(flat, rel=0.15)


def test_two_states_look_like_noise_although_neighbours_often_agree():
    state = np.repeat([0.0, 1.0] * 20, 5)  # five points in each state
    assert noise_sigma(0.1 * state, 0.02) > 0.05


def test_constants_have_the_floor_as_noise():
    assert noise_sigma(np.zeros(30), 0.02) == pytest.approx(0.0016)
    assert noise_sigma(np.zeros(1), 0.02) == pytest.approx(0.0016)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.8, 1.0])
def test_quantiles_equal_numpys(share):
    ordered = np.sort(np.random.default_rng(1).normal(size=17))
    assert quantile(ordered, share) == pytest.approx(np.quantile(ordered, share))


def test_the_running_median_removes_triples_and_keeps_edges():
    y = np.zeros(30)
    y[10:13] = 5.0
    assert not running_median(y).any()
    y = np.repeat([0.0, 1.0], 10)
    np.testing.assert_array_equal(running_median(y), y)


def test_the_running_median_keeps_three_new_points_at_the_end():
    y = np.zeros(20)
    y[-3:] = 1.0
    np.testing.assert_array_equal(running_median(y), y)


@pytest.mark.parametrize("n", [1, 2, 3, 6, 7])
def test_the_running_median_of_a_few_points_has_their_length(n):
    assert running_median(np.arange(float(n))).tolist() == list(range(n))


def test_the_autocorrelation_of_known_noise_is_found():
    rng = np.random.default_rng(2)
    noise = np.zeros(4000)
    for i in range(1, 4000):
        noise[i] = 0.5 * noise[i - 1] + rng.normal()
    assert autocorrelation(noise, [0, 4000]) == pytest.approx(0.5, abs=0.05)
    assert autocorrelation(rng.normal(size=4000), [0, 2000, 4000]) < 0.05


def test_a_step_between_levels_is_not_autocorrelation():
    y = np.log(stepped(n=400, at=200, by=0.5))
    assert autocorrelation(y, [0, 200, 400]) < 0.15
    assert autocorrelation(y, [0, 400]) > 0.8
    assert autocorrelation(np.zeros(10), [0, 10]) == 0.0
