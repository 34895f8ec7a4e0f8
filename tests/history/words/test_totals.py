"""What the items of a benchmark come to together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.words import metrics, totals
from history.words.metrics import OverItems, Ratio

SHORT = {"duration_s": 1.0, "tokens": 1.0, "words": 1.0}
LONG = {"duration_s": 99.0, "tokens": 199.0, "words": 99.0}


def total(metric, values, parts=({}, {}), unit=""):
    return totals.total(totals.rule(metric, unit), values, parts)


@pytest.mark.parametrize(
    ("metric", "values", "whole"),
    [
        ("rtf", [1.0, 9 / 99], 0.1),  # 10 s for 100 s of audio, and not 0.545
        ("tokens_per_second", [4.0, 199 / 9.75], 20.0),  # 200 in 10 s, and not 12.2
        ("wer", [1.0, 0.0], 0.01),  # 1 error in 100 words, and not 0.5
    ],
)
def test_a_ratio_of_all_items_is_the_ratio_of_their_sums(metric, values, whole):
    assert total(metric, values, [SHORT, LONG]) == pytest.approx(whole)


@pytest.mark.parametrize("metric", ["rtf", "tokens_per_second", "wer", "cer", "latency_p95"])
def test_where_the_parts_are_missing_there_is_no_total(metric):
    assert total(metric, [0.5, 0.25]) is None
    assert total(metric, [0.5, 0.25], [SHORT, {}]) is None


@pytest.mark.parametrize("unit", ["x", "%", "frames/s", "ns/op", "allocs/op"])
def test_a_ratio_that_nothing_is_known_about_has_none(unit):
    assert total("sparkle", [1.0, 2.0], unit=unit) is None


@pytest.mark.parametrize(
    ("metric", "unit", "whole"),
    [
        ("forward_time", "", 9.0),
        ("unattributed_time", "", 9.0),
        ("tokens", "", 9.0),
        ("energy", "", 9.0),
        ("dp_frame_mismatches", "", 9.0),
        ("peak_rss", "", 6.0),
        ("sparkle", "ms", 9.0),
        ("sparkle", "count", 9.0),
        ("sparkle", "MB", 6.0),
        ("sparkle", "", 3.0),
        ("sparkle", "widgets", 3.0),
    ],
)
def test_times_and_counts_add_up_over_items_and_memory_is_the_highest(metric, unit, whole):
    assert total(metric, [1.0, 6.0, 2.0], [{}] * 3, unit) == whole


def test_no_registered_rate_or_share_is_averaged():
    for metric in metrics.registry().values():
        is_score = metric.shown_in == "count"  # a cosine, which is a share of nothing
        if (metric.unit == "x" and not is_score) or "/" in metric.unit:
            assert totals.rule(metric.name) is not OverItems.MEAN, metric.name


positive = st.floats(min_value=1e-3, max_value=1e3)
items = st.lists(st.tuples(positive, positive), min_size=1, max_size=9)


@given(items)
def test_a_ratio_is_the_same_whichever_of_its_parts_is_known(found):
    values = [above / below for above, below in found]
    expected = sum(above for above, _ in found) / sum(below for _, below in found)
    for how, parts in (
        (Ratio(below=("b",)), [{"b": below} for _, below in found]),
        (Ratio(above=("a",)), [{"a": above} for above, _ in found]),
    ):
        assert totals.total(how, values, parts) == pytest.approx(expected)


@given(items, st.integers(1, 8))
def test_the_total_of_all_is_the_total_of_the_totals_of_its_parts(found, cut):
    """However the items are divided, and whatever is added up."""
    ratio = Ratio(below=("b",))
    parts = [{"b": below} for _, below in found]
    values = [above for above, _ in found]
    for how in (ratio, OverItems.SUM, OverItems.HIGHEST):
        halves = [
            (totals.total(how, values[s], parts[s]), {"b": sum(part["b"] for part in parts[s])})
            for s in (slice(0, cut), slice(cut, None))
            if values[s]
        ]
        again = totals.total(how, [value for value, _ in halves], [part for _, part in halves])
        assert again == pytest.approx(totals.total(how, values, parts))


@given(items)
def test_a_ratio_lies_between_those_of_its_items(found):
    values = [above for above, _ in found]
    whole = totals.total(Ratio(below=("b",)), values, [{"b": below} for _, below in found])
    assert min(values) * (1 - 1e-9) <= whole <= max(values) * (1 + 1e-9)
