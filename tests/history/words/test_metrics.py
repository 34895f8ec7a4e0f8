import pytest

from history.words import metrics, units
from history.words.errors import BrokenEnvironmentError
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


SET = """
    from history.words.metrics import Direction, Kind, Metric

    METRICS = (Metric({name!r}, {unit!r}, Direction.LOWER, Kind.TIME, "What a package measures."),)
"""


@pytest.fixture
def installed(install):
    """Sets of one metric each: package -> (metric, unit)."""

    def do(**sets):
        metrics._gathered.cache_clear()
        for package, (name, unit) in sets.items():
            group = {metrics.METRIC_SETS.group: {package: f"{package}_module:METRICS"}}
            source = SET.format(name=name, unit=unit)
            install(package, group, **{f"{package}_module": source})

    yield do
    metrics._gathered.cache_clear()


def test_another_package_can_add_metrics(installed):
    installed(bells=("chime_time", "s"))
    assert metrics.find("chime_time").direction is Direction.LOWER


def test_a_package_cannot_redefine_one_of_ours_and_is_named(installed):
    installed(bells=("rtf", "s"))
    assert metrics.find("rtf").unit == "x"
    (sentence,) = metrics.redefined()
    assert '"bells" defines rtf' in sentence


def test_two_packages_may_share_a_metric_but_not_disagree_about_it(installed):
    installed(bells=("chime_time", "s"), clocks=("chime_time", "s"))
    assert metrics.find("chime_time").unit == "s"
    installed(towers=("chime_time", "B"))
    with pytest.raises(BrokenEnvironmentError, match='"bells" and "towers" define chime_time'):
        metrics.registry()


def test_what_is_no_metric_is_named(install):
    metrics._gathered.cache_clear()
    install("bells", {metrics.METRIC_SETS.group: {"bells": "bells_module:METRICS"}},
            bells_module="METRICS = (1,)")  # fmt: skip
    with pytest.raises(BrokenEnvironmentError, match='"bells" holds a int'):
        metrics.registry()
    metrics._gathered.cache_clear()
