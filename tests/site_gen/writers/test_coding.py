"""Numbers as whole steps, and read back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from history.report.wording.numbers import number
from site_gen.writers import coding


@given(
    st.floats(min_value=1e-6, max_value=1e6),
    st.lists(st.floats(0.5, 2.0), min_size=1, max_size=40),
    st.sampled_from([17, 5, 4]),
)
def test_what_is_read_back_is_written_like_the_full_number(level, factors, digits):
    values = np.array([float(f"{level * factor:.{digits}g}") for factor in factors])
    of = coding.step(values, "ms")
    steps = coding.whole(values, of)
    drawn = coding.read(steps, of)
    assert (np.abs(drawn - values) <= float("{}e{}".format(*of)) * 1.001).all()
    assert (np.diff(steps[np.argsort(values)]) >= 0).all()
    lines = np.flatnonzero(values >= np.median(values) / 2)
    # Halfway between two, a number of 17 digits and its nearest step may differ in the last bit.
    apart = [
        (full, read)
        for full, read in zip(values[lines].tolist(), drawn[lines].tolist(), strict=True)
        if number(full) != number(read) and abs(full / read - 1) > 1e-11
    ]
    assert apart == []


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_whole_pieces_are_kept_one_by_one(counts):
    values = np.array(counts, dtype=float)
    of = coding.step(values, "count")
    assert coding.read(coding.whole(values, of), of).tolist() == counts
