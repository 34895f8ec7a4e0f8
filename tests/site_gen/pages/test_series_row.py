"""The row of one series: its newest value, held against what came before."""

import numpy as np

from history.judge import baseline
from history.read.series import FAILED, MEASURED
from site_gen.pages.series_row import row_of
from tests.site_gen.builders import (
    benchmark,
    context,
    run,
    series,
)


def test_the_newest_value_is_compared_with_the_median_before_it():
    row, alone = series([1.0, 1.0, 5.0, 1.0, 1.2]), series([1.0], variant="alone")
    one = benchmark(row, alone)
    found, first = (row_of(context(one), one, each) for each in (row, alone))
    assert (round(found.change, 6), found.change_text) == (0.2, "+20.0 %")
    assert np.isnan(first.change)
    assert first.change_text == "–"


def test_the_newest_value_is_compared_with_what_a_threshold_is_held_against():
    again = [run(0), *(run(place, sha="x" * 40) for place in (1, 2, 3))]
    tried = [run(0), run(1, branch="try"), run(2, branch="try"), run(3), run(4)]
    for runs_of, values in ((again, [1.0, 2.0, 2.0, 1.2]), (tried, [1.0, 2.0, 2.0, 1.0, 1.2])):
        row = series(values)
        found = context(benchmark(row), runs=runs_of)
        against = baseline.find(found.view, row, row.last, "median")
        assert against.value == 1.0
        assert round(row_of(found, benchmark(row), row).change, 6) == 0.2


def test_a_commit_that_was_pushed_away_does_not_speak_for_its_series():
    runs_of = [run(0), run(1), run(2, abandoned=True)]
    row = series([1.0, 1.1, 9.0])
    found = row_of(context(benchmark(row), runs=runs_of), benchmark(row), row)
    assert (found.value, found.change_text) == ("1.10 s", "+10.0 %")
    assert found.run is not None
    assert found.run.position == 1


def test_growth_of_memory_from_near_zero_is_told_in_bytes():
    row = series([90.0] * 5 + [1.05e6], metric="rss_growth_rate", unit="B/iteration")
    one = benchmark(row)
    found = row_of(context(one), one, row)
    assert found.change_text == "from 90.0 B/iteration"
    assert np.isnan(found.change)


def test_a_failed_newest_run_is_shown_with_its_reason():
    row = series([1.0, np.nan], status=[MEASURED, FAILED], reasons={1: "killed"})
    one = benchmark(row)
    found = row_of(context(one), one, row)
    assert (found.status, found.reason, found.value) == ("failed", "killed", "failed")
    assert (found.last_value, found.last_run, found.interval) == ("1.00 s", run(0), "")
