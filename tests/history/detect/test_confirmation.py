import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.detection.series import TUNING_SEEDS, one
from history.detect.confirmation import T_CONFIRMED, chance
from history.detect.interface import ChangeKind, ChangeStatus
from tests.history.detect.builders import detect, noisy, stepped


def found_in(family, number):
    return detect(one(family, number, TUNING_SEEDS[0]).observations.values).changes


records = st.lists(st.floats(-5, 5), min_size=8, max_size=60).map(np.array)


def test_a_weak_step_is_a_suspect_first_and_confirmed_as_points_arrive():
    values = stepped(n=140, at=80, by=0.045, sigma=0.03)
    words = [detect(values[:now]).changes[-1].status for now in range(92, 141, 12)]
    assert words[0] is ChangeStatus.SUSPECT
    assert words[-1] is ChangeStatus.CONFIRMED
    assert words == sorted(words, reverse=True)  # once confirmed it stays


def test_three_points_confirm_where_nothing_was_ever_as_far_out():
    assert detect(stepped(n=83, by=0.2, at=80)).changes[0].status is ChangeStatus.CONFIRMED


def test_where_spikes_are_on_record_more_points_are_asked_for():
    values = stepped(n=90, by=0.4, at=80)
    values[[10, 11, 30, 45, 46, 70]] *= 1.5
    assert all(c.status is ChangeStatus.SUSPECT for c in detect(values[:83]).changes)
    (change,) = detect(values).changes
    assert (change.index, change.status) == (80, ChangeStatus.CONFIRMED)


def test_a_level_after_a_short_history_stays_a_suspect_for_longer():
    early, late = stepped(n=20, at=12, by=0.05), stepped(n=58, at=50, by=0.05)
    (change,) = detect(early).changes
    assert change.status is ChangeStatus.SUSPECT
    assert [c.status for c in detect(late).changes] == [ChangeStatus.CONFIRMED]


def test_a_change_between_past_levels_is_confirmed():
    values = noisy(200, 0.02)
    values[60:] *= 1.04
    values[120:] *= 1.3
    assert {c.status for c in detect(values).changes} == {ChangeStatus.CONFIRMED}


def test_plateaus_that_have_ended_are_confirmed_one_like_the_other():
    values = noisy(200, 0.01)
    for start in (60, 90, 120):
        values[start : start + 6] *= 1.2
    changes = detect(values).changes
    assert [c.index for c in changes] == [60, 66, 90, 96, 120, 126]
    assert {c.status for c in changes} == {ChangeStatus.CONFIRMED}


def test_a_step_after_a_short_record_waits_until_forty_points_stand_on_it():
    values = stepped(n=100, at=30, by=0.06)
    assert detect(values[:36]).changes[0].status is ChangeStatus.SUSPECT
    assert detect(values[:70]).changes[0].status is ChangeStatus.CONFIRMED


def test_a_small_step_is_confirmed_once_forty_points_stand_on_it_or_never():
    clear, faint = stepped(n=120, at=60, by=0.07, sigma=0.03), stepped(n=120, by=0.035, sigma=0.03)
    assert [c.status for c in detect(clear).changes] == [ChangeStatus.CONFIRMED]
    assert all(c.status is ChangeStatus.SUSPECT for c in detect(faint).changes)


def test_a_short_ramp_is_confirmed_when_a_level_stands_after_it():
    values = noisy(75)
    values[40:54] *= np.exp(np.linspace(0, 0.3, 14))
    values[54:] *= np.exp(0.3)
    (early,), (late,) = detect(values[:58]).changes, detect(values).changes
    assert (early.kind, early.status) == (ChangeKind.DRIFT, ChangeStatus.SUSPECT)
    assert (late.kind, late.status) == (ChangeKind.DRIFT, ChangeStatus.CONFIRMED)


@pytest.mark.parametrize(("number", "index"), [(3, 309), (5, 15)])
def test_a_change_whose_interval_holds_no_change_at_all_is_a_suspect(number, index):
    (change,) = (change for change in found_in("spiky", number) if change.index == index)
    assert abs(change.statistic) > 2 * T_CONFIRMED
    assert change.low <= 0 <= change.high
    assert change.status is ChangeStatus.SUSPECT


def test_no_confirmed_change_may_be_none():
    confirmed = [
        change
        for family in ("spiky", "heavy", "two-state", "lognormal")
        for number in range(6)
        for change in found_in(family, number)
        if change.status is ChangeStatus.CONFIRMED
    ]
    assert len(confirmed) > 20
    assert all(change.low > 0 or change.high < 0 for change in confirmed)


@given(records, st.floats(0.1, 20), st.integers(1, 20))
def test_a_longer_run_and_a_farther_level_are_never_likelier(record, away, points):
    assert 0 <= chance(record, away, points + 1) <= chance(record, away, points) <= 1
    assert chance(record, 2 * away, 1) <= chance(record, away, 1)


def test_noise_that_stays_out_makes_runs_likelier():
    single, paired = np.zeros(100), np.zeros(100)
    single[[10, 30, 50, 70]] = 1.0
    paired[[10, 11, 50, 51]] = 1.0
    assert chance(paired, 1.0, 3) > 2 * chance(single, 1.0, 3)
    assert chance(single, -1.0, 3) < chance(single, 1.0, 3)
