"""A series is cut where it changed; each stretch has the median of what was measured in it."""

from math import nan

from history.judge.levels import Level, levels
from tests.history.judge.builders import trend


def test_stretches_lie_between_changes():
    found = levels(trend([1.0, 1.0, 3.0, 2.0, 2.0]), [3])
    assert found == (Level(0, 2, 1.0), Level(3, 4, 2.0))


def test_without_a_change_there_is_one_level():
    assert levels(trend([1.0, 2.0, 3.0]), []) == (Level(0, 2, 2.0),)


def test_absent_points_have_a_place_and_no_value():
    found = levels(trend([nan, 1.0, nan, 2.0, nan], status=[2, 0, 2, 0, 2]), [2])
    assert found == (Level(0, 1, 1.0), Level(2, 4, 2.0))


def test_a_stretch_in_which_nothing_was_measured_is_no_level():
    assert levels(trend([nan, nan, 1.0], status=[1, 1, 0]), [2, 2]) == (Level(2, 2, 1.0),)
