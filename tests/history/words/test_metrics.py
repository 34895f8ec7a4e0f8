import pytest

from history.words import metrics, totals, units
from history.words.errors import BrokenEnvironmentError
from history.words.metrics import Direction, Kind, OverItems


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


@pytest.mark.parametrize(
    ("name", "unit", "direction"),
    [
        ("wer", "x", Direction.LOWER),
        ("der", "x", Direction.LOWER),
        ("utmos", "MOS", Direction.HIGHER),
        ("speaker_similarity", "x", Direction.HIGHER),
        ("audio_underrun_time", "s", Direction.LOWER),
        ("playback_continuity", "x", Direction.HIGHER),
    ],
)
def test_what_speech_projects_measure_elsewhere_has_its_unit_and_direction(name, unit, direction):
    known = metrics.registry()[name]
    assert (known.unit, known.direction) == (unit, direction)


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
        ("ms/token", Direction.LOWER),
        ("allocs/op", Direction.LOWER),
        ("ops/ms", Direction.HIGHER),
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


def test_a_metric_is_called_as_people_write_it():
    names = ("forward_time", "decode_loop_peak_rss", "rss_growth_rate", "gpu_utilization", "rtf")
    assert [metrics.title_of(name) for name in names] == [
        "Forward time",
        "Decode loop peak RSS",
        "RSS growth rate",
        "GPU utilization",
        "Real-time factor",
    ]


def test_the_whole_introduces_a_benchmark_before_its_parts():
    assert metrics.headline({"dp_time", "total_time", "forward_time"}) == "total_time"
    assert metrics.headline({"peak_rss", "encoder_time", "alpha"}) == "encoder_time"
    assert metrics.headline({"zeta", "alpha"}) == "alpha"


def test_only_parts_that_were_measured_are_parts_of_a_whole():
    found = metrics.composition({"total_time", "forward_time", "dp_time", "rtf"})
    assert found == ("total_time", ("forward_time", "dp_time"))
    assert metrics.composition({"total_time", "forward_time"}) is None


def test_only_what_lies_around_zero_has_a_floor():
    floors = {name for name in metrics.registry() if metrics.floor_of(name)}
    assert floors == {"rss_growth_rate", "rss_growth_naive", "rss_growth"}
    assert metrics.floor_of("sparkle") == 0.0


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


SUITE = """
    from history.words.metrics import (
        Composition, DefaultThreshold, Direction, Kind, Metric, OverItems,
    )

    METRICS = (
        Metric(
            "toll_time", "s", Direction.LOWER, Kind.TIME, "From the rope to the last echo.",
            title="Time of one toll", headline=165,
        ),
        Metric(
            "swing", "x", Direction.NONE, Kind.OTHER, "Growth of the swing.",
            floor=0.1, over_items=OverItems.HIGHEST,
        ),
        Composition("total_time", ("rope_time", "clapper_time", "forward_time", "dp_time")),
        DefaultThreshold(name="no late bell", suite="bells", metric="toll_time", worse_by="5 %"),
    )
"""


def test_another_package_says_of_its_suite_all_that_ours_say(install):
    metrics._gathered.cache_clear()
    group = {metrics.METRIC_SETS.group: {"bells": "bells_module:METRICS"}}
    install("bells", group, bells_module=SUITE)
    assert metrics.title_of("toll_time") == "Time of one toll"
    assert metrics.headline({"toll_time", "end_to_end_time", "operation_time"}) == "toll_time"
    assert metrics.floor_of("swing") == 0.1
    assert totals.rule("swing") is OverItems.HIGHEST
    # Of two ways to divide the total, the one of which more was measured.
    found = metrics.composition({"total_time", "rope_time", "forward_time", "dp_time"})
    assert found == ("total_time", ("rope_time", "forward_time", "dp_time"))
    assert "no late bell" in {rule.name for rule in metrics.default_thresholds()}
    metrics._gathered.cache_clear()


def test_what_is_no_metric_is_named(install):
    metrics._gathered.cache_clear()
    install("bells", {metrics.METRIC_SETS.group: {"bells": "bells_module:METRICS"}},
            bells_module="METRICS = (1,)")  # fmt: skip
    with pytest.raises(BrokenEnvironmentError, match='"bells" holds a int'):
        metrics.registry()
    metrics._gathered.cache_clear()
