"""Whoever is in the way is waited for; what was written by then is said, and nothing is doubled."""

import os
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from history.project.workspace import open_workspace
from history.store import database as store
from history.store.verify import verify
from history.words.errors import BrokenEnvironmentError, StoredOnlyError
from soundmark import main
from tests.history.builders import record

HOLD = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from history.store import database

    with getattr(database, sys.argv[2])(Path(sys.argv[1])):
        print("open", flush=True)
        sys.stdin.read()
    """
)
HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples\n"


def opened(folder):
    return open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")


@pytest.fixture
def workspace(tmp_path, prepared):
    made = opened(prepared(one_run, tmp_path))
    made.waiting = store.Waiting(0.3)
    return made


def one_run(folder):
    opened(folder).append([record("a1")])


@contextmanager
def held(workspace, how="writing") -> Iterator[subprocess.Popen]:
    """Another process has the database open."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.history_file), how],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as holder:  # fmt: skip
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        yield holder
        holder.communicate()


def runs(workspace) -> int:
    with workspace.reading() as connection:
        return len(connection.execute("from run_ids").fetchall())


@pytest.mark.parametrize("how", ["writing", "reading"])
def test_a_run_that_cannot_be_taken_in_is_stored_and_said(workspace, how):
    said: list[str] = []
    workspace.waiting = store.Waiting(0.3, said.append)
    with held(workspace, how) as holder:
        with pytest.raises(StoredOnlyError, match=f"stored in .*process {holder.pid}.*sync") as got:
            workspace.append([record("b2", night=1)])
        assert workspace.ledger.path(got.value.file).is_file()
    assert len(said) == 1
    assert re.match(rf"waiting for process {holder.pid} .* for up to 0.3 s", said[0])
    assert workspace.sync().runs_total == 2


def test_who_waits_long_enough_goes_on(workspace):
    workspace.waiting = store.Waiting(60)
    with held(workspace) as holder:
        assert holder.stdin
        threading.Timer(0.5, holder.stdin.close).start()
        workspace.append([record("b2", night=1)])
        holder.stdin = None
    assert runs(workspace) == 2


def test_a_writer_in_the_way_of_a_reader_is_named(workspace):
    with held(workspace), pytest.raises(BrokenEnvironmentError, match=r"in use .* after 0\.3 s"):
        runs(workspace)


def test_a_verdict_waits_for_what_the_ledger_has(workspace):
    workspace.ledger.write([record("b2", night=1)])
    with (
        held(workspace, "reading"),
        pytest.raises(BrokenEnvironmentError, match="in use by process"),
        workspace.judging(),
    ):
        pass


def test_a_bad_file_in_the_ledger_is_named_and_keeps_no_verdict_waiting(workspace):
    said: list[str] = []
    workspace.waiting = store.Waiting(0.3, said.append)
    bad = workspace.ledger.path(workspace.ledger.write([record("b2", night=1)]))
    bad.write_bytes(bad.read_bytes()[:200])
    with held(workspace, "reading"), workspace.judging() as connection:
        assert connection.execute("select count(*) from runs").fetchone() == (1,)
    assert len(said) == 1
    assert said[0].startswith("Warning: ")
    assert bad.name in said[0]


def imported(workspace, *lines: str):
    source = workspace.history_file.with_name("results.csv")
    source.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    places = ["--history", str(workspace.history_file), "--ledger", str(workspace.ledger.folder)]
    config = workspace.history_file.with_name("soundmark.toml")
    config.write_text("[history]\nwait_s = 0.3\n")
    arguments = ["import", "csv", str(source), "--config", str(config), *places]
    return CliRunner().invoke(main, arguments)


ONE = "micro,sort,,time,s,lower,box,c1,2026-01-01,0.5,"
TWO = "micro,sort,,time,s,lower,box,c2,2026-01-02,0.6,"


def values(workspace) -> list[float]:
    with workspace.reading() as connection:
        problems = verify(connection, workspace.ledger).problems
        assert problems == ()
        query = "select value from trend where suite = 'micro' order by value"
        return [value for (value,) in connection.execute(query).fetchall()]


def test_an_import_that_meets_a_lock_stores_nothing_and_can_be_repeated(workspace):
    with held(workspace):
        blocked = imported(workspace, ONE)
    assert blocked.exit_code == 3
    assert "in use by process" in blocked.stderr
    assert len(workspace.ledger.files()) == 1
    assert imported(workspace, ONE).exit_code == 0
    assert values(workspace) == [0.5]


def test_a_file_that_grew_after_an_import_stopped_half_way_stores_no_point_twice(workspace):
    assert imported(workspace, ONE).exit_code == 0
    # As if the import had been killed before the database had taken its file in.
    workspace.history_file.unlink()
    again = imported(workspace, ONE, TWO)
    assert again.exit_code == 0
    assert values(workspace) == [0.5, 0.6]
    assert imported(workspace, ONE, TWO).exit_code == 0
    assert values(workspace) == [0.5, 0.6]


def test_imports_at_the_same_time_store_no_point_twice(workspace):
    source = workspace.history_file.with_name("results.csv")
    places = ["--history", str(workspace.history_file), "--ledger", str(workspace.ledger.folder)]
    command = [sys.executable, "-m", "soundmark", "import", "csv"]
    for number in range(3):
        source.with_name(f"{number}.csv").write_text(
            HEADER + "".join(f"{line}\n" for line in (ONE, TWO)[: 1 + number % 2])
        )
    rivals = [
        subprocess.Popen(
            [*command, str(source.with_name(f"{number}.csv")), *places],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for number in range(3)
    ]  # fmt: skip
    said = [rival.communicate(timeout=180)[0] for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0, 0, 0], said
    assert values(workspace) == [0.5, 0.6]
