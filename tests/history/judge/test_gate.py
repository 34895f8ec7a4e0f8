"""What a person should act on: failures, invalid and missing results, and rules about nothing."""

from math import nan

import numpy as np
import pytest

from history.judge import gate
from history.judge import judge as judging
from history.judge.suites import GIVEN_UP_AFTER
from history.judge.verdict import Word
from history.read.series import FAILED, INVALID, SKIPPED
from history.report.wording import judgements, verdicts
from tests.history.judge.builders import config, noisy, trend, trends

LIMIT = {"name": "fast", "metric": "first_token_time", "limit": "2 s"}


def rows(history, **tables):
    judged = judging.judge_view(history, config(None, **tables))
    return judged, gate.rows(judged)


def absent(status, nights, *, measured=12, reason="killed after 600 s"):
    """A series that was measured, and then was not for so many nights."""
    values = [*noisy(1.0, n=measured), *[nan] * nights] if measured else [nan] * nights
    states = [0] * measured + [status] * nights
    reasons = {(1, night): reason for night in range(measured, measured + nights)}
    return trends(trend(values, status=states), reasons=reasons)


@pytest.mark.parametrize(
    ("status", "word"), [(FAILED, Word.FAIL), (INVALID, Word.INVALID), (SKIPPED, Word.MISSING)]
)
def test_what_the_newest_run_has_not_measured_fails_the_check(status, word):
    _, (row,) = rows(absent(status, 1))
    assert (row.reason.word, row.fails, row.reason.about.points) == (word, True, 1)
    assert "killed after 600 s" in verdicts.reason(row.reason)


def test_what_fails_for_the_seventh_night_says_so():
    _, (row,) = rows(absent(FAILED, 7))
    assert row.reason.about.points == 7
    said = verdicts.reason(row.reason)
    assert said.endswith("(for 7 points, since c0012, measured last at c0011)")


def test_a_benchmark_that_never_finished_fails_too():
    _, (row,) = rows(absent(FAILED, 3, measured=0))
    assert row.fails
    assert verdicts.reason(row.reason).endswith("(for 3 points, since c0000, never measured)")


def test_what_was_skipped_from_the_first_run_on_lost_nothing():
    assert rows(absent(SKIPPED, 5, measured=0))[1] == ()


def test_a_target_about_nothing_is_a_finding():
    misspelled = LIMIT | {"name": "typo", "benchmark": "goldn.*"}
    _, (row,) = rows(trends(trend(noisy(1.0))), target=[LIMIT, misspelled])
    assert (row.reason.word, row.reason.source, row.series_id) == (Word.MISSING, "target", "")
    assert row.fails
    assert "target typo: nothing that this target is about" in verdicts.reason(row.reason)


def test_a_threshold_about_nothing_is_a_finding():
    misspelled = {"name": "slower", "metric": "*", "benchmark": "goldn.*", "worse_by": "20 %"}
    _, (row,) = rows(trends(trend(noisy(1.0))), threshold=[misspelled])
    assert (row.reason.word, row.reason.source, row.fails) == (Word.MISSING, "threshold", True)
    assert row.key.benchmark == "goldn.*"


def two_of_a_suite(missing_for):
    """One benchmark measured every night, and one that was left out of the newest nights."""
    nights = 12 + missing_for
    kept = trend(noisy(1.0, n=nights))
    gone = trend(
        noisy(1.0, n=12, seed=1), series_id="90e", series_key=2, benchmark="gone",
        runs=np.arange(12),
    )  # fmt: skip
    return trends(kept, gone)


def test_a_benchmark_that_the_suite_left_out_is_missing_from_the_third_commit_on():
    assert rows(two_of_a_suite(2))[1] == ()
    _, (row,) = rows(two_of_a_suite(3))
    assert (row.reason.word, row.fails) == (Word.MISSING, True)
    assert "not measured at the newest 3 commits of its suite" in verdicts.reason(row.reason)


def test_a_benchmark_that_was_removed_long_ago_is_no_news():
    assert rows(two_of_a_suite(GIVEN_UP_AFTER))[1] != ()
    assert rows(two_of_a_suite(GIVEN_UP_AFTER + 1))[1] == ()


def test_a_target_says_how_old_the_value_is_that_it_judges():
    judged, _ = rows(two_of_a_suite(2), target=[LIMIT])
    ages = {row.key.benchmark: (row.status, row.commits_behind) for row in judged.sla}
    assert ages == {"pipeline": ("pass", 0), "gone": ("pass", 2)}


def test_the_closing_line_counts_what_fails_by_its_kind():
    judged, found = rows(absent(INVALID, 2), target=[LIMIT | {"metric": "no_such_time"}])
    assert judgements.check(judged, found).startswith("0 failed, 1 invalid, 1 missing, 0 warned:")
