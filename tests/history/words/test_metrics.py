import pytest

from history.words import metrics, units
from history.words.metrics import Direction, Kind


@pytest.mark.parametrize("metric", metrics.registry().values(), ids=lambda metric: metric.name)
def test_every_metric_is_complete(metric):
    assert units.canonical(metric.unit) == units.Unit(metric.unit, 1.0), "not a base unit"
    assert metric.summary.endswith(".")
    assert metric.name == metric.name.lower()


def test_times_are_better_low_and_rates_better_high():
    for metric in metrics.registry().values():
        if metric.kind is Kind.TIME:
            assert metric.direction is Direction.LOWER
        if metric.kind is Kind.THROUGHPUT:
            assert metric.direction is Direction.HIGHER


def test_an_unknown_metric_has_no_direction_unless_someone_states_one():
    assert metrics.find("sparkle").direction is Direction.NONE
    assert metrics.find("sparkle", "s", Direction.HIGHER).direction is Direction.HIGHER


def test_a_stated_direction_never_overrides_the_registry():
    assert metrics.find("rtf", "x", Direction.HIGHER).direction is Direction.LOWER


@pytest.mark.parametrize(
    ("unit", "direction"),
    [
        ("ms", Direction.LOWER),
        ("MB", Direction.LOWER),
        ("ns/op", Direction.LOWER),
        ("ops/s", Direction.HIGHER),
        ("iter/sec", Direction.HIGHER),
        ("MB/s", Direction.HIGHER),
        ("%", Direction.NONE),
        ("widgets", Direction.NONE),
        ("", Direction.NONE),
    ],
)
def test_a_unit_alone_says_only_what_is_certain(unit, direction):
    assert metrics.direction_of_unit(unit) is direction
