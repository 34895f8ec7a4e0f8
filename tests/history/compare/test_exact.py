"""Counts that do not depend on the machine need no test."""

import math

import pytest

from history.compare import exact
from history.compare.results import ComparisonVerdict


@pytest.mark.parametrize(
    ("before", "after", "direction", "verdict"),
    [
        (1000, 1004, "lower", ComparisonVerdict.NO_DIFFERENCE),
        (1000, 1006, "lower", ComparisonVerdict.REGRESSION),
        (1000, 994, "lower", ComparisonVerdict.IMPROVEMENT),
        (1000, 994, "higher", ComparisonVerdict.REGRESSION),
        (1000, 994, "none", ComparisonVerdict.DOWN),
        (0, 0, "lower", ComparisonVerdict.NO_DIFFERENCE),
        (0, 1, "lower", ComparisonVerdict.REGRESSION),
        (1, 0, "lower", ComparisonVerdict.IMPROVEMENT),
    ],
)
def test_half_a_percent_is_a_difference(before, after, direction, verdict):
    assert exact.called(before, after, direction) is verdict


def test_a_ratio_to_nothing_is_infinite_and_of_nothing_to_nothing_one():
    assert (exact.ratio_of(0, 5), exact.ratio_of(0, 0), exact.ratio_of(4, 5)) == (math.inf, 1, 1.25)


def test_repeats_must_agree_and_the_metric_must_be_a_count():
    assert exact.is_exact("instructions", [10_000, 10_010], [20_000])
    assert not exact.is_exact("instructions", [10_000, 10_011], [20_000])
    assert not exact.is_exact("instructions", [10_000], [])
    assert not exact.is_exact("total_time", [1.0], [1.0])
