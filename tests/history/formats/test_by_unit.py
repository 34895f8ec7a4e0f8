"""A number without a name has the metric of its unit; what the file does not say is told."""

import pytest

from history.formats import by_unit
from history.formats.fields import RefuseError
from history.formats.interface import Context
from history.words.metrics import Direction


@pytest.mark.parametrize(
    ("unit", "metric", "factor"),
    [
        ("ns/op", "operation_time", 1e-9),
        ("ms", "operation_time", 1e-3),
        ("MB/s", "bandwidth", 1e6),
        ("tok/s", "tokens_per_second", 1.0),
        ("widgets", "value", 1.0),
    ],
)
def test_a_unit_gives_the_metric_and_its_base_unit(unit, metric, factor):
    kind = by_unit.kind(unit)
    assert kind.metric == metric
    assert kind.factor == pytest.approx(factor)


def test_a_registered_metric_keeps_its_own_unit_and_direction():
    assert by_unit.named("peak_rss", "kB") == by_unit.Kind("peak_rss", "", 1e3, None)
    assert by_unit.named("operation_time", "us/iter").direction is None


def test_a_registered_metric_in_another_unit_is_refused():
    with pytest.raises(RefuseError, match='peak_rss: is measured in "B", found the unit "ms"'):
        by_unit.named("peak_rss", "ms")


WAYS = {"own": Direction.HIGHER, "": Direction.LOWER}


@pytest.mark.parametrize(
    ("measure", "unit", "stated", "direction"),
    [
        ("own", "ms", Direction.LOWER, Direction.HIGHER),  # what is told of it
        ("other", "ops/s", Direction.LOWER, Direction.LOWER),  # what the file states
        ("other", "ops/s", Direction.NONE, Direction.HIGHER),  # what the unit says
        ("other", "count", Direction.NONE, Direction.LOWER),  # what is told of all
    ],
)
def test_a_direction_is_told_stated_that_of_the_unit_or_told_of_all(
    measure, unit, stated, direction
):
    told = by_unit.Told(Context(directions=WAYS))
    assert told.kind(measure, unit, stated).direction is direction


def test_what_nobody_says_is_asked_for_and_what_was_told_in_vain_is_named():
    told = by_unit.Told(Context(units={"gone": "B"}))
    assert told.kind("own").unit == ""
    assert told.kind("rss").unit == ""
    assert list(told.flagged()) == [
        "--unit gone=...: nothing of that name is in the file",
        "own has no unit, and is kept as written: --unit own=UNIT gives one",
        "own has no direction: --direction own=lower or own=higher gives it one",
    ]
