"""Places are numbered without sorting as they are with it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from history.store import places

NUMBERS = st.lists(st.integers(0, 40) | st.integers(0, 1 << 40), max_size=60)


@given(NUMBERS)
def test_numbers_are_ranked_as_sorting_ranks_them(numbers):
    column = np.array(numbers, dtype=np.int64)
    different, place = places.ranked(column)
    assert (different.tolist(), different[place].tolist()) == (sorted({*numbers}), numbers)


@given(NUMBERS)
def test_each_is_found_where_it_stands_first(numbers):
    different, first = places.firsts(np.array(numbers, dtype=np.int64))
    assert different.tolist() == sorted({*numbers})
    assert first.tolist() == [numbers.index(one) for one in different.tolist()]
