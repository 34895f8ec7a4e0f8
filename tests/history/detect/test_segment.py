"""A series is cut where that saves most squared error for what the boundaries cost."""

from itertools import chain, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.detect.segment import SHORTEST, candidates, cheapest, levels, price
from tests.history.detect.builders import noisy, prepared, stepped


def cost(signal, bounds, rho):
    """Squared error of the levels, and the price of each."""
    error = sum(
        float(((signal.clean[a:b] - signal.clean[a:b].mean()) ** 2).sum())
        for a, b in pairwise(bounds)
    )
    return error + price(signal, rho) * (len(bounds) - 1)


def every_cut(n, places):
    """All bounds of these places whose levels are long enough."""
    chosen = chain.from_iterable(combinations(places, k) for k in range(len(places) + 1))
    cuts = ([0, *some, n] for some in chosen)
    return [cut for cut in cuts if np.diff(cut).min() >= SHORTEST]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sets(st.integers(3, 27), max_size=6),
    st.sampled_from([0.0, 0.5]),
)
def test_no_other_cut_at_these_places_is_cheaper(seed, places, rho):
    values = noisy(30, 0.01, seed) * np.repeat([1.0, 1.03, 1.01], 10)
    signal, places = prepared(values), sorted(places)
    found = cheapest(signal, np.array(places, dtype=np.intp), rho)
    least = min(cost(signal, cut, rho) for cut in every_cut(signal.n, places))
    assert cost(signal, found, rho) == pytest.approx(least)


@pytest.mark.parametrize("at", [3, 30, 57])
def test_the_place_of_a_step_is_a_candidate(at):
    assert at in candidates(prepared(stepped(n=60, at=at)))


def test_five_points_have_no_place_for_a_boundary():
    assert candidates(prepared(noisy(5))).size == 0


def test_points_that_follow_each_other_raise_the_price():
    signal = prepared(noisy(60))
    assert price(signal, 0.5) == pytest.approx(3 * price(signal, 0.0))


def test_a_step_in_autocorrelated_noise_does_not_count_as_autocorrelation():
    bounds, rho = levels(prepared(stepped(n=100, at=60, by=0.3)))
    assert bounds == [0, 60, 100]
    assert rho < 0.3
