"""A boundary stays if its levels lie far enough apart for their length."""

import math

import pytest

from history.detect.prune import contrast, excursion_factor, needed_t, prune
from tests.history.detect.builders import noisy, prepared, stepped


@pytest.mark.parametrize(("shorter", "needed"), [(3, 7), (10, 4), (40, 4)])
def test_the_shorter_the_level_the_larger_the_t_it_needs(shorter, needed):
    assert needed_t(shorter) == needed


@pytest.mark.parametrize(
    ("points", "factor"), [(3, 2), (4, 2), (5, 1.75), (6, 1.5), (7, 1.25), (8, 1), (30, 1)]
)
def test_an_inner_level_needs_more_the_more_it_looks_like_an_excursion(points, factor):
    assert excursion_factor(points) == factor


def test_a_first_level_of_four_points_is_never_cut_off():
    signal = prepared(stepped(n=40, at=4, by=1.0))
    assert contrast(signal, 0.0, [0, 4, 40], 1).needed == math.inf
    assert prune(signal, 0.0, [0, 4, 40], 0.02) == [0, 40]


def test_the_newest_level_after_twenty_points_needs_less():
    signal = prepared(stepped(n=43, at=40))
    assert contrast(signal, 0.0, [0, 40, 43], 1).needed == 3.5
    assert contrast(signal, 0.0, [0, 10, 43], 1).needed == 4


def test_points_that_follow_each_other_count_for_fewer():
    signal = prepared(stepped(n=80, at=40))
    alone, together = (contrast(signal, rho, [0, 40, 80], 1) for rho in (0.0, 0.5))
    assert together.error == pytest.approx(alone.error * 3**0.5)


def test_a_step_stays_and_boundaries_in_noise_go():
    signal = prepared(stepped(n=100, at=60))
    assert prune(signal, 0.0, [0, 20, 40, 60, 80, 100], 0.02) == [0, 60, 100]
    assert prune(prepared(noisy(100)), 0.0, [0, 50, 100], 0.02) == [0, 100]


def test_a_step_below_the_minimum_effect_goes_however_clear_it_is():
    signal = prepared(stepped(n=80, at=40, by=0.10, sigma=0.001))
    assert prune(signal, 0.0, [0, 40, 80], 0.02) == [0, 40, 80]
    assert prune(signal, 0.0, [0, 40, 80], 0.12) == [0, 80]
