"""What is said about a change follows from its numbers alone."""

from dataclasses import replace

import pytest

from history.detect import Change, ChangeKind, ChangeStatus, Evidence
from history.judge.size import amount, size
from history.report.wording import changes

STEP = Change(
    index=40,
    previous_index=39,
    end_index=40,
    kind=ChangeKind.STEP,
    status=ChangeStatus.CONFIRMED,
    change=0.08,
    low=0.07,
    high=0.09,
    before=0.1,
    after=0.108,
    n_before=40,
    n_after=10,
    statistic=-21.42,
    sigma=0.0102,
    rho=0.131,
    evidence=Evidence("step", limit=3.5),
)


def told(**what):
    change = replace(STEP, **what)
    ends = {"change": change.change, "low": change.low, "high": change.high}
    found = size("total_time", "s", change.before, change.after, **ends)
    noise = amount("total_time", "s", change.before, change.sigma * change.before)
    return changes.rule_of(change, found, noise)


def test_a_step_is_told_with_its_limit_its_points_and_its_noise():
    assert told() == (
        "step: |t| = 21.4 >= 3.5 with 40 points before and 10 after; "
        "+8.0 % [+7.0 %, +9.0 %], noise 1.02 %, rho 0.13"
    )


def test_a_step_that_may_be_noise_asks_for_a_rerun():
    assert "may still explain: rerun to confirm; +8" in told(status=ChangeStatus.SUSPECT)


def test_what_was_taken_for_noise_near_a_step_is_named():
    evidence = Evidence("step", limit=3.5, ignored=(0.041, -0.022))
    moves = "10 after; small moves near it may be noise: +4.1 %, −2.2 %; +8"
    assert moves in told(evidence=evidence)


@pytest.mark.parametrize(
    ("steps", "words"), [(1, "fits better than 1 step; |t|"), (3, "fits better than 3 steps; |t|")]
)
def test_a_drift_is_told_with_the_steps_it_replaces(steps, words):
    sentence = told(evidence=Evidence("drift", points=80, steps=steps))
    assert sentence.startswith("drift: a ramp over 80 points")
    assert words in sentence


@pytest.mark.parametrize(
    ("points", "words"),
    [(1, "the newest 1 point is 21.4 sigma"), (2, "the newest 2 points are 21.4 sigma")],
)
def test_a_suspect_is_told_by_its_distance(points, words):
    sentence = told(evidence=Evidence("suspect", limit=5.0, points=points))
    assert words in sentence
    assert "(limit 5.0); fewer than 3 points, rerun to confirm" in sentence


def test_a_rule_of_another_package_is_told_by_its_own_name():
    words = "21.4 >= 9.0 with 40 points before and 10 after; +8"
    assert told(evidence=Evidence("cusum", limit=9.0)).startswith(f"cusum: {words}")
    assert told(evidence=Evidence("cusum")).startswith("cusum: 21.4 with 40 points")


def test_a_clear_step_is_told_by_how_far_its_points_lie_apart():
    found = {"n_before": 5, "n_after": 2, "statistic": 10.2, "status": ChangeStatus.SUSPECT}
    assert told(**found, evidence=Evidence("clear step", limit=4.0, points=2)).startswith(
        "clear step: the newest 2 points are 10.2 times as far from the level as either is wide "
        "(limit 4.0), with 5 points before and 2 after; rerun to confirm; "
    )
    sure = told(
        statistic=12.5, n_before=9, n_after=2, evidence=Evidence("clear step", limit=2.0, points=2)
    )
    assert "rerun" not in sure
