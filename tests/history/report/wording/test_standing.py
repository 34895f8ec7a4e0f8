"""Counts that a tile, a badge or a header tells."""

from history.report.wording import standing


def test_every_target_is_in_one_of_the_counts():
    counts = {"pass": 12, "fail": 1, "uncertain": 0, "missing": 5}
    assert standing.targets(counts) == "12 of 18 held, 1 fail, 5 missing"


def test_nothing_open_is_none_and_nothing_failing_is_silent():
    assert standing.regressions(0, 0) == "none"
    assert standing.regressions(12, 1) == "12 open, 1 suspected"
    assert standing.failing(0, 0) == ""
    assert standing.failing(18, 2) == "18 newly failing, 2 still failing (series)"


def test_counts_that_are_empty_are_left_out_of_the_sentence():
    assert standing.together("none", "", "") == "Regressions: none."
    told = standing.together("1 open", "2 still failing (series)", "3 of 3 held")
    assert told == "Regressions: 1 open. 2 still failing (series). Targets: 3 of 3 held."


def test_a_list_that_is_whole_says_nothing_of_its_length():
    assert standing.newest(7, 7) == ""
    assert standing.newest(100, 240) == "The newest 100 of 240 events are listed."
