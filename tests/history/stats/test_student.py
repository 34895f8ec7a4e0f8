"""Student's t agrees with scipy's wherever a comparison asks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from history.stats.student import student_975, student_p, student_reach

freedoms = st.integers(1, 60)


@given(st.floats(-60, 60), freedoms)
def test_the_share_beyond_t_is_scipys(t, freedom):
    # scipy itself is 3e-13 off near t = 0 with one degree of freedom.
    assert student_p(t, freedom) == pytest.approx(2 * stats.t.sf(abs(t), freedom), abs=1e-10)


@given(st.floats(1e-9, 0.999), freedoms)
def test_the_reach_of_a_share_is_scipys_quantile(p, freedom):
    expected = stats.t.isf(p / 2, freedom)
    assert student_reach(p, freedom) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@given(freedoms)
def test_a_share_of_one_in_twenty_lies_beyond_the_97_5_percent_quantile(freedom):
    assert student_p(student_975(freedom), freedom) == pytest.approx(0.05, abs=2e-4)
