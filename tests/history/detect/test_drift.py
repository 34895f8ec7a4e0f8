"""A slow ramp is told from steps by which of them fits better."""

import numpy as np
import pytest

from history.detect.drift import SHORTEST_RAMP, best_ramp, ramp_groups
from tests.history.detect.builders import prepared, ramp, stepped


@pytest.mark.parametrize(("start", "end"), [(20, 60), (35, 43), (10, 90)])
def test_the_ends_of_a_ramp_without_noise_are_found(start, end):
    y = np.interp(np.arange(100), [start, end], [1.0, 2.0])
    found = best_ramp(y, np.ones(100), SHORTEST_RAMP)
    assert (found.start, found.end) == pytest.approx((start, end), abs=1)
    assert (found.before, found.after) == pytest.approx((1.0, 2.0), abs=0.02)
    assert found.error == pytest.approx(0.0, abs=0.01)


def test_points_that_count_for_nothing_do_not_bend_a_ramp():
    y = np.interp(np.arange(100), [20, 60], [1.0, 2.0])
    weights = np.ones(100)
    y[40], weights[40] = 50.0, 0.0
    assert best_ramp(y, weights, SHORTEST_RAMP).after == pytest.approx(2.0, abs=0.02)


def test_nine_points_have_no_room_for_a_ramp():
    assert best_ramp(np.arange(9.0), np.ones(9), SHORTEST_RAMP) is None


def test_boundaries_along_a_ramp_are_one_group():
    signal = prepared(ramp(n=200, start=60, end=140, by=0.3))
    ((first, last, found),) = ramp_groups(signal, 0.0, [0, 75, 100, 125, 200])
    assert (first, last) == (1, 3)
    assert found.start < 75
    assert found.end > 125


def test_a_step_is_no_ramp():
    signal = prepared(stepped(n=100, at=60))
    assert ramp_groups(signal, 0.0, [0, 60, 100]) == [(1, 1, None)]


def test_steps_in_opposite_directions_are_no_group():
    signal = prepared(stepped(n=120, at=40, by=0.3) * np.repeat([1.0, 1 / 1.3], [80, 40]))
    assert ramp_groups(signal, 0.0, [0, 40, 80, 120]) == [(1, 1, None), (2, 2, None)]


def test_one_level_has_no_groups():
    assert ramp_groups(prepared(stepped()), 0.0, [0, 100]) == []
