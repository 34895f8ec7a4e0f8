"""A small move of the noise near a change leaves open how large the change was."""

import numpy as np
import pytest

from history.detect.interface import Change
from history.detect.transient_levels import shift_at
from tests.history.detect.builders import detect, noisy, prepared


def with_moves(**moves: float) -> np.ndarray:
    """140 points, of which those from 100 on are 30 % higher; moves: p60=1.04 from point 60 on."""
    values = noisy(140, sigma=0.005)
    values[100:] *= 1.3
    for at, factor in moves.items():
        values[int(at[1:]) :] *= factor
    return values


def change_at(values: np.ndarray, place: int = 100) -> Change:
    return next(one for one in detect(values).changes if one.index == place)


def test_the_end_of_a_short_level_may_be_hidden_in_the_change_beside_it():
    """Its 4 % may have gone as the change came, which was then 1.3 * 1.04."""
    plain, wide = change_at(with_moves()), change_at(with_moves(p85=1.04))
    assert plain.low < 0.3 < plain.high < 0.31
    assert wide.low < 0.3 < 1.3 * 1.04 - 1 < wide.high < 0.37
    assert wide.change == pytest.approx(0.3, abs=0.01)


def test_so_may_the_beginning_of_one_after_it():
    wide = change_at(with_moves(p115=1.04))
    assert wide.low < 0.3 < 1.3 * 1.04 - 1 < wide.high < 0.37


def test_a_short_level_that_ended_before_the_change_is_noise_as_well():
    wide = change_at(with_moves(p85=1.04, p93=1 / 1.04))
    assert wide.low < 0.3 < wide.high < 0.33


def test_a_move_that_lasts_takes_next_to_nothing_from_a_later_change():
    """Its own level is the base, so the interval keeps to the noise of that."""
    later = change_at(with_moves(p75=1.04))
    assert 0.28 < later.low < 0.3 < later.high < 0.325


def test_what_moved_long_ago_does_not_count():
    old = noisy(240, sigma=0.005)
    old[200:] *= 1.3
    moved = old.copy()
    moved[20:35] *= 1.04
    then, now = change_at(moved, 200), change_at(old, 200)
    assert (then.low, then.high) == pytest.approx((now.low, now.high), abs=2e-4)


def test_more_than_half_as_large_it_is_a_change_of_its_own():
    signal = prepared(with_moves(p85=1.2))
    bounds = [0, 85, 100, 140]
    own = shift_at(signal, bounds, 100, {85: 0.18, 100: 0.26})
    noise = shift_at(signal, bounds, 100, {85: 0.12, 100: 0.26})
    assert own.ignored == ()
    assert own.high - own.low < 0.03
    assert noise.ignored == (0.12,)
    assert noise.high - noise.low > 0.15


def test_the_flag_says_which_moves_its_interval_takes_for_noise():
    flagged = change_at(with_moves(p85=1.04))
    assert [round(move, 2) for move in flagged.evidence.ignored] == [0.04]
    assert change_at(with_moves(p75=1.04)).evidence.ignored == ()
