"""How much points follow each other is read from short records of levels, and not read too low."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.detection.noises import normal, regressive, two_states
from history.stats.persistence import LARGEST, NONE, Persistence, effective, persistence

LONG = 20_000


def known_from(noise, seed: int, lengths: tuple[int, ...]) -> Persistence:
    """From levels of these lengths at quite different heights."""
    bounds = np.concatenate(([0], np.cumsum(lengths)))
    values = noise(np.random.default_rng(seed), int(bounds[-1]))
    return persistence(values + np.repeat(np.arange(len(lengths)) * 50.0, lengths), bounds.tolist())


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.9])
def test_an_autoregression_is_all_share_and_its_own_rho(rho):
    found = known_from(partial(regressive, rho), 1, (LONG // 2, LONG // 2))
    assert found.rho == pytest.approx(rho, abs=0.03)
    assert found.share == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(("slow", "stay"), [(0.5, 3), (0.2, 3), (0.4, 5), (0.5, 10), (0.2, 10)])
def test_of_two_states_it_knows_how_long_they_stay_and_how_far_their_ranks_lie_apart(slow, stay):
    """Ranks of a state are even over its share: 3 p (1 - p) of their variance is between states."""
    found = known_from(two_states(slow, stay), 2, (LONG,))
    assert found.rho == pytest.approx(1 - 1 / stay - slow / (1 - slow) / stay, abs=0.04)
    assert found.share == pytest.approx(3 * slow * (1 - slow), abs=0.04)


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("lengths", [(60, 5), (60, 30), (40, 40)])
def test_what_the_means_of_short_levels_hide_is_given_back(rho, lengths):
    """On average over 400 records the autocorrelation at lag 1 is hardly too small."""
    found = [known_from(partial(regressive, rho), seed, lengths) for seed in range(400)]
    ranks = 6 / np.pi * np.arcsin(rho / 2)
    assert np.mean([one.share * one.rho for one in found]) == pytest.approx(ranks, abs=0.04)


def test_independent_points_count_nearly_in_full():
    found = [known_from(normal, seed, (60, 30)) for seed in range(300)]
    assert np.median([effective(30, one) for one in found]) > 28


def test_what_the_record_says_outweighs_the_doubt_as_it_grows():
    """Few visits to a rare state leave its share nearer to 1; many show that it is 0.48."""
    noise = two_states(0.2, 3)
    short, longer = (
        np.mean([known_from(noise, seed, (length, 5)).share for seed in range(300)])
        for length in (40, 400)
    )
    assert short > longer + 0.05


def test_exact_counters_and_alternating_points_do_not_follow_each_other():
    assert persistence(np.repeat([1.0, 2.0], 20), [0, 20, 40]) == NONE
    assert persistence(np.tile([0.0, 1.0], 20), [0, 40]) == NONE


def test_points_that_follow_each_other_are_known_by_both_levels():
    waves = np.repeat([0.0, 2.0, 0.0, 2.0], 5)
    assert persistence(np.concatenate((waves, 7 + waves)), [0, 20, 40]).rho > 0.6
    assert persistence(np.concatenate((waves[::5], 7 + waves[::5])), [0, 4, 8]) == NONE


RECORDS = st.lists(
    st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=30), min_size=1, max_size=4
)


@given(RECORDS, st.integers(-1000, 1000), st.sampled_from([0.25, 1.0, 8.0]))
def test_neither_where_levels_lie_nor_the_unit_nor_the_direction_matters(levels, shift, unit):
    bounds = np.concatenate(([0], np.cumsum([len(level) for level in levels])))
    values = np.concatenate(levels)
    found = persistence(values, bounds.tolist())
    assert 0.0 <= found.share <= 1.0
    assert 0.0 <= found.rho <= LARGEST
    moved = unit * values + np.repeat(shift * np.arange(len(levels)), np.diff(bounds))
    assert persistence(moved, bounds.tolist()) == pytest.approx(found, abs=1e-6)
    backward = persistence(values[::-1], (bounds[-1] - bounds[::-1]).tolist())
    assert backward == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("points", [1, 2, 5, 40])
def test_points_count_for_as_many_as_their_mean_is_steady(points, rho, share):
    lags = np.abs(np.subtract.outer(np.arange(points), np.arange(points)))
    together = np.where(lags == 0, 1.0, share * rho**lags)
    assert effective(points, Persistence(share, rho)) == pytest.approx(points**2 / together.sum())
