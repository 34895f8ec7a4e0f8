"""One way from samples to a point, whatever road they came."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.contract import Sampling
from collector.results.aggregate import measured as collected
from history.formats.csv import cells
from history.formats.outcomes import measured as imported
from history.stats.batches import BATCHES_FROM, ordered_interval
from history.stats.describe import describe

samples = st.integers(2, 200).flatmap(
    lambda n: st.lists(st.floats(1e-6, 1e6), min_size=n, max_size=n)
)
whole_nanoseconds = st.lists(
    st.integers(1, 10**9).map(lambda ns: ns / 1e9), min_size=2, max_size=60
)
IN_BOTH = ("value", "n", "aggregate", "low", "high", "interval", "q1", "q3", "minimum", "maximum")


def from_csv(values):
    row = {"value": "", "samples": ";".join(map(repr, values))}
    return cells.outcome(row, 1.0, cells.samples(row, 1.0))


@pytest.mark.parametrize("road", [imported, from_csv])
@given(samples)
def test_an_imported_point_has_the_numbers_of_a_measured_one(road, values):
    here, there = collected(np.array(values), Sampling()), road(values)
    for name in IN_BOTH:
        assert getattr(there, name) == getattr(here, name), name
    assert there.low <= there.value <= there.high


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 24, 25, 40, 200])
def test_from_two_samples_on_every_road_has_an_interval_and_says_how(n):
    values = np.random.default_rng(n).lognormal(size=n).tolist()
    few = "range" if n < 4 else "student" if n < 5 else "order-statistics"
    expected = few if n < BATCHES_FROM else "batches"
    for road in (imported, from_csv, lambda values: collected(np.array(values), Sampling())):
        point = road(values)
        assert (point.interval, point.low < point.high) == (expected, True)


@pytest.mark.parametrize("road", [imported, from_csv])
def test_a_single_sample_has_no_interval_and_equal_ones_one_of_no_width(road):
    alone = road([0.5])
    assert (alone.low, alone.high, alone.interval, alone.aggregate) == (None, None, "", "value")
    equal = road([0.5] * 30)
    assert (equal.low, equal.high, equal.interval) == (0.5, 0.5, "constant")


@given(samples)
def test_middle_and_quartiles_are_numpys(values):
    found = describe(values)
    assert found.value == np.median(values)
    assert [found.q1, found.q3] == np.quantile(values, [0.25, 0.75]).tolist()
    assert (found.minimum, found.maximum) == (min(values), max(values))


@given(whole_nanoseconds)
def test_a_mean_has_the_interval_of_a_mean(values):
    found = describe(values, "mean")
    assert found.value == np.mean(values)
    assert found.low == ordered_interval(values, "mean").low


@pytest.mark.parametrize("wrong", [[], [1.0, float("nan")], [float("inf")]])
def test_what_is_no_sample_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        describe(wrong)
