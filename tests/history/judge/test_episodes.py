"""A shift and the return from it are one episode, and it keeps its name."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from history.detect import Observations, detector
from history.judge import changes as regressions
from history.judge.episodes import Alarm, episode_id, known_ids
from history.project.triage import parse
from history.report.wording import confounders
from tests.history.judge.builders import detections, noisy, trend, trends


def rows(values, decisions="", today=None, **changes):
    history = trends(trend(values, **changes))
    return regressions.rows(
        history, detections(history), parse(decisions, "triage.toml"), today=today
    )


def summary(found):
    return [(row.direction, row.status) for row in found]


def test_a_slower_level_is_a_regression_where_lower_is_better():
    (row,) = rows(noisy(1.0, 1.2))
    assert (row.direction, row.kind, row.status) == ("regression", "step", "confirmed")
    assert (row.index, row.commit, row.previous_commit) == (30, "c0030", "c0029")
    assert row.change_low < 0.2 < row.change_high
    assert row.is_open_regression


def test_the_same_level_is_an_improvement_where_higher_is_better():
    (row,) = rows(noisy(1.0, 1.2), direction="higher", metric="throughput", unit="ops/s")
    assert row.direction == "improvement"
    assert not row.is_open_regression


def test_without_a_better_side_a_change_is_up_or_down_and_never_open():
    found = rows(noisy(1.0, 1.2, 1.0), direction="none", metric="frames", unit="count")
    assert summary(found) == [("up", "confirmed"), ("down", "confirmed")]
    assert not any(row.is_open_regression for row in found)


def test_a_return_to_the_old_level_recovers_and_is_the_same_episode():
    first, second = rows(noisy(1.0, 1.2, 1.0))
    assert summary((first, second)) == [("regression", "recovered"), ("improvement", "confirmed")]
    assert first.episode == second.episode
    assert first.recovered_at == second.commit == "c0060"


def test_half_a_return_does_not_recover():
    first, second = rows(noisy(1.0, 1.2, 1.1))
    assert summary((first, second)) == [("regression", "confirmed"), ("improvement", "confirmed")]
    assert first.episode != second.episode


def test_one_improvement_can_end_two_regressions():
    found = rows(noisy(1.0, 1.1, 1.25, 0.99))
    assert [row.status for row in found] == ["recovered", "recovered", "confirmed"]
    assert found[2].episode == found[0].episode


def test_one_new_point_far_out_is_a_suspect():
    (row,) = rows([*noisy(1.0, n=110), 1.5])
    assert (row.status, row.points_since) == ("suspect", 1)


def test_an_acknowledged_regression_is_not_open_until_the_day_has_passed():
    from datetime import date

    decided = """
    [[change]]
    state = "acknowledged"
    commit = "c0030"
    reason = "known"
    until = 2026-02-28
    """
    (before,) = rows(noisy(1.0, 1.2), decided, today=date(2026, 2, 28))
    (after,) = rows(noisy(1.0, 1.2), decided, today=date(2026, 3, 1))
    assert (before.status, before.is_open, before.decision.reason) == (
        "acknowledged", False, "known",
    )  # fmt: skip
    assert (after.status, after.is_open, after.expired) == ("confirmed", True, True)


def test_what_is_expected_stays_expected_and_a_false_alarm_is_one_even_after_its_end():
    decided = '[[change]]\nstate = "{}"\ncommit = "c0030"\nreason = "so it is"\n'
    assert rows(noisy(1.0, 1.2), decided.format("expected"))[0].status == "expected"
    assert rows(noisy(1.0, 1.2, 1.0), decided.format("expected"))[0].status == "recovered"
    found = rows(noisy(1.0, 1.2, 1.0), decided.format("false alarm"))
    assert found[0].status == "false alarm"


def test_a_later_decision_overrules_an_earlier_one():
    decided = """
    [[change]]
    state = "false alarm"
    commit = "c0030"
    reason = "a noisy neighbour"
    [[change]]
    state = "expected"
    commit = "c0030"
    reason = "no, the new model is larger"
    """
    assert rows(noisy(1.0, 1.2), decided)[0].status == "expected"


def test_a_decision_about_a_regression_is_not_one_about_the_change_that_undid_it():
    first, second = rows(noisy(1.0, 1.2, 1.0))
    decided = '[[change]]\nstate = "{}"\nepisode = "{}"\nreason = "so it is"\n{}'
    until = "until = 2026-12-31\n"
    for state, more in (("expected", ""), ("acknowledged", until)):
        found = rows(noisy(1.0, 1.2, 1.0), decided.format(state, first.episode, more))
        assert summary(found) == [("regression", "recovered"), ("improvement", "confirmed")]
        assert (found[0].decision.state, found[1].decision) == (state, None)
    found = rows(noisy(1.0, 1.2, 1.0), decided.format("false alarm", first.episode, ""))
    assert [row.status for row in found] == ["false alarm", "false alarm"]
    own = next(one for one in second.also_known_as if one not in first.also_known_as)
    found = rows(noisy(1.0, 1.2, 1.0), decided.format("expected", own, ""))
    assert [row.status for row in found] == ["recovered", "expected"]


def test_an_episode_is_known_by_the_ids_it_had_a_few_commits_away():
    commits = [f"c{night}" for night in range(60)]
    ids = known_ids("series", 0.2, 30, commits)
    assert ids[0] == episode_id("series", 0.2, "c30")
    assert episode_id("series", 0.1, "c27") in ids
    assert episode_id("series", -0.2, "c30") not in ids
    assert episode_id("series", 0.2, "c24") not in ids


def test_a_decision_by_an_older_id_still_finds_its_change():
    old = episode_id("5e71e5", 0.2, "c0028")
    decided = f'[[change]]\nstate = "expected"\nepisode = "{old}"\nreason = "as planned"\n'
    assert rows(noisy(1.0, 1.2), decided)[0].status == "expected"


def test_an_alarm_that_was_raised_keeps_its_id_when_its_estimate_moves():
    history = trends(trend(noisy(1.0, 1.2)))
    found = regressions.rows(
        history, detections(history), known={"5e71e5": [Alarm(28, 0.17, "the-old-id")]}
    )
    assert [row.episode for row in found] == ["the-old-id"]


def test_the_environment_that_changed_between_both_sides_is_named():
    from tests.history.judge.builders import facts

    nights = [facts(night, environment_key=1 if night < 30 else 2) for night in range(60)]
    environments = {
        1: {"libraries": {"torch": "2.12"}, "targets": {"first_token_time": "120 ms"}},
        2: {"libraries": {"torch": "2.13", "numpy": "2.4"}, "targets": {}},
    }
    history = trends(trend(noisy(1.0, 1.2)), runs=nights, environments=environments)
    (row,) = regressions.rows(history, detections(history))
    assert tuple(map(confounders.words, row.suspects)) == (
        "libraries.numpy: absent → 2.4",
        "libraries.torch: 2.12 → 2.13",
    )


def test_another_output_after_the_change_is_seen():
    import numpy as np

    prints = np.array([1] * 30 + [2] * 30, dtype=np.uint64)
    assert rows(noisy(1.0, 0.8), fingerprint=prints)[0].output_changed
    assert not rows(noisy(1.0, 0.8))[0].output_changed


@given(st.floats(0.05, 2.0), st.floats(1e-6, 1e6))
def test_reversing_the_direction_reverses_the_meaning_and_nothing_else(step, scale):
    values = [scale * value for value in noisy(1.0, 1.0 + step)]
    lower, higher = rows(values), rows(values, direction="higher")
    assert [row.direction for row in lower] == ["regression"]
    assert [row.direction for row in higher] == ["improvement"]
    assert [replace(row, direction="", status="") for row in lower] == [
        replace(row, direction="", status="") for row in higher
    ]


@given(st.integers(0, 200))
def test_judging_again_says_the_same(seed):
    assert rows(noisy(1.0, 1.15, 1.0, seed=seed)) == rows(noisy(1.0, 1.15, 1.0, seed=seed))


def test_absent_points_count_for_the_index():
    values = noisy(1.0, 1.2)
    values[10:10] = [float("nan")] * 3
    (row,) = rows(values, status=[0] * 10 + [2] * 3 + [0] * 50)
    assert (row.index, row.commit) == (33, "c0033")
    assert detector().detect(Observations(trend(values).values)).changes[0].index == 33


@given(st.integers(0, 100), st.sampled_from([0.05, 0.1, 0.3]))
def test_one_shift_stays_one_episode_as_nights_are_added(seed, step):
    values = noisy(1.0, 1.0 + step, n=40, seed=seed)
    (final,) = [row for row in rows(values) if abs(row.index - 40) <= 5]
    names = {final.episode, *final.also_known_as}
    for nights in range(45, 80, 7):
        near = [row for row in rows(values[:nights]) if abs(row.index - 40) <= 5]
        assert {row.episode for row in near} <= names
        assert len(near) <= 1
