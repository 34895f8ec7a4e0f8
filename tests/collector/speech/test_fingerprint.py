import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from collector.speech import fingerprint

floats = arrays.arrays(np.float32, st.integers(1, 200), elements=st.floats(-100, 100, width=32))


def test_texts_are_kept_apart():
    assert fingerprint.of_text(["ab", ""]) != fingerprint.of_text(["a", "b"])


def test_integers_of_another_type_are_the_same_integers():
    values = np.array([[1, 2], [3, 4]])
    assert fingerprint.of_integers(values) == fingerprint.of_integers(values.astype(np.int32))
    assert fingerprint.of_integers(values) != fingerprint.of_integers(values.ravel())


def test_rounding_of_the_last_bits_is_forgiven():
    values = np.random.default_rng(3).normal(size=1_000)
    assert fingerprint.of_numbers(values) == fingerprint.of_numbers(values * (1 + 1e-9))


def test_another_order_is_seen():
    values = np.random.default_rng(3).normal(size=1_000)
    assert fingerprint.of_numbers(values) != fingerprint.of_numbers(values[::-1])


@given(floats)
def test_equal_arrays_have_equal_fingerprints(values):
    assert fingerprint.of_numbers(values) == fingerprint.of_numbers(values.copy())


def test_values_that_are_not_numbers_are_counted():
    found = fingerprint.summary(np.array([[1.0, np.nan], [np.inf, 0.0]], np.float32))
    assert (found["shape"], found["nonfinite"], found["max"]) == ("2x2", 2, 1.0)


def test_an_empty_array_has_a_summary():
    assert fingerprint.summary(np.zeros((0, 3)))["shape"] == "0x3"
