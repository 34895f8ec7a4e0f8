"""A plane with numbers on both axes, on which several pictures can be compared."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from site_gen.charts import plane

finite = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(st.lists(st.lists(finite, min_size=1, max_size=20), min_size=1, max_size=4))
def test_every_value_and_zero_lie_within_the_axes(columns):
    ys = [np.array(column) for column in columns]
    xs = [np.arange(column.size, dtype=float) for column in ys]
    found = plane.frame(xs, ys, "s")
    assert found.up.low <= min(0.0, *(column.min() for column in ys))
    assert found.up.high >= max(0.0, *(column.max() for column in ys))
    assert found.across.low == 0.0
    assert found.across.high >= max(column.max() for column in xs)


def test_an_axis_is_at_least_as_high_as_is_asked_so_that_noise_stays_flat():
    found = plane.frame([np.array([1.0])], [np.array([200.0])], "B", least=1e6)
    assert (found.up.high, found.factor, found.unit) == (1.06e6, 1e6, "MB")


def test_nothing_measured_is_still_a_plane():
    nothing = np.array([np.nan])
    found = plane.frame([np.empty(0)], [nothing], "s")
    assert (found.up, found.across.high > 0) == ((0.0, 1.0), True)
    assert "nan" not in plane.draw(found, [plane.Curve(nothing, nothing, "both", 0)], "nothing")


def test_numbers_stand_at_their_places_in_the_unit_of_the_axis_and_the_label_is_text():
    xs, ys = np.array([0.0, 10.0]), np.array([0.0, 0.1])
    drawn = plane.draw(plane.frame([xs], [ys], "s"), [plane.Curve(xs, ys, "both", 3)], "a <b>")
    rows = dict(re.findall(r'bottom:([\d.]+)%">([^<]+)<', drawn))
    assert rows["0.0"] == "0"
    assert rows["94.3"] == "100"  # ms, below the room of 6 %
    assert drawn.count('class="l c3"') == drawn.count('class="d c3"') == 1
    assert 'aria-label="a &lt;b&gt;"' in drawn
