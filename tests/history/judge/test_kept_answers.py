"""Stored answers save time and change nothing."""

from dataclasses import replace

import duckdb
import numpy as np
import pytest

from history import sql
from history.detect import ChangeKind, Observations, detector
from history.judge import answers, judge, kept_answers, rule_changes
from history.read import runs as reading
from history.read import view
from history.report.wording import judgements
from history.words.records import Exclusion
from tests.history.judge.builders import (
    START,
    PlainDetector,
    config,
    noisy,
    point,
    run,
    trend,
    trends,
    workspace,
)

SLOWER = noisy(1.0, 1.2, n=20)
QUIET = noisy(1.0, n=40, seed=1)


def nights(first, last):
    return [
        run(night, point(SLOWER[night]), point(QUIET[night], benchmark="quiet"))
        for night in range(first, last)
    ]


def _forty(folder):
    workspace(folder, *nights(0, 40))


@pytest.fixture
def made(prepared, tmp_path):
    """Forty nights of two benchmarks, of which one becomes slower at the twenty-first."""
    return workspace(prepared(_forty, tmp_path))


def judged(made, **options):
    with made.reading() as connection:
        return judge.judge(connection, made.loaded, view.read(connection, **options))


def without_freshness(one):
    return replace(one, fresh=(), history=None, detections={})


def test_what_was_stored_while_appending_is_not_judged_again(made):
    assert judged(made).fresh == ()


def test_a_night_judges_only_the_series_that_it_measured(tmp_path, monkeypatch):
    made = workspace(tmp_path, *nights(0, 39))
    seen = []

    class Watched(PlainDetector):
        def detect(self, observations, minimum_effect=0.02):
            seen.append(observations.values.size)
            return super().detect(observations, minimum_effect)

    monkeypatch.setattr("history.detect.step_detector.StepDetector", Watched)
    made.append([run(39, point(SLOWER[39]))])
    made.append([run(40, point(1.2))])
    # The first append meets another detector and judges both; the second only what it measured.
    assert seen == [40, 39, 41]


def test_only_the_points_of_measured_series_are_read(tmp_path, monkeypatch):
    made = workspace(tmp_path, *nights(0, 39))
    read: list[tuple[str, int]] = []
    plain = view.read_series

    def watched(connection, series_keys):
        found = plain(connection, series_keys)
        read.extend((one.key.benchmark, one.size) for one in found.series)
        return found

    monkeypatch.setattr(view, "read_series", watched)
    made.append([run(39, point(SLOWER[39]))])
    assert read == [("pipeline", 40)]


def test_an_exclusion_is_judged_when_it_is_made(made):
    with made.reading() as connection:
        run_id = reading.read(connection)[30].run_id
    made.exclude(Exclusion(run_id=run_id, made_at=START, reason="a compiler ran beside it"))
    assert judged(made).fresh == ()


def test_the_judgement_is_the_same_with_and_without_what_is_stored(made):
    stored_one = judged(made)
    with made.writing() as connection:
        connection.execute("delete from detections")
        connection.execute("delete from changes")
    fresh_one = judged(made)
    assert len(fresh_one.fresh) == 2
    assert without_freshness(fresh_one) == without_freshness(stored_one)


def test_a_database_made_anew_from_the_ledger_gives_the_same_judgement(made):
    before = judged(made)
    made.sync(rebuild=True)
    assert without_freshness(judged(made)) == without_freshness(before)


def test_judging_an_older_commit_does_not_use_todays_answers(made):
    assert judged(made, as_of="c0019").regressions == ()
    assert len(judged(made).regressions) == 1


def test_other_rules_and_another_detector_are_asked_again(made):
    for rules in ("steps 0", "plain 8"):
        with made.writing() as connection:
            connection.execute("update detections set rules = $rules", {"rules": rules})
        assert len(judged(made).fresh) == 2


def test_an_alarm_keeps_the_id_it_was_raised_under(tmp_path):
    made = workspace(tmp_path, *nights(0, 25))
    (first,) = judged(made).regressions
    with made.writing() as connection:
        # As if it had first been seen two commits earlier.
        connection.execute("update changes set commit_sha = 'c0018', episode = 'first-id'")
    made.append(nights(25, 40))
    (later,) = judged(made).regressions
    assert later.commit == first.commit == "c0020"
    assert later.episode == "first-id"


class Stricter(PlainDetector):
    """The next version, which asks for more."""

    version = "1"

    def detect(self, observations, minimum_effect=0.02):
        found = super().detect(observations, minimum_effect)
        return replace(found, changes=tuple(one for one in found.changes if one.change > 0.5))


def test_what_an_upgrade_of_the_rules_changed_is_visible(made):
    with made.writing() as connection:
        history = view.read(connection)
        kept_answers.write(connection, history, PlainDetector())
        kept_answers.write(connection, history, Stricter())
        (upgrade,) = rule_changes.read(connection, "plain 1")
    assert (upgrade.old_rules, upgrade.new_rules, upgrade.effect) == ("plain 0", "plain 1", "went")
    assert upgrade.commit == "c0020"
    note = judgements.upgrade(replace(judged(made), upgrades=(upgrade,)))
    assert note == (
        "The rules are now plain 1: since plain 0, 0 changes came and 1 went, on the same points."
    )
    assert judgements.upgrade(judged(made)) == ""


def test_whoever_only_reads_sees_what_an_upgrade_changes(tmp_path, monkeypatch):
    monkeypatch.setattr("history.detect.step_detector.StepDetector", PlainDetector)
    made = workspace(tmp_path, *nights(0, 40))
    assert judged(made).upgrades == ()
    monkeypatch.setattr("history.detect.step_detector.StepDetector", Stricter)
    (upgrade,) = judged(made).upgrades
    assert (upgrade.new_rules, upgrade.commit, upgrade.effect) == ("plain 1", "c0020", "went")
    assert judged(made, as_of="c0030").upgrades == ()
    made.append([run(40, point(1.2))])  # what was pending is stored now, and stays visible
    assert [one.commit for one in judged(made).upgrades] == ["c0020"]


def test_answers_survive_being_stored(tmp_path):
    made = workspace(tmp_path, *nights(0, 7))
    with made.reading() as connection:
        kept = kept_answers.read(connection, detector())
        found = answers.detect(view.read(connection), detector())
    for series_id, one in kept.items():
        assert repr(one.detection) == repr(found.detections[series_id])
    assert {one.detection.enough_data for one in kept.values()} == {False}


def test_the_shape_of_a_change_survives_being_stored(made):
    with made.reading() as connection:
        kept = kept_answers.read(connection, detector())
        found = answers.detect(view.read(connection), detector())
    for series_id, one in kept.items():
        assert one.detection == found.detections[series_id]
        assert all(isinstance(change.kind, ChangeKind) for change in one.detection.changes)


def test_the_hash_of_the_points_sees_values_spreads_and_counts():
    plain = trend([1.0, 2.0])
    others = [
        trend([1.0, 2.1]),
        trend([1.0, 2.0], n=11),
        trend([1.0, 2.0], spread=np.array([0.1, 0.1])),
    ]
    hashes = [
        answers.inputs_of(Observations(one.values, one.spread, one.n)) for one in (plain, *others)
    ]
    hashes.append(answers.inputs_of(Observations(plain.values, plain.spread, plain.n, exact=True)))
    assert hashes[0] not in hashes[1:]


@pytest.mark.parametrize(
    ("kind", "spread", "expected"),
    [
        ("quality", np.nan, True),  # told once a run
        ("count", 0.0, True),
        ("count", 0.1, False),
        ("other", 0.0, True),
        ("other", np.nan, False),
        ("time", 0.0, False),
    ],
)
def test_a_metric_is_exact_while_no_repeat_differs(kind, spread, expected):
    one = trend([1.0, 2.0], kind=kind, spread=np.array([spread, spread]))
    assert answers.is_exact(one) is expected


def test_an_error_rate_is_confirmed_at_two_commits(tmp_path):
    rates = trends(trend([0.314] * 9 + [0.771] * 2, metric="wer", kind="quality", n=1))
    (row,) = judge.judge_view(rates, config(tmp_path)).regressions
    assert (row.index, str(row.status)) == (9, "confirmed")


def on_branches(tmp_path, *branches, values=SLOWER):
    """One night after the other on these branches."""
    nights_ = (
        run(night, point(value), branch=branch)
        for night, (value, branch) in enumerate(zip(values, branches, strict=True))
    )
    return workspace(tmp_path, *nights_)


def test_a_run_of_another_branch_neither_hides_nor_makes_a_change(tmp_path):
    values = [*SLOWER[:24], 0.5, *SLOWER[24:28], 3.0, 3.0, 3.0, *SLOWER[28:]]
    branches = [*["main"] * 24, "faster", *["main"] * 4, *["slower"] * 3, *["main"] * 12]
    made = on_branches(tmp_path, *branches, values=values)
    found = judged(made)
    (change,) = found.regressions
    assert (change.commit, change.status) == ("c0020", "confirmed")
    assert found.detections[change.series_id].n == 40
    assert found.fresh == ()


def test_the_branch_of_the_judged_commit_counts(tmp_path):
    made = on_branches(tmp_path, *["main"] * 20, *["slower"] * 20)
    assert [one.commit for one in judged(made).regressions] == ["c0020"]


def test_points_count_whatever_their_branch_is_called_when_most_have_one_of_their_own(tmp_path):
    made = on_branches(tmp_path, *(f"topic-{night}" for night in range(40)))
    found = judged(made)
    assert [one.commit for one in found.regressions] == ["c0020"]


def test_answers_that_were_kept_as_sentences_are_asked_again_and_keep_their_ids():
    connection = duckdb.connect()
    older = [text for number, _, text in sql.migrations() if number < 8]
    (now,) = [text for number, _, text in sql.migrations() if number == 8]
    for text in older:
        connection.execute(text)
    connection.execute("insert into detections values ('s', 'steps 8', 'h', 40, 40, true, 'r',"
                       " 0.01, 0, 0.02, [3], [])")  # fmt: skip
    connection.execute("insert into changes values ('s', 'steps 8', 20, 19, 20, 'c0020', 'step',"
                       " 'confirmed', 0.2, 0.1, 0.3, 1, 1.2, 20, 20, 9, 0.01, 0,"
                       " 'step: |t| = 9.0 >= 4.0 with ...', 'the-old-id')")  # fmt: skip
    connection.execute(now)
    (kept,) = kept_answers.read(connection, detector()).values()
    assert (kept.rules, kept.inputs, kept.points) == ("steps 8", "", -1)
    assert [alarm.episode for alarm in kept.raised] == ["the-old-id"]
    assert [change.evidence.rule for change in kept.detection.changes] == ["step"]
