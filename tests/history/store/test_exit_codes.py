"""Whatever is wrong with the place where the record is kept: exit 3, one message, the next step."""

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import chdir

import duckdb
import pytest
from click.testing import CliRunner

from soundmark import main
from tests.history.store.test_rebuild import damage

HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples\n"
READING = [
    *(["check"], ["regressions"], ["sla"], ["compare", "c1", "c2"], ["history", "list"]),
    *(["history", "verify"], ["history", "query", "from trend"], ["export", "csv"]),
    *(["history", "show", "c1"],),
]


@pytest.fixture
def project(tmp_path, prepared, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    prepared(three_runs, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def three_runs(folder):
    rows = [f"micro,sort,,time,s,lower,box,c{n},2026-01-0{n},0.{n},\n" for n in range(1, 4)]
    (folder / "r.csv").write_text(HEADER + "".join(rows))
    with chdir(folder):
        assert soundmark("import", "csv", "r.csv").exit_code == 0


def soundmark(*arguments):
    return CliRunner().invoke(main, list(arguments))


def is_one_message(result):
    """No traceback, and one paragraph."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    return result.exit_code == 3 and len(lines) == 1 and "Traceback" not in result.output


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_damaged_database_is_no_finding_and_the_way_out_is_named(project, command):
    damage(project / ".soundmark" / "history.duckdb")
    result = soundmark(*command)
    assert is_one_message(result), result.output
    assert "`soundmark history sync`" in result.stderr


@pytest.mark.parametrize("command", [*READING, ["history", "sync"]], ids=" ".join)
def test_the_database_of_another_program_is_named(project, command):
    database = project / ".soundmark" / "history.duckdb"
    for connect in (duckdb.connect, sqlite3.connect):
        database.unlink()
        other = connect(str(database))
        other.execute("create table migrations (app varchar)")
        other.close()
        result = soundmark(*command)
        assert is_one_message(result), result.output
        assert "is no history of soundmark" in result.stderr


def test_what_a_site_offers_to_read_is_no_history_and_the_way_to_one_is_named(project):
    database = project / ".soundmark" / "history.duckdb"
    database.unlink()
    with duckdb.connect(str(database)) as shipped:
        shipped.execute("create table points as select 1 as value")
        shipped.execute("create view latest as from points")
    result = soundmark("history", "list")
    assert is_one_message(result), result.output
    assert "what a website offers to read" in result.stderr
    assert "`soundmark history pull REMOTE`" in result.stderr


@pytest.mark.parametrize("words", [["check"], ["history", "sync"]], ids=" ".join)
def test_a_text_file_by_a_slip_of_history_is_never_set_aside(project, words):
    (project / "notes.md").write_text("# mine\n" * 50)
    result = soundmark(*words, "--history", "notes.md", "--ledger", ".soundmark/runs")
    assert is_one_message(result), result.output
    assert "notes.md is no history of soundmark: it is a text file" in result.stderr
    assert (project / "notes.md").read_text() == "# mine\n" * 50


def test_a_sync_heals_and_every_command_works_again(project):
    damage(project / ".soundmark" / "history.duckdb")
    healed = soundmark("history", "sync")
    assert healed.exit_code == 0
    assert "note: the history history.duckdb cannot be read" in healed.stderr
    assert "note: the damaged database is kept as history.duckdb." in healed.stderr
    for command in READING:
        assert soundmark(*command).exit_code == 0, command


@pytest.mark.parametrize("command", [["check"], ["regressions"], ["sla"]], ids=" ".join)
def test_who_judges_takes_in_the_ledger_first(project, command):
    (project / ".soundmark" / "history.duckdb").unlink()
    result = soundmark(*command)
    assert result.exit_code == 0
    assert soundmark("history", "query", "select count(*) as n from runs").output.endswith("3\n")


def test_who_looks_is_told_what_is_not_there_yet(project):
    other = ["--history", "other/h.duckdb", "--ledger", ".soundmark/runs"]
    (project / "s.csv").write_text(HEADER + "micro,sort,,time,s,lower,box,c9,2026-01-09,0.9,\n")
    assert soundmark("import", "csv", "s.csv", *other).exit_code == 0
    result = soundmark("history", "list")
    assert result.exit_code == 0
    assert "note: 1 run file of the ledger not in the history yet" in result.stderr


def limited(*arguments, size):
    """A run of the command in which no file may grow beyond so many bytes: a disk that is full."""

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        [sys.executable, "-m", "soundmark", *arguments],
        preexec_fn=full,
        capture_output=True, text=True, check=False,
        # Python does not see that a compiled module it keeps was cut, and would stop at it later.
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("size", [100, 5000, 100_000])
def test_without_room_nothing_is_lost_and_the_message_says_so(project, size):
    (project / "s.csv").write_text(HEADER + "micro,sort,,time,s,lower,box,c9,2026-01-09,0.9,\n")
    for command in (["import", "csv", "s.csv"], ["history", "sync", "--rebuild"]):
        result = limited(*command, size=size)
        assert result.returncode == 3, result.stderr
        assert any(line.startswith("Error: ") for line in result.stderr.splitlines())
        assert "file too large" in result.stderr
        assert "Make room" in result.stderr
        assert "Traceback" not in result.stderr
    assert soundmark("history", "sync").exit_code == 0
    assert soundmark("import", "csv", "s.csv").exit_code == 0
    assert soundmark("history", "query", "select count(*) as n from points").output.endswith("4\n")
    assert soundmark("history", "verify").exit_code == 0
