"""How a time spreads over items: told in quantiles, never as a sum."""

import pytest

from history.items.quantiles import OverItems, over_items
from history.report.wording import item_quantiles


def test_the_median_over_items_is_not_their_sum_nor_their_mean():
    assert over_items("first_audio_time", [0.2, 0.3, 2.5]) == OverItems(3, 0.3, None, 2.5)


def test_from_twenty_items_on_there_is_a_95th_percentile():
    values = [place / 100 for place in range(1, 21)]
    assert over_items("first_token_time", values[:19]).p95 is None
    found = over_items("first_token_time", values)
    assert (found.n, found.largest) == (20, 0.2)
    assert found.p50 == pytest.approx(0.105)
    assert found.p95 == pytest.approx(0.1905)


@pytest.mark.parametrize("metric", ["tokens", "wer", "peak_rss", "tokens_per_second"])
def test_what_is_no_time_has_no_quantiles_over_items(metric):
    assert over_items(metric, [1.0, 2.0, 3.0]) is None


def test_a_real_time_factor_spreads_as_times_do():
    assert over_items("rtf", [0.1, 0.3]).p50 == pytest.approx(0.2)


@pytest.mark.parametrize("values", [[], [1.0]])
def test_a_single_item_spreads_over_nothing(values):
    assert over_items("total_time", values) is None


def test_below_twenty_the_largest_is_told_in_place_of_a_percentile():
    few, many = OverItems(10, 0.233, None, 0.41), OverItems(20, 0.233, 0.4, 0.41)
    assert item_quantiles.over_items(few, "s") == "10 items: p50 233 ms, largest 410 ms"
    assert item_quantiles.over_items(many, "s") == "20 items: p50 233 ms, p95 400 ms"
    assert item_quantiles.over_items(None, "s") == ""


def test_two_sides_are_told_in_one_line_and_nothing_of_one_side_alone():
    before, after = OverItems(10, 0.2, None, 0.4), OverItems(10, 0.3, None, 0.5)
    told = "items p50 200 ms to 300 ms, largest 400 ms to 500 ms"
    assert item_quantiles.between(before, after, "s") == told
    assert item_quantiles.between(before, None, "s") == ""
