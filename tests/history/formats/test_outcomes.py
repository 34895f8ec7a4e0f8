import pytest

from history.formats.fields import RefuseError
from history.formats.outcomes import in_base_unit, measured, metric_of
from history.words.metrics import Direction


def test_a_single_sample_is_a_value_without_an_interval():
    found = measured([2.0])
    assert (found.value, found.n, found.aggregate) == (2.0, 1, "value")
    assert (found.low, found.high, found.interval) == (None, None, "")


def test_samples_keep_their_order_and_have_a_median():
    found = measured([3.0, 1.0, 2.0])
    assert (found.samples, found.value, found.aggregate) == ((3.0, 1.0, 2.0), 2.0, "median")


def test_a_value_is_stored_in_the_base_unit_of_its_metric():
    assert in_base_unit(1.5, "forward_time", "ms") == pytest.approx(0.0015)
    assert in_base_unit(1.5, "forward_time", "") == 1.5


def test_a_unit_of_another_kind_is_refused():
    with pytest.raises(RefuseError, match='rss: is measured in "B", found the unit "ms"'):
        in_base_unit(1.0, "rss", "ms")


def test_the_registry_comes_before_what_is_stated_and_that_before_the_unit():
    assert metric_of("rtf", "s", Direction.HIGHER) == ("x", Direction.LOWER)
    assert metric_of("sparkle", "ms", Direction.HIGHER) == ("s", Direction.HIGHER)
    assert metric_of("sparkle", "ms") == ("s", Direction.LOWER)
