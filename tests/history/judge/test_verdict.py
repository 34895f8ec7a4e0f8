"""Each series has one verdict at its newest point, and it says why."""

from datetime import date
from math import nan

import numpy as np
import pytest

from history.judge import judge as judging
from history.judge.verdict import SEVERITY, Word
from history.report.wording import verdicts as wording
from tests.history.judge.builders import config, facts, noisy, trend, trends

SLOWER = {"name": "slower", "metric": "*", "worse_by": "20 %"}
LIMIT = {"metric": "first_token_time", "limit": "2 s"}


def judge(history, root=None, **tables):
    return judging.judge_view(history, config(root, **tables))


def test_every_verdict_has_a_place_among_the_others_and_failures_come_first():
    assert sorted(SEVERITY) == sorted(Word)
    assert SEVERITY[:3] == (Word.FAIL, Word.INVALID, Word.MISSING)


def verdict(values, reasons=None, root=None, tables=None, **about):
    history = trends(trend(values, **about), reasons=reasons)
    return judge(history, root, **(tables or {"threshold": [SLOWER]})).verdicts["5e71e5"]


def test_a_quiet_series_is_ok_and_says_what_it_could_have_shown():
    found = verdict(noisy(1.0))
    assert (found.word, found.n) == ("ok", 30)
    assert 0.01 < found.minimum_detectable_change < 0.05
    assert "30 measured points with noise of" in wording.verdict(found)


def test_few_points_are_not_enough_data():
    found = verdict([1.0] * 7)
    assert (found.word, found.minimum_detectable_change) == ("not enough data", None)


def test_a_metric_without_a_better_side_has_no_direction():
    assert verdict(noisy(1.0, 2.0), direction="none").word == "no direction"


def test_a_fresh_confirmed_regression_fails():
    assert verdict(noisy(1.0, 1.1, n=20)).word == "fail"


def test_a_regression_left_alone_for_long_only_warns():
    found = verdict(noisy(1.0, 1.1, n=40))
    assert found.word == "warn"
    assert wording.verdict(found).startswith("open for 40 points, mend it or decide in triage")


def test_a_far_out_newest_point_is_a_suspect_and_fails_nothing():
    assert verdict([*noisy(1.0, n=110), 1.15]).word == "suspect"


def test_a_ramp_is_a_drift():
    ramp = [*noisy(1.0, n=40), *(1 + 0.01 * step for step in range(30)), *noisy(1.3, n=25)]
    jitter = np.random.default_rng(1).normal(1, 0.004, len(ramp))
    assert verdict(np.array(ramp) * jitter).word == "drift"


def test_a_fresh_improvement_is_improved():
    assert verdict(noisy(1.0, 0.9, n=20)).word == "improved"


def test_faster_with_another_output_is_a_warning_and_no_improvement():
    prints = np.array([1] * 20 + [2] * 20, dtype=np.uint64)
    found = verdict(noisy(1.0, 0.9, n=20), fingerprint=prints)
    assert found.word == "warn"
    assert "its output changed too" in wording.verdict(found)


def test_an_acknowledged_regression_is_ok_and_says_why(tmp_path):
    (tmp_path / "triage.toml").write_text(
        '[[change]]\nstate = "expected"\ncommit = "c0020"\nreason = "larger model"\n'
    )
    found = verdict(noisy(1.0, 1.1, n=20), root=tmp_path)
    assert (found.word, wording.verdict(found)) == ("ok", "expected: larger model")


def test_a_threshold_fails_where_detection_still_waits():
    found = verdict([1.0, 1.0, 1.3])
    assert (found.word, found.reasons[0].source) == ("fail", "threshold")


def test_a_missed_target_fails_and_an_uncertain_one_warns():
    tables = {"target": [LIMIT], "threshold": [SLOWER]}
    assert verdict([2.1], tables=tables).word == "fail"
    assert verdict([1.9], low=[1.8], high=[2.2], tables=tables).word == "warn"
    assert verdict([1.9], tables=tables).word == "not enough data"


@pytest.mark.parametrize(
    ("status", "word", "reason"),
    [
        (1, "missing", "not run: no GPU"),
        (2, "fail", "it was run and did not finish: no GPU"),
        (3, "invalid", "no GPU"),
    ],
)
def test_an_absent_newest_point_decides_the_verdict(status, word, reason):
    found = verdict([*noisy(1.0), nan], status=[0] * 30 + [status], reasons={(1, 30): "no GPU"})
    assert (found.word, wording.verdict(found)) == (word, reason)


def test_what_was_skipped_from_the_first_run_on_is_told_from_what_was_lost():
    never = verdict([nan, nan], status=[1, 1], reasons={(1, 1): "no GPU"})
    lost = verdict([1.0, nan], status=[0, 1], reasons={(1, 1): "no GPU"})
    assert (never.word, never.never_run) == ("missing", True)
    assert (lost.word, lost.never_run) == ("missing", False)


def test_the_gravest_reason_wins_and_the_others_are_kept():
    tables = {"target": [LIMIT], "threshold": [SLOWER]}
    found = verdict(noisy(1.8, 2.4, n=20), tables=tables)
    assert found.word == "fail"
    assert [reason.source for reason in found.reasons] == ["target", "change"]


def test_without_a_day_the_newest_run_decides_what_has_run_out(tmp_path):
    (tmp_path / "triage.toml").write_text(
        '[[change]]\nstate = "acknowledged"\ncommit = "c0020"\nreason = "soon"\n'
        "until = 2026-02-08\n"
    )
    still = judge(trends(trend(noisy(1.0, 1.1, n=20)[:39])), tmp_path)
    over = judge(trends(trend(noisy(1.0, 1.1, n=20))), tmp_path)
    assert [one.regressions[0].status for one in (still, over)] == ["acknowledged", "confirmed"]
    told = judging.judge_view(
        trends(trend(noisy(1.0, 1.1, n=20))), config(tmp_path), today=date(2026, 2, 1)
    )
    assert told.regressions[0].status == "acknowledged"


def test_the_rule_set_is_named_with_the_judgement():
    assert judge(trends(trend([1.0]))).version.startswith("steps ")


def left_behind(nights, **changes):
    """The verdict of a series that was last measured before that many nights."""
    other = trend([1.0] * (10 + nights), series_id="0", series_key=2, benchmark="other")
    runs = [facts(night, **changes) for night in range(10 + nights)]
    return judge(trends(trend([1.0] * 10), other, runs=runs)).verdicts["5e71e5"]


def test_a_series_that_its_suite_has_left_behind_is_missing():
    assert left_behind(2).word == "ok"
    found = left_behind(3)
    assert (found.word, "last at c0009" in wording.verdict(found)) == ("missing", True)


def test_imported_numbers_are_not_expected_every_night():
    assert left_behind(20, origin="imported").word == "ok"
