"""Times are whole nanoseconds where they were counted in these, and only there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from history.store import sound
from history.store.batch import Lists

MOST_NS = 2**53
NANOSECONDS = st.lists(st.integers(0, MOST_NS), min_size=1)


@given(counted=NANOSECONDS)
def test_what_was_counted_in_nanoseconds_comes_back(counted):
    exact = np.array(counted, dtype=np.int64)
    found, whole = sound.whole_nanoseconds(exact / 1e9)
    assert whole.all()
    assert np.abs(found - exact).max() <= 1  # a double of 104 days has steps of a nanosecond
    below = exact < 1e15
    assert found[below].tolist() == exact[below].tolist()


@given(counted=st.lists(st.integers(0, 10**9), min_size=1), part=st.floats(0.01, 0.99))
def test_a_time_between_two_nanoseconds_is_not_rounded(counted, part):
    _, whole = sound.whole_nanoseconds((np.array(counted) + part) / 1e9)
    assert not whole.any()


def test_what_no_integer_holds_is_not_whole():
    _, whole = sound.whole_nanoseconds(np.array([np.nan, np.inf, -np.inf, 1e300]))
    assert not whole.any()


@given(rows=st.lists(st.lists(st.booleans())))
def test_flags_are_counted_for_each_list(rows):
    flat = np.array([flag for row in rows for flag in row], dtype=np.bool_)
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    column = Lists(flat.astype(np.int64), starts)
    assert sound.counted(column, flat).tolist() == [sum(row) for row in rows]
