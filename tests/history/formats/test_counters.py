"""A counter of the user's own has no unit; only what its name says is known of it."""

import pytest

from history.formats.counters import Counter, counter, is_number
from history.words.metrics import Direction


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("bytes_per_second", Counter("bandwidth", "", None)),
        ("items_per_second", Counter("throughput", "", None)),
        ("tokens_per_second", Counter("tokens_per_second", "", None)),
        ("frames_per_second", Counter("frames_per_second", "frames/s", Direction.HIGHER)),
        ("cache_misses", Counter("cache_misses", "", Direction.NONE)),
    ],
)
def test_a_counter_is_a_metric_by_its_name(key, found):
    assert counter(key) == found


@pytest.mark.parametrize(
    ("value", "known"), [(3, True), (0.5, True), (True, False), ("3", False), (None, False)]
)
def test_true_and_false_are_no_numbers(value, known):
    assert is_number(value) is known
