"""What becomes of disturbed and of far samples: classified, and none thrown away."""

from __future__ import annotations

import numpy as np

from collector.contract import Sampling
from collector.results.aggregate import classes, measured

STEADY = [1.0, 1.01, 1.02, 1.03, 1.04] * 4
FAR = np.array([*STEADY, 1.085, 9.0])
"""One beyond the inner fence of 1.5 interquartile ranges, one beyond the outer of 3."""


def test_outliers_are_counted_by_how_far_they_lie():
    assert classes(FAR, (), Sampling()) == "outliers kept: 1 mild, 1 severe"


def test_outliers_count_and_stay_among_the_samples():
    point = measured(FAR, Sampling())
    assert point.n == FAR.size
    assert point.maximum == 9.0
    assert sorted(point.samples) == sorted(FAR)


def test_a_preempted_sample_is_no_outlier_of_those_that_count():
    assert classes(FAR, (21,), Sampling()) == "1 preempted left out; outliers kept: 1 mild"


def test_of_samples_like_each_other_nothing_is_said():
    assert classes(np.array(STEADY), (), Sampling()) == ""
