"""A boundary lands where it is least likely to be far from the change."""

import numpy as np
import pytest

from history.detect.interface import Observations
from history.detect.localise import relocate
from history.detect.preprocess import Signal, measured, prepare
from tests.history.detect.builders import noisy

WAVE = np.tile([0.3, -0.3], 15)
"""Noise around a level."""
UNCLEAR = np.array([0.0, 1.0, 0.1, 0.5, 0.5, 0.5, 0.5, 1.0])
"""Between a level at 0 and one at 1: of all places the second fits best, the fourth to the eighth
hardly less, and each of these has others beside it."""


def signal_of(y: np.ndarray) -> Signal:
    observations = Observations(np.exp(0.1 * y))
    return prepare(observations, measured(observations), 0.02)


def test_among_places_that_fit_alike_it_takes_the_middle_not_the_lone_best():
    signal = signal_of(np.concatenate((WAVE, UNCLEAR, 1 + WAVE)))
    assert relocate(signal, 0.0, [0, 33, signal.n]) == [0, 35, signal.n]


def test_the_newest_points_have_no_neighbourhood_yet_and_the_best_place_stands():
    signal = signal_of(np.concatenate((WAVE, UNCLEAR)))
    assert relocate(signal, 0.0, [0, 34, signal.n]) == [0, 31, signal.n]


@pytest.mark.parametrize("at", [20, 43, 60])
@pytest.mark.parametrize("off", [-5, -1, 0, 2, 5])
def test_a_clear_step_is_put_on_its_commit(at, off):
    values = noisy(80, 0.01)
    values[at:] *= 1.1
    observations = Observations(values)
    signal = prepare(observations, measured(observations), 0.02)
    assert relocate(signal, 0.0, [0, at + off, 80]) == [0, at, 80]


def test_a_spike_beside_a_step_does_not_drag_it():
    values = noisy(80, 0.01)
    values[40:] *= 1.1
    values[36] *= 3
    observations = Observations(values)
    signal = prepare(observations, measured(observations), 0.02)
    assert relocate(signal, 0.0, [0, 42, 80]) == [0, 40, 80]


def test_a_boundary_stays_between_its_neighbours():
    signal = signal_of(np.concatenate((WAVE, UNCLEAR, 1 + WAVE)))
    bounds = relocate(signal, 0.0, [0, 30, 34, 38, signal.n])
    assert np.diff(bounds).min() >= 3


def test_small_steps_are_seldom_far_from_their_commit():
    """Of steps of 2.5 times a noise with heavy tails one in thirty; the lone best: one in 14."""
    far = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        y = 0.02 * rng.standard_t(3, 80)
        y[40:] += 0.05
        observations = Observations(np.exp(y))
        signal = prepare(observations, measured(observations), 0.02)
        far += abs(relocate(signal, 0.0, [0, 40 + int(rng.integers(-3, 4)), 80])[1] - 40) > 2
    assert far <= 14
