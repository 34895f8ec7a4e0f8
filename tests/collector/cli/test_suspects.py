"""Suspects, and nothing else, are measured again, and it is told which cleared."""

from dataclasses import replace

from collector.cli.suspects import glob_of, of_machine, state_now
from history.judge.episodes import State
from history.report.wording import suspects as wording
from tests.collector.execution.projects import project
from tests.history.judge.builders import noisy
from tests.history.judge.test_episodes import rows

QUIET = noisy(1.0, n=110)


def suspect(*newest):
    (row,) = rows([*QUIET, 1.5, *newest])
    return replace(row, series_id=row.key.series_id("here"))


def test_suspects_of_this_machine_alone_are_taken():
    row = suspect()
    confirmed = replace(row, status=State.CONFIRMED)
    elsewhere = replace(row, series_id=row.key.series_id("there"))
    assert of_machine([confirmed, row, elsewhere], "here") == (row,)


def test_each_is_named_as_the_benchmark_in_its_variant():
    row = suspect()
    assert glob_of(row).startswith(row.key.benchmark_id)
    assert glob_of(row).endswith(row.key.variant)


def test_what_the_rules_do_not_find_any_more_has_cleared():
    row = suspect()
    assert state_now(row, []) is None
    assert state_now(row, [replace(row, series_id="other")]) is None
    assert state_now(row, [row]) is State.SUSPECT


def test_what_holds_in_further_points_is_confirmed():
    (later,) = rows([*QUIET, *[1.5] * 5])
    row = suspect()
    assert state_now(row, [replace(later, series_id=row.series_id)]) is State.CONFIRMED


def test_it_is_told_what_each_is_now():
    assert wording.again("cli.decode", "threads=1", "wall_time", None) == (
        "cleared: cli.decode threads=1 wall_time"
    )
    assert wording.count(["", "confirmed", "", "suspect"]) == (
        "4 suspects measured again: 2 cleared, 1 confirmed, 1 still suspect."
    )


def test_without_suspects_nothing_is_measured(tmp_path, monkeypatch):
    here = project(tmp_path / "project")
    monkeypatch.chdir(here.path)
    assert here.run("collect", "--no-calibration").exit_code == 0
    found = here.run("collect", "--suspects")
    assert found.exit_code == 0, found.output
    assert "No series of this machine is suspect; nothing was measured." in found.output
