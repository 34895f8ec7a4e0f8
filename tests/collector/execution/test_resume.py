"""What was measured outlives its collector: a kill, and a disk that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.execution import spool
from history.store.verify import verify
from history.words.records import Run
from tests.collector.execution.test_collect import git, opened, project, rows, soundmark
from tests.history.builders import record

ROOT = Path(__file__).resolve().parents[3]
COLLECT = [sys.executable, "-m", "soundmark", "collect", "--no-calibration"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A clean checkout of a project with eight benchmarks."""
    git(tmp_path, "init", "-q")
    project(tmp_path, "Many")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def killed(folder: Path, after: int) -> None:
    """A collection that is killed as soon as so many benchmarks have an end."""
    with subprocess.Popen(
        COLLECT, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(f"[{after}/8]"):
                break
        process.send_signal(signal.SIGKILL)


def benchmarks(folder: Path) -> list[str]:
    query = "select benchmark from points join series using (series_key) order by benchmark"
    return [name for (name,) in rows(folder, query)]


def is_sound(folder: Path) -> bool:
    with opened(folder).judging() as connection:
        return verify(connection, opened(folder).ledger).problems == ()


def test_a_killed_collection_is_completed_and_nothing_is_measured_twice(many):
    killed(many, after=3)
    assert list(many.rglob("*.parquet")) == []
    (left,) = (many / ".soundmark" / "spool").glob("*.spool")
    told = soundmark(many, "collect", "--resume")
    assert told.exit_code == 0, told.output
    assert "of 8 benchmarks were measured" in told.stdout
    assert benchmarks(many) == [f"b{number}" for number in range(8)]
    ((run_id, warnings, environment),) = rows(
        many,
        "select run_id, warnings, environment from runs join environments using (environment_key)",
    )
    assert run_id == left.stem
    assert "Measured in two parts: " in warnings[0]
    assert "toy/main" in environment
    assert list((many / ".soundmark" / "spool").iterdir()) == []
    assert is_sound(many)


def test_what_was_measured_at_another_commit_is_stored_as_it_is(many):
    killed(many, after=4)
    git(many, "commit", "-q", "--allow-empty", "-m", "two")
    told = soundmark(many, "collect", "--resume")
    assert told.exit_code == 1
    assert "The others are not measured" in told.stderr
    assert 4 <= len(benchmarks(many)) < 8
    ((warnings,),) = rows(many, "select warnings from runs")
    assert any("Interrupted after" in warning for warning in warnings)


def test_another_collection_says_that_one_was_left(many):
    head = spool.Head(run=record("a1").run, options={}, planned=2)
    spool.Spool.begin(opened(many).spools, head).close()
    told = soundmark(many, "collect", "--no-calibration", "--only", "toy.b0")
    assert "an earlier collection was not finished: `soundmark collect --resume`" in told.stderr
    assert benchmarks(many) == ["b0"]
    assert spool.waiting(opened(many).spools) == 1


def test_a_kill_between_the_run_file_and_the_spool_stores_nothing_twice(many):
    soundmark(many, "collect", "--no-calibration", "--only", "toy.b0")
    spools = opened(many).spools
    (made,) = opened(many).ledger.files()
    ((run_id,),) = rows(many, "select run_id from runs")
    head = spool.Head(
        run=Run(run_id=run_id, started_at=datetime.now(UTC), **_where(many)), options={}, planned=0
    )
    spool.Spool.begin(spools, head).close()
    soundmark(many, "collect", "--resume")
    assert opened(many).ledger.files() == (made,)
    assert rows(many, "select count(*) from runs") == [(1,)]
    assert not list(spools.glob("*.spool"))


def _where(folder):
    made = record("a1")
    return {"commit": made.run.commit, "machine": made.run.machine}


def test_nothing_left_is_nothing_to_complete(many):
    told = soundmark(many, "collect", "--resume")
    assert (told.exit_code, told.stdout) == (0, "There is no collection to complete.\n")


def test_a_resumed_collection_has_its_own_words(many):
    told = soundmark(many, "collect", "--resume", "--profile", "nightly")
    assert told.exit_code == 2
    assert "not with --profile" in told.stderr


def test_a_run_file_that_cannot_be_written_loses_nothing(many):
    runs = many / ".soundmark" / "runs"
    runs.mkdir(parents=True)
    soon = (datetime.now(UTC), datetime.now(UTC) + timedelta(hours=1))  # a year may end meanwhile
    in_the_way = {runs / f"{moment:%Y}" for moment in soon}
    for path in in_the_way:
        path.write_text("a file where a folder belongs")
    told = soundmark(many, "collect", "--no-calibration")
    assert told.exit_code == 3
    assert "`soundmark collect --resume` stores it" in told.stderr
    assert "toy.b0" in told.stdout, "the table is printed all the same"
    for path in in_the_way:
        path.unlink()
    kept = soundmark(many, "collect", "--resume")
    assert kept.exit_code == 0, kept.output
    assert benchmarks(many) == [f"b{number}" for number in range(8)]
    assert is_sound(many)


def test_a_collection_that_the_database_cannot_take_in_shows_its_results(many):
    (many / ".soundmark").mkdir()
    (many / ".soundmark" / "history.duckdb").write_bytes(b"not a database" * 100)
    told = soundmark(many, "collect", "--no-calibration")
    assert told.exit_code == 3
    assert "Error: stored in " in told.stderr
    assert "`soundmark history sync` takes it in" in told.stderr
    assert "toy.b0" in told.stdout
    assert soundmark(many, "history", "sync").exit_code == 0
    assert benchmarks(many) == [f"b{number}" for number in range(8)]
