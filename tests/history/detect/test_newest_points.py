import numpy as np
import pytest

from history.detect.interface import ChangeStatus, Observations
from history.detect.step_detector import StepDetector
from tests.history.detect.builders import detect, noisy, stepped


@pytest.mark.parametrize("new_points", [1, 2])
def test_one_or_two_far_points_are_a_suspect(new_points):
    (change,) = detect(stepped(n=110 + new_points, at=110, by=0.3)).changes
    assert change.status is ChangeStatus.SUSPECT
    assert (change.index, change.n_after) == (110, new_points)
    assert (change.evidence.rule, change.evidence.points) == ("suspect", new_points)
    assert abs(change.statistic) >= change.evidence.limit
    assert change.low < 0.3 < change.high


def test_the_third_point_confirms():
    (change,) = detect(stepped(n=83, at=80, by=0.3)).changes
    assert change.status is ChangeStatus.CONFIRMED
    assert change.index == 80


def test_a_suspect_that_was_a_spike_disappears():
    values = noisy(120)
    values[110] *= 1.3
    assert len(detect(values[:111]).changes) == 1
    assert detect(values[:114]).changes == ()


def test_one_point_needs_a_hundred_before_it():
    assert detect(stepped(n=100, at=99, by=0.3)).changes == ()
    assert len(detect(stepped(n=101, at=100, by=0.3)).changes) == 1


def test_a_history_with_such_spikes_raises_no_suspect():
    values = stepped(n=111, at=110, by=0.3)
    assert len(detect(values).changes) == 1
    values[[20, 45]] *= 1.3
    assert detect(values).changes == ()


def test_two_far_points_are_believed_although_single_spikes_are_known():
    values = stepped(n=82, at=80, by=0.4)
    values[[20, 45]] *= 1.3
    (change,) = detect(values).changes
    assert change.index == 80


def test_two_points_on_different_sides_are_no_suspect():
    values = noisy(82)
    values[80:] *= [1.3, 0.7]
    assert all(c.index != 80 for c in detect(values).changes)


def test_a_run_with_scattered_samples_is_no_suspect():
    values = stepped(n=111, at=110, by=0.3)
    spread, counts = np.full(111, 1.0), np.full(111, 10)
    assert len(StepDetector().detect(Observations(values, spread, counts)).changes) == 1
    spread[110] = 80.0
    assert StepDetector().detect(Observations(values, spread, counts)).changes == ()


def test_three_new_points_need_no_more_than_many_once_twenty_are_on_record():
    def found(at: int) -> int:
        return sum(
            any(c.index == at for c in detect(stepped(at + 3, at, by=0.045, seed=seed)).changes)
            for seed in range(40)
        )

    assert found(15) < 15
    assert found(25) > 30
    assert found(60) > 30


def test_two_spikes_among_three_new_points_are_not_a_level():
    values = noisy(83)
    values[[80, 82]] *= 1.5
    assert [c for c in detect(values).changes if c.status is ChangeStatus.CONFIRMED] == []


def test_a_young_level_no_further_out_than_earlier_excursions_is_not_a_change():
    values = noisy(150, 0.01)
    quiet = values.copy()
    values[60:64] *= 1.06  # four points, twice
    values[100:104] *= 1.06
    for series in (values, quiet):
        series[146:] *= 1.06
    assert [c.index for c in detect(quiet).changes] == [146]
    assert all(c.index != 146 for c in detect(values).changes)
