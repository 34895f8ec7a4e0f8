from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.detect.interface import ChangeKind, ChangeStatus, Detector, Evidence, Observations
from history.detect.step_detector import StepDetector
from tests.history.detect.builders import detect, noisy, ramp, stepped

seeds = st.integers(0, 10_000)
few = settings(max_examples=25, deadline=None)


def planted(seed: int) -> np.ndarray:
    """A series with up to three steps of any size, chosen by the seed."""
    rng = np.random.default_rng(seed)
    values = noisy(int(rng.integers(30, 200)), rng.uniform(0.002, 0.05), seed)
    for _ in range(rng.integers(0, 4)):
        values[int(rng.integers(5, values.size - 5)) :] *= np.exp(rng.normal(0, 0.2))
    return values


def test_a_ten_percent_step_is_found_on_its_commit():
    (change,) = detect(stepped(at=60, by=0.10)).changes
    assert (change.index, change.previous_index, change.end_index) == (60, 59, 60)
    assert (change.kind, change.status) == (ChangeKind.STEP, ChangeStatus.CONFIRMED)
    assert change.change == pytest.approx(0.10, abs=0.01)
    assert change.low < 0.10 < change.high
    assert (change.n_before, change.n_after) == (40, 40)


def test_the_change_is_the_ratio_of_the_medians():
    (change,) = detect(stepped()).changes
    values = stepped()
    assert change.before == np.median(values[20:60])
    assert change.after == np.median(values[60:100])
    assert change.change == change.after / change.before - 1


@pytest.mark.parametrize("by", [0.6, 0.1, 0.05, -0.05, -0.1, -0.4])
def test_steps_of_any_size_and_both_directions_are_found(by):
    (change,) = detect(stepped(by=by)).changes
    assert change.index == 60
    assert np.sign(change.change) == np.sign(by)


def test_a_step_below_the_minimum_effect_is_not_flagged_unless_asked_for():
    values = stepped(by=0.01, sigma=0.0005)
    assert detect(values).changes == ()
    (change,) = detect(values, minimum_effect=0.005).changes
    assert change.index == 60


def test_pure_noise_has_no_change():
    flags = sum(len(detect(noisy(200, 0.02, seed)).changes) for seed in range(100))
    assert flags <= 2  # 20,000 unchanged points


def test_spikes_are_not_changes():
    values = noisy(150)
    values[[30, 31, 77, 120]] *= [1.8, 1.7, 2.5, 0.5]
    found = detect(values)
    assert found.changes == ()
    assert {30, 31, 77, 120} <= set(found.clipped)


def test_noise_that_jumps_between_two_states_is_not_a_change():
    flags = 0
    for seed in range(30):
        state = np.random.default_rng(seed).random(200) < 0.4
        flags += len(detect(noisy(200, 0.005, seed) * (1 + 0.08 * state)).changes)
    assert flags <= 1


def test_autocorrelated_noise_is_not_a_change():
    flags = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        noise = np.zeros(200)
        for i in range(1, 200):
            noise[i] = 0.6 * noise[i - 1] + rng.normal(0, 0.01)
        flags += len(detect(100 * np.exp(noise)).changes)
    assert flags <= 1


def test_a_short_plateau_is_two_changes():
    values = noisy(120)
    values[50:57] *= 1.15
    assert [c.index for c in detect(values).changes] == [50, 57]


def test_an_excursion_of_three_commits_is_not_a_level():
    values = noisy(120, 0.02)
    values[50:53] *= 1.15
    assert detect(values).changes == ()


@pytest.mark.parametrize(("sigmas", "least", "most"), [(3, 0, 30), (6, 76, 80)])
def test_six_points_are_a_level_only_if_they_lie_far_out(sigmas, least, most):
    flags = 0
    for seed in range(40):
        values = noisy(120, 0.02, seed)
        values[50:56] *= np.exp(sigmas * 0.02)
        flags += len(detect(values).changes)
    assert least <= flags <= most


def test_every_step_of_a_staircase_is_found():
    values = noisy(200)
    for at in (50, 100, 150):
        values[at:] *= 1.08
    assert [c.index for c in detect(values).changes] == [50, 100, 150]


def test_constants_have_no_change_and_an_exact_step_in_them_is_found():
    assert detect(np.full(50, 7.0)).changes == ()
    assert detect(np.zeros(50)).changes == ()
    values = np.full(50, 1000.0)
    values[30:] = 1020.0
    (change,) = detect(values).changes
    assert change.index == 30
    assert change.change == pytest.approx(0.02)


def test_ties_from_a_coarse_clock_give_no_flag():
    assert detect(np.round(noisy(150, 0.01) / 2) * 2).changes == ()


def test_absences_are_stepped_over_and_name_the_commit_range():
    values = stepped(n=100, at=60)
    values[57:60] = np.nan
    values[10] = np.inf
    found = detect(values)
    (change,) = found.changes
    assert (change.previous_index, change.index) == (56, 60)
    assert found.n == 96


@pytest.mark.parametrize("n", [0, 1, 7])
def test_fewer_than_eight_points_are_not_enough_data(n):
    found = detect(noisy(n))
    assert not found.enough_data
    assert found.changes == ()
    assert (found.n, found.n_needed) == (n, 8)
    assert np.isnan(found.minimum_detectable_change)


def test_eight_points_are_enough_for_a_verdict():
    assert detect(noisy(8)).enough_data


def test_values_that_reach_zero_or_below_are_judged_on_a_linear_scale():
    values = np.random.default_rng(3).normal(0, 1, 100)
    values[60:] += 12
    (change,) = detect(values).changes
    assert change.index == 60
    growth = 50 + np.random.default_rng(3).normal(0, 1, 100)
    growth[60:] += 10
    growth[5] = 0.0
    (change,) = detect(growth).changes
    assert change.change == pytest.approx(0.2, abs=0.02)
    assert change.low < 0.2 < change.high


def test_a_run_whose_samples_scattered_counts_for_less():
    values = noisy(60)
    spread = np.full(60, 1.0)
    counts = np.full(60, 10)
    values[40], spread[40] = 130.0, 60.0
    found = StepDetector().detect(Observations(values, spread, counts))
    assert found.downweighted == (40,)
    assert found.changes == ()


def test_a_flag_explains_itself():
    (change,) = detect(stepped()).changes
    assert change.evidence == Evidence(rule="step", limit=3.5)
    assert (change.n_before, change.n_after) == (40, 40)
    assert abs(change.statistic) > 3.5


def test_the_detector_keeps_its_contract():
    assert isinstance(StepDetector(), Detector)


@few
@given(seeds, st.floats(1e-6, 1e6))
def test_the_unit_does_not_matter(seed, factor):
    plain, scaled = detect(planted(seed)).changes, detect(planted(seed) * factor).changes
    assert [c.index for c in scaled] == [c.index for c in plain]
    for a, b in zip(plain, scaled, strict=True):
        assert b.change == pytest.approx(a.change)
        assert b.after == pytest.approx(a.after * factor)


@few
@given(seeds)
def test_an_inverted_series_has_the_same_changes_with_the_opposite_sign(seed):
    plain, inverted = detect(planted(seed)).changes, detect(1 / planted(seed)).changes
    assert [c.index for c in inverted] == [c.index for c in plain]
    for a, b in zip(plain, inverted, strict=True):
        assert (1 + a.change) * (1 + b.change) == pytest.approx(1, rel=0.01)
        assert b.statistic == pytest.approx(-a.statistic)


@few
@given(seeds)
def test_the_same_history_gives_the_same_answer_and_is_not_written_to(seed):
    values = planted(seed)
    before = values.copy()
    assert detect(values) == detect(values)
    np.testing.assert_array_equal(values, before)


@few
@given(seeds, seeds)
def test_leading_absences_only_shift_the_indices(seed, other):
    values = planted(seed)
    gap = other % 20
    padded = np.concatenate((np.full(gap, np.nan), values))
    assert [c.index - gap for c in detect(padded).changes] == [
        c.index for c in detect(values).changes
    ]


@few
@given(seeds)
def test_changes_come_in_order_and_their_parts_agree(seed):
    values = planted(seed)
    changes = detect(values).changes
    for a, b in pairwise(changes):
        assert a.index < b.index
    for c in changes:
        assert 0 <= c.previous_index < c.index <= c.end_index < values.size
        assert c.low <= c.change <= c.high
        assert (c.change > 0) == (c.after > c.before) == (c.statistic > 0)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_series_whatever_breaks_the_detector(values):
    found = detect(np.asarray(values, dtype=float))
    assert found.n <= len(values)


def test_a_ramp_is_one_drift_and_no_step():
    (change,) = detect(ramp(start=60, end=140, by=0.3)).changes
    assert change.kind is ChangeKind.DRIFT
    assert change.previous_index == pytest.approx(60, abs=6)
    assert change.end_index == pytest.approx(140, abs=6)
    assert change.previous_index < change.index < change.end_index
    assert change.change == pytest.approx(0.3, abs=0.02)
    assert change.low < change.change < change.high
    assert (change.evidence.rule, change.evidence.limit) == ("drift", 0.0)
    assert change.evidence.points == change.end_index - change.previous_index
    assert change.evidence.steps >= 1


def test_a_ramp_that_has_not_ended_is_a_drift_already():
    (change,) = detect(ramp(n=150, start=90, end=149)).changes
    assert change.kind is ChangeKind.DRIFT


def test_a_step_beside_a_ramp_keeps_its_own_flag():
    values = ramp(n=260, start=40, end=120)
    values[200:] *= 0.8
    assert [(c.kind.value, c.change > 0) for c in detect(values).changes] == [
        ("drift", True),
        ("step", False),
    ]


def test_two_steps_of_one_sign_a_dozen_points_apart_are_not_a_ramp():
    drifts = 0
    for seed in range(40):
        values = noisy(80, sigma=0.015, seed=seed)
        values[30:] *= 1.05
        values[42:] *= 1.05
        drifts += sum(c.kind is ChangeKind.DRIFT for c in detect(values).changes)
    assert drifts <= 1
