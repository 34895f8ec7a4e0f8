import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.detection.first_week import caught, false_alarms
from benchmarks.detection.score import flags_of
from benchmarks.detection.series import TUNING_SEEDS
from history.detect import clear_steps
from history.detect.interface import CLEAR, ChangeStatus, Observations
from history.detect.noise import noise_sigma
from history.detect.step_detector import StepDetector
from tests.history.detect.builders import detect, noisy, stepped

SUSPECT, CONFIRMED = ChangeStatus.SUSPECT, ChangeStatus.CONFIRMED


def week(before: int, after: int, by: float = 0.3, seed: int = 1) -> np.ndarray:
    return stepped(n=before + after, at=before, by=by, sigma=0.01, seed=seed)


def exact(values: list[float]) -> tuple[tuple[int, ChangeStatus], ...]:
    found = StepDetector().detect(Observations(np.array(values, float), exact=True))
    return tuple((one.index, one.status) for one in found.changes)


@pytest.mark.parametrize("before", [5, 6, 12])
@pytest.mark.parametrize("by", [0.3, -0.3])
def test_in_a_first_week_the_second_point_makes_a_suspect_and_the_fourth_confirms(before, by):
    told = [
        [(one.index, one.status) for one in detect(week(before, after, by)).changes]
        for after in range(1, 9)
    ]
    suspect, confirmed = [(before, SUSPECT)], [(before, CONFIRMED)]
    assert told == [[], suspect, suspect, *[confirmed] * 5]


def test_nearly_every_such_step_is_told_in_time():
    (_, second, _, fourth, _) = caught(TUNING_SEEDS[0], before=5, count=40)
    assert second[0] >= 0.95
    assert fourth[1] >= 0.95


def test_seven_points_are_no_verdict_but_may_hold_a_suspect():
    found = detect(week(5, 2))
    assert not found.enough_data
    (change,) = found.changes
    assert (change.n_before, change.n_after, change.evidence.rule) == (5, 2, CLEAR)
    assert change.statistic >= change.evidence.limit == 4.0
    assert change.low <= 0.3 <= change.high


@pytest.mark.parametrize("by", [0.1, 0.2])
def test_what_runners_of_one_name_differ_by_is_no_clear_step(by):
    assert all(one.status is SUSPECT for one in detect(week(5, 4, by)).changes)


def test_four_points_before_are_too_few():
    assert detect(week(4, 4)).changes == ()


def test_a_return_before_the_fourth_point_confirms_nothing():
    values = week(6, 6)
    values[9:] /= 1.3
    assert all(one.status is SUSPECT for one in detect(values).changes)


def test_a_wide_old_level_has_no_clear_step():
    values = week(6, 4)
    values[2] *= 1.15
    assert all(one.status is SUSPECT for one in detect(values).changes)


def test_a_clear_step_does_not_pass_for_noise():
    values = np.log(week(5, 4))
    kept = clear_steps.without(values, clear_steps.FIRST_WEEK)
    assert noise_sigma(values, 0.02) > 0.1
    assert noise_sigma(kept, 0.02) < 0.02
    assert np.ptp(kept) < 0.06


def test_two_clear_steps_of_a_first_week_are_both_told():
    values = noisy(18)
    values[6:12] *= 1.4
    assert [(one.index, one.status) for one in detect(values).changes] == [
        (6, CONFIRMED),
        (12, CONFIRMED),
    ]


@pytest.mark.parametrize("count", [8, pytest.param(25, marks=pytest.mark.nightly)])
def test_noise_of_a_first_week_is_hardly_ever_confirmed(count):
    """So many series of each noise of both generators, about 300 unchanged points for each."""
    every = false_alarms(flags_of(StepDetector()), TUNING_SEEDS[0], count)["all"]
    assert every.unchanged > 280 * count
    assert every.false_confirmed_per_1000 <= 0.3


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.001, 0.08), st.integers(6, 24))
def test_steady_noise_of_a_first_week_is_never_confirmed(seed, sigma, n):
    assert all(one.status is SUSPECT for one in detect(noisy(n, sigma, seed)).changes)


def test_two_commits_confirm_a_change_of_an_exact_metric():
    rates = [0.314] * 9 + [0.771] * 4
    assert exact(rates[:10]) == ((9, SUSPECT),)
    assert exact(rates[:11]) == exact(rates[:12]) == exact(rates) == ((9, CONFIRMED),)


def test_the_same_numbers_of_a_metric_with_noise_wait():
    rates = np.array([0.314] * 25 + [0.4] * 2)
    assert [one.status for one in detect(rates).changes] == [SUSPECT]
    assert exact(list(rates)) == ((25, CONFIRMED),)


def test_a_small_step_of_a_long_exact_record_is_confirmed_at_two_commits():
    sizes = [1000.0] * 60 + [1025.0] * 2
    assert exact(sizes) == ((60, CONFIRMED),)
    assert exact([*sizes[:60], 1010.0, 1010.0]) == ()


def test_an_error_rate_that_leaves_zero_is_judged_too():
    assert exact([0.0] * 8 + [0.1] * 2) == ((8, CONFIRMED),)


def test_a_count_that_wanders_is_not_flagged_for_one_step_more():
    assert exact([100, 104, 101, 107, 103, 99, 105, 110, 111]) == ()


@given(st.lists(st.sampled_from([1.0, 1.01]), min_size=1, max_size=60))
def test_changes_below_the_minimum_effect_of_an_exact_metric_are_none(values):
    assert exact(values) == ()
