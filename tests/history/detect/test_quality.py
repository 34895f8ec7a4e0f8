"""The detector keeps the quality its method page promises, on a small part of the benchmark."""

from itertools import product
from pathlib import Path

import pytest

from benchmarks.detection.real import planted, spliced
from benchmarks.detection.run import LONGEST_ONLINE
from benchmarks.detection.score import Score, flags_of, score_online, score_retrospective
from benchmarks.detection.second import held_out
from benchmarks.detection.series import FAMILIES, TUNING_SEEDS, labelled_set, one
from history.detect.step_detector import StepDetector

REAL_HISTORY = Path("../shared/samples/github-action-benchmark/data.js")
judge = flags_of(StepDetector())


def test_nearly_every_planted_change_is_found_and_little_else():
    score = Score()
    for labelled in labelled_set(TUNING_SEEDS[0], per_family=25):
        score_retrospective(judge, labelled, score)
    assert score.f1 >= 0.94
    assert score.precision >= 0.95
    assert score.recall >= 0.93
    assert score.false_per_1000 <= 0.3
    assert score.localisation <= 0.25
    assert score.ramps_named >= 0.8 * score.ramps
    assert score.ramp_flags <= 2.5 * score.ramps


@pytest.mark.parametrize(
    ("seeds", "per_family"),
    [
        (TUNING_SEEDS[:1], 1),
        # Confirmed false alarms are rare: fewer series say little about their rate.
        pytest.param(TUNING_SEEDS, 10, marks=pytest.mark.nightly),
    ],
)
def test_the_newest_commits_are_judged_soon_and_calmly(seeds, per_family):
    score = Score()
    for seed, family, number in product(seeds, FAMILIES, range(per_family)):
        labelled = one(family, number, seed)
        if labelled.observations.values.size <= LONGEST_ONLINE:
            score_online(judge, labelled, score)
    assert score.f1 >= 0.92
    assert score.median_delay <= 2
    assert score.caught_within(2) >= 0.70
    assert score.false_per_1000 <= 1.5
    assert score.false_confirmed_per_1000 <= 0.3


@pytest.mark.skipif(not REAL_HISTORY.exists(), reason="no real history beside this checkout")
@pytest.mark.parametrize("seeds", [6, pytest.param(30, marks=pytest.mark.nightly)])
def test_steps_planted_in_the_noise_of_a_real_project_are_found(seeds):
    # A seed scatters by 0.01: thirty of them know F1 to within 0.002, six to within 0.004.
    score = Score()
    for seed in range(TUNING_SEEDS[0], TUNING_SEEDS[0] + seeds):
        for labelled in planted(REAL_HISTORY, seed):
            score_retrospective(judge, labelled, score)
    assert score.precision >= 0.95
    assert score.recall >= 0.93
    assert score.f1 >= 0.965


@pytest.mark.skipif(not REAL_HISTORY.exists(), reason="no real history beside this checkout")
def test_the_same_noise_cut_up_and_put_together_anew_gives_the_same_answer():
    score = Score()
    for labelled in spliced(REAL_HISTORY, TUNING_SEEDS[0], rounds=4):
        score_retrospective(judge, labelled, score)
    assert score.precision >= 0.96
    assert score.f1 >= 0.965


def test_the_rules_hold_for_a_generator_they_were_not_made_for():
    score = Score()
    for labelled in held_out(seed=1, per_kind=12):
        score_retrospective(judge, labelled, score)
    assert score.f1 >= 0.94
    assert score.false_per_1000 <= 0.3
