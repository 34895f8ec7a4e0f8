"""The simulated year shows every feature: what people decide about changes, too."""

import csv
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from click.testing import CliRunner

from history.compare import stored_duets
from history.project.workspace import open_workspace
from history.report.review import duets
from history.words.records import Failed, RunKind
from site_gen.demo.beside import whole_year
from site_gen.demo.demo import CONFIG, ENOUGH_NIGHTS, decisions_of_year, last_night
from soundmark import main


@pytest.fixture(scope="module")
def year():
    return whole_year(ENOUGH_NIGHTS)


@pytest.fixture(scope="module")
def project(tmp_path_factory, year):
    """A folder with the whole of it and what was decided."""
    folder = tmp_path_factory.mktemp("year")
    (folder / "soundmark.toml").write_text(CONFIG)
    (folder / "triage.toml").write_text(decisions_of_year(ENOUGH_NIGHTS))
    workspace = open_workspace(folder / "soundmark.toml")
    workspace.append(year)
    return workspace


def table(project, *command):
    """What a command prints as CSV."""
    config = ["--config", str(project.root / "soundmark.toml"), "--format", "csv"]
    asked = CliRunner().invoke(main, [*command, *config])
    assert asked.exit_code in {0, 1}, asked.output
    assert asked.stderr == "", "a decision about no change is named there"
    return list(csv.DictReader(asked.stdout.splitlines()))


def test_every_decision_is_about_a_change_that_is_found_and_one_went_by_itself(project):
    found = {row["status"] for row in table(project, "regressions", "--all")}
    assert {"acknowledged", "expected", "recovered", "confirmed", "suspect"} <= found


def test_a_target_is_broken_by_a_commit_that_is_known_and_others_are_held(project):
    rows = table(project, "sla")
    broken = [row for row in rows if row["status"] == "fail"]
    assert any(row["broken_by"] for row in broken)
    assert any(row["status"] == "pass" for row in rows)
    assert {row["suite"] for row in broken} >= {"golden"}


def test_six_suites_were_measured_on_three_machines(year):
    runs = [one for one in year if one.run.kind is RunKind.COLLECTION]
    assert {one.run.machine.name for one in runs} == {"runner-4c", "bench-h200", "laptop-m2"}
    assert {point.suite for one in runs for point in one.points} == {
        "alignment", "whisper", "tts", "lifecycle", "micro", "golden",
    }  # fmt: skip


def test_one_night_fails_in_the_middle_of_the_year_and_the_newest_one(year):
    failing = {
        one.run.commit.sequence
        for one in year
        if any(isinstance(point.outcome, Failed) for point in one.points)
    }
    assert ENOUGH_NIGHTS in failing
    assert any(1 < night < ENOUGH_NIGHTS - 1 for night in failing)


def test_a_duet_tells_that_a_branch_is_slower_and_by_what(project):
    with project.reading() as connection:
        (about,) = stored_duets.of_head(connection)
        ((_, review),), more = duets.newest(connection, (), 5)
    assert more == 0
    assert about.head_branch == "overlap"
    slower = {row.benchmark for row in review.rows if row.verdict == "regression"}
    assert slower == {"micro.mel[seconds=2]", "micro.mel[seconds=10]"}


def test_no_run_is_of_the_future_whenever_the_year_is_shown():
    for hour, later in pairwise(range(0, 25, 6)):
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=(hour + later) / 2)
        last = last_night(now)
        newest = max(one.run.started_at for one in whole_year(3, last=last))
        assert timedelta() < now - newest < timedelta(days=2)
        assert all(one.run.commit.time <= one.run.started_at for one in whole_year(3, last=last))


def test_a_short_year_has_no_decisions():
    assert decisions_of_year(ENOUGH_NIGHTS - 1) == ""
