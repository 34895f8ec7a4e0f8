"""Blocks of several rounds and processes as one set of arrays."""

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collector.results.samples import Taken, arrays
from tests.collector.results.test_points import block, simple

walls = st.lists(st.lists(st.integers(0, 10**12), min_size=1, max_size=5), max_size=5)


@given(walls, st.integers(1, 1000))
def test_samples_come_in_order_of_time_as_seconds_of_one_call(found, loops):
    data = arrays(simple(), [Taken(n, block(wall, loops=loops)) for n, wall in enumerate(found)])
    flat = [value for wall in found for value in wall]
    np.testing.assert_allclose(data.total_s, np.array(flat, dtype=float) / 1e9 / loops)
    assert data.n == len(flat)
    assert list(data.rounds) == [n for n, wall in enumerate(found) for _ in wall]


@given(walls, st.data())
def test_preempted_samples_are_counted_over_all_blocks(found, data):
    flags = [
        data.draw(st.none() | st.lists(st.booleans(), min_size=len(wall), max_size=len(wall)))
        for wall in found
    ]
    blocks = [
        Taken(0, msgspec.structs.replace(block(wall), preempted=flag))
        for wall, flag in zip(found, flags, strict=True)
    ]
    every = [one for wall, flag in zip(found, flags, strict=True)
             for one in (flag or [False] * len(wall))]  # fmt: skip
    assert list(arrays(simple(), blocks).preempted) == list(np.flatnonzero(every))


def test_a_reading_that_one_block_lacks_is_a_gap_and_one_that_all_lack_is_none():
    blocks = [
        Taken(0, block([1, 2], readings={"rtf": [0.5, None], "gone": [None, None]})),
        Taken(1, block([3])),
    ]
    found = arrays(simple(), blocks).readings
    assert set(found) == {"rtf"}
    np.testing.assert_equal(found["rtf"], [0.5, np.nan, np.nan])


def test_stages_of_several_items_are_summed_and_kept_apart():
    case = simple(stages=("forward_time", "dp_time"), items=("a", "b"))
    taken = Taken(0, block([10], stages=[1, 2, 3, 4], item_ns=[5, 6]))
    data = arrays(case, [taken])
    np.testing.assert_allclose(data.stages["forward_time"], [4e-9])
    np.testing.assert_allclose(data.item_stages["dp_time"], [[2e-9, 4e-9]])
    np.testing.assert_allclose(data.item_total_s, [[5e-9, 6e-9]])
