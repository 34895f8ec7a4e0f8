import itertools
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from site_gen.charts import sparkline, svg

finite = st.floats(min_value=1e-9, max_value=1e9)


def test_steady_noise_looks_flat():
    quiet = svg.span([np.array([100.0, 100.5, 99.5])])
    assert quiet.high - quiet.low >= 10


def test_a_span_never_leaves_zero_behind_it():
    assert svg.span([np.array([0.001, 10.0])]).low == 0.0


@given(st.lists(finite, min_size=1, max_size=400))
def test_a_span_holds_every_value(values):
    view = svg.span([np.array(values)])
    assert view.low <= min(values)
    assert max(values) <= view.high


@given(st.integers(400, 3000), st.integers(0, 2**32))
def test_thinning_keeps_the_extremes_and_the_newest(size, seed):
    ys = np.random.default_rng(seed).lognormal(size=size)
    keep = svg.thin(np.arange(ys.size, dtype=float), ys)
    assert keep.size <= svg.MOST_POINTS + 2
    assert ys[keep].min() == ys.min()
    assert ys[keep].max() == ys.max()
    assert keep[-1] == ys.size - 1


@given(
    st.integers(svg.MOST_POINTS + 1, 1200),
    st.integers(0, 2**32),
    st.floats(0, 1),
)
def test_thinning_keeps_the_first_lowest_and_highest_of_each_stretch(size, seed, gaps):
    rng = np.random.default_rng(seed)
    ys = rng.integers(0, 9, size).astype(float)  # few values, so that many are equal
    ys[rng.random(size) < gaps] = np.nan
    edges = np.linspace(0, size, svg.MOST_POINTS // 2 + 1).astype(int)
    kept = {0, size - 1}
    for start, end in itertools.pairwise(edges.tolist()):
        if np.isfinite(ys[start:end]).any():
            kept |= {start + int(pick(ys[start:end])) for pick in (np.nanargmin, np.nanargmax)}
    assert svg.thin(np.arange(size, dtype=float), ys).tolist() == sorted(kept)


def test_a_line_breaks_where_nothing_was_measured():
    ys = np.array([1.0, np.nan, 1.0, 1.0])
    path = svg.line(np.arange(4.0), ys, svg.Span(0, 2), svg.Span(0, 3))
    assert path.count("M") == 2
    assert "nan" not in path


@given(st.lists(st.one_of(finite, st.just(float("nan"))), max_size=60))
def test_a_sparkline_is_drawn_of_anything(values):
    drawn = str(sparkline.draw(np.array(values, dtype=float), 'a "label" <b>'))
    assert "nan" not in drawn
    assert "<b>" not in drawn
    assert re.fullmatch(r"<svg [^>]*>(<path [^>]*/>)*</svg>", drawn)


def test_ticks_are_round_numbers():
    assert svg.ticks(svg.Span(51, 84)) == [60.0, 70.0, 80.0]
