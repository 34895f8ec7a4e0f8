"""Targets are met, missed or neither, and the margin says by how much."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.judge import kept_limits
from history.judge import targets as sla
from history.read import view
from history.read.series import ABOUT, ABOVE, BELOW, EXACT
from history.report.wording import targets
from tests.history.judge.builders import config, facts, noisy, point, run, trend, trends, workspace

TARGET = {"metric": "first_token_time", "limit": "120 ms", "benchmark": "golden.*"}


def judged(history, **changes):
    return sla.judge(history, config(target=[TARGET | changes]))


def one(values, **about):
    (row,) = judged(trends(trend(values, **about)))
    return row


def test_a_target_is_met_at_its_limit_and_missed_above_it():
    assert one([0.12]).status == "pass"
    assert one([0.1201]).status == "fail"


def test_an_interval_on_both_sides_of_the_limit_is_uncertain():
    assert one([0.119], low=[0.115], high=[0.123]).status == "uncertain"
    assert one([0.119], low=[0.115], high=[0.1199]).status == "pass"
    assert one([0.125], low=[0.1201], high=[0.13]).status == "fail"


@pytest.mark.parametrize(
    ("value", "qualifier", "limit", "better", "status"),
    [
        (150e6, BELOW, 145e6, "lower", "uncertain"),
        (140e6, BELOW, 145e6, "lower", "pass"),
        (150e6, ABOVE, 145e6, "lower", "fail"),
        (140e6, ABOVE, 145e6, "lower", "uncertain"),
        (90.0, BELOW, 100.0, "higher", "fail"),
        (120.0, ABOVE, 100.0, "higher", "pass"),
        (90.0, ABOVE, 100.0, "higher", "uncertain"),
        (0.200, ABOUT, 0.250, "lower", "pass"),
        (0.120, ABOUT, 0.100, "lower", "fail"),
        (0.115, ABOUT, 0.120, "lower", "uncertain"),
        (nan, EXACT, 1.0, "lower", "missing"),
        (1.0, EXACT, 1.0, "none", "no direction"),
    ],
)
def test_how_a_number_was_stated_decides_what_it_can_show(value, qualifier, limit, better, status):
    assert sla.complies(value, nan, nan, qualifier, limit, better) == status


@pytest.mark.parametrize(
    ("value", "limit", "better", "percent", "words"),
    [
        (0.1752, 0.120, "lower", -46.0, "46 % over, needs 32 % less"),
        (0.1506, 0.150, "lower", -0.4, "0.4 % over, needs 0.4 % less"),
        (0.15001, 0.150, "lower", 0.0, "under 0.1 % over, needs under 0.1 % less"),
        (0.0555, 0.500, "lower", 88.9, "89 % below the limit"),
        (181.8, 100.0, "higher", 81.8, "82 % above the limit"),
        (82.0, 100.0, "higher", -18.0, "18 % short, needs 22 % more"),
        (5.0, 0.0, "lower", None, ""),
    ],
)
def test_the_margin_is_room_left_in_percent_of_the_limit(value, limit, better, percent, words):
    margin = sla.margin_of(value, limit, better)
    assert (None if margin is None else round(margin, 1)) == percent
    assert targets.margin_between(value, limit, better) == words


def test_a_published_bound_has_no_margin_but_a_bound_of_it():
    row = one([0.15], qualifier="below")
    assert (row.status, row.margin_percent) == ("uncertain", None)
    assert targets.margin(row) == "at most 25 % over"
    assert targets.margin(one([0.15], qualifier="above")) == "at least 25 % over"
    assert targets.margin(one([0.09], qualifier="below")) == "at least 25 % under"


def test_compliance_is_the_share_of_the_last_thirty_points():
    row = one([0.2] * 40 + [0.1] * 21 + [0.2] * 9)
    assert (row.compliance_30, row.nights) == (0.7, 30)


def test_the_commit_that_broke_a_target_is_the_first_of_the_present_failure():
    assert one([0.1] * 5 + [0.2] + [0.1] * 4 + [0.2] * 3).broken_by == "c0010"


def test_a_target_that_is_met_or_never_was_has_no_commit_that_broke_it():
    assert one([0.2] * 3 + [0.1]).broken_by == ""
    assert one([0.2] * 3).broken_by == ""


def test_the_best_value_ever_is_named_with_its_commit():
    row = one([0.3, 0.08, 0.2])
    assert (row.best, row.best_commit) == (0.08, "c0001")
    row = one([1.0, 5.0, 2.0], direction="higher")
    assert (row.best, row.best_commit) == (5.0, "c0001")


def test_the_tendency_is_a_word_and_percent_per_point():
    rising = one([0.1 + 0.001 * night for night in range(40)])
    assert (rising.trend, round(rising.trend_percent, 2)) == ("worsening", 0.8)
    assert one(noisy(0.1)).trend == "level"
    assert one([0.1] * 7).trend == ""


def test_a_point_that_is_not_there_is_missing_with_the_reason():
    series = trend([0.1, nan], status=[0, 2])
    (row,) = judged(trends(series, reasons={(1, 1): "killed after 600 s"}))
    assert (row.status, row.value, targets.reason(row)) == ("missing", None, "killed after 600 s")
    assert row.compliance_30 == 1.0


def test_a_target_about_nothing_is_missing_too():
    (row,) = judged(trends(trend([0.1])), benchmark="whisper.*")
    assert (row.status, row.key.suite, row.key.benchmark) == ("missing", "", "whisper.*")


def test_a_target_of_a_profile_is_missing_only_where_some_run_had_that_profile():
    by_night = {"benchmark": "whisper.*", "profile": "nightly"}
    for profile, rows in (("quick", 0), ("nightly", 1)):
        history = trends(trend([0.1]), runs=[facts(0, profile=profile)])
        assert len(judged(history, **by_night)) == rows


def test_a_target_is_about_the_machines_and_variants_it_names():
    series = trend([0.1], variant="runtime=torch;device=cpu")
    assert judged(trends(series), variant="*device=cpu*", machine="bo?")[0].series_id == "5e71e5"
    assert judged(trends(series), variant="*device=cuda*")[0].series_id == ""


def test_a_series_in_another_unit_than_the_limit_fails_and_the_others_are_judged():
    foreign = trend([0.1], metric="own", unit="widgets", series_id="f0")
    own = trend([0.1], metric="own", benchmark="other", series_key=2, series_id="0e")
    rows = {row.series_id: row for row in judged(trends(foreign, own), metric="own")}
    assert rows["0e"].status == "pass"
    assert (rows["f0"].status, rows["f0"].value, rows["f0"].key.unit) == ("fail", None, "s")
    said = 'it is measured in "widgets", and the limit is "120 ms"'
    assert targets.reason(rows["f0"]) == said


def test_a_limit_that_a_run_cannot_have_had_is_not_believed():
    series = trend([0.15] * 3)
    key = kept_limits.key_of(config(target=[TARGET]).values.target[0])
    for kept in ("no limit", "3 MB", 7, ""):
        (row,) = judged(trends(series, environments={1: {"targets": {key: kept}}}))
        assert (row.status, row.compliance_30) == ("fail", 0.0)


def test_a_target_keeps_the_limit_that_was_in_force_when_a_run_was_judged():
    series = trend([0.15] * 10)
    nights = [facts(night, environment_key=1 if night < 8 else 2) for night in range(10)]
    key = kept_limits.key_of(config(target=[TARGET]).values.target[0])
    environments = {1: {"targets": {key: "200 ms"}}, 2: {"targets": {key: "120 ms"}}}
    (row,) = judged(trends(series, runs=nights, environments=environments))
    assert (row.status, row.compliance_30, row.broken_by) == ("fail", 0.8, "c0008")


def test_a_target_has_the_same_key_whatever_its_name_and_limit():
    def key(**changes):
        return kept_limits.key_of(config(target=[TARGET | changes]).values.target[0])

    assert key() == key(name="another", limit="1 s") == "first_token_time benchmark=golden.*"
    assert key(machine="box") != key()


def test_a_run_is_recorded_with_the_limits_of_its_day(tmp_path):
    strict = [TARGET | {"limit": "100 ms"}]
    workspace(tmp_path, run(0, point(0.11)), target=[TARGET])
    made = workspace(tmp_path, run(1, point(0.11)), target=strict)
    with made.reading() as connection:
        history = view.read(connection)
    (row,) = sla.judge(history, config(target=strict))
    assert (row.status, row.compliance_30, row.broken_by) == ("fail", 0.5, "c0001")


values = st.floats(0.001, 1000.0)


@given(values, st.floats(0.001, 1.0), st.floats(0.001, 1.0), values, st.floats(0.01, 100.0))
def test_the_unit_of_a_value_does_not_change_its_compliance(value, below, above, limit, scale):
    low, high = value * (1 - below), value * (1 + above)
    plain = sla.complies(value, low, high, EXACT, limit, "lower")
    scaled = sla.complies(value * scale, low * scale, high * scale, EXACT, limit * scale, "lower")
    near = min(abs(end / limit - 1) for end in (low, high)) < 1e-9
    assert plain == scaled or near


@given(values, values)
def test_a_rate_meets_its_target_when_its_time_does(value, limit):
    time = sla.complies(value, nan, nan, EXACT, limit, "lower")
    rate = sla.complies(-value, nan, nan, EXACT, -limit, "higher")
    assert time == rate


@given(values, values)
def test_a_bound_never_passes_and_fails_at_once(value, limit):
    for better in ("lower", "higher"):
        found = {sla.complies(value, nan, nan, side, limit, better) for side in (BELOW, ABOVE)}
        assert found != {"pass"}
        assert found != {"fail"}
    assert sla.complies(value, -inf, inf, EXACT, limit, "lower") in {"pass", "fail"}


def test_nights_of_a_side_branch_count_neither_as_met_nor_as_broken():
    values = [0.1, 0.1, 0.1, 0.5, 0.01, 0.13, 0.13]
    branches = ["main"] * 3 + ["slower", "faster"] + ["main"] * 2
    runs = [facts(night, branch=branch) for night, branch in enumerate(branches)]
    (row,) = judged(trends(trend(values), runs=runs))
    assert (row.status, row.broken_by, row.nights) == ("fail", "c0005", 5)
    assert (row.compliance_30, row.best) == (0.6, 0.1)
