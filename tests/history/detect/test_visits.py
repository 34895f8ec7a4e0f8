"""A level that comes and goes near a change leaves open how large the change was."""

import pytest

from history.detect.visits import Shift, widened
from tests.history.detect.builders import detect, noisy


def shift(place: int, size: float, doubt: float = 0.005) -> Shift:
    return Shift(place, size, size - doubt, size + doubt)


def allowed(*shifts: Shift) -> list[tuple[float, float]]:
    return [one.allowed for one in widened(shifts)]


NOTHING = (0.0, 0.0)


def test_a_small_move_there_and_back_near_a_large_change_is_allowed_for_on_both_sides():
    up, back, large = shift(60, 0.04), shift(75, -0.042), shift(100, 0.3)
    assert allowed(up, back, large) == [NOTHING, NOTHING, (-0.042, 0.04)]
    wide = widened([up, back, large])[2]
    assert (wide.size, wide.low, wide.high) == pytest.approx((0.3, 0.253, 0.345))


def test_it_may_come_back_after_the_change():
    assert allowed(shift(65, 0.04), shift(100, 0.3), shift(135, -0.04))[1] == (-0.04, 0.04)


def test_a_move_that_lasts_takes_nothing_from_a_later_change():
    assert allowed(shift(75, 0.04), shift(100, 0.3))[1] == NOTHING
    assert allowed(shift(65, 0.04), shift(78, -0.08), shift(100, 0.3))[2] == NOTHING


def test_the_end_of_a_short_level_may_be_hidden_in_the_change_beside_it():
    """Without the way back down inside it, the change would have been larger."""
    assert allowed(shift(85, 0.04), shift(100, 0.3))[1] == (0.0, 0.04)
    assert allowed(shift(100, 0.3), shift(115, -0.04))[0] == (-0.04, 0.0)


def test_what_came_and_went_long_ago_does_not_count():
    assert allowed(shift(20, 0.04), shift(35, -0.04), shift(100, 0.3))[2] == NOTHING


def test_more_than_half_as_large_it_is_a_change_of_its_own():
    assert allowed(shift(85, 0.2), shift(92, -0.2), shift(100, 0.3))[2] == NOTHING


def test_the_flag_says_what_its_interval_allows_for():
    values = noisy(140, sigma=0.005)
    values[60:75] *= 1.04
    values[100:] *= 1.3
    plain = noisy(140, sigma=0.005)
    plain[100:] *= 1.3
    wide, narrow = detect(values).changes[-1], detect(plain).changes[-1]
    assert "come and go, -3.9% to +4.1%" in wide.rule
    assert "come and go" not in narrow.rule
    assert wide.low < 0.26 < narrow.low < 0.3 < narrow.high < 0.34 < wide.high
    assert wide.change == pytest.approx(narrow.change, abs=0.01)
