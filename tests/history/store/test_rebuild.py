"""A rebuild is all or nothing, and no road makes the record smaller without a word."""

import os
import re
import shutil
import sqlite3
import tempfile
from pathlib import Path

import duckdb
import pytest

from history.project.workspace import open_workspace
from history.store import guard
from history.store.database_errors import ForeignDatabaseError
from history.store.ledger import Ledger
from history.words.errors import BrokenDataError, UsageError
from history.words.records import Exclusion
from tests.history.builders import START, point, record, write_exclusion


def opened(folder):
    return open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")


def two_runs(folder):
    made = opened(folder)
    made.append([record("a1")])
    made.append([record("b2", night=1)])


@pytest.fixture
def workspace(tmp_path, prepared, monkeypatch):
    monkeypatch.chdir(tmp_path)  # decisions are written where the commands are
    return opened(prepared(two_runs, tmp_path))


def held(workspace) -> list[str]:
    with workspace.reading() as connection:
        return sorted(guard.held(connection).runs)


def run_id(commit, night=0):
    return record(commit, night=night).run.run_id


def file_of(workspace, commit) -> Path:
    (found,) = [name for name in workspace.ledger.files() if f"-{commit}-" in name]
    return workspace.ledger.path(found)


def values(workspace) -> list[float]:
    with workspace.reading() as connection:
        return [
            row[0] for row in connection.execute("select value from points order by 1").fetchall()
        ]


def damage(path: Path) -> None:
    """Every block behind the head of a database is of another program's making."""
    content = bytearray(path.read_bytes())
    content[12288:] = bytes(255 - byte for byte in content[12288:])
    path.write_bytes(content)


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_lost_run_is_named_and_nothing_is_changed(workspace, rebuild):
    file_of(workspace, "b2").unlink()
    with pytest.raises(BrokenDataError, match=f"lost 1 run .*{run_id('b2', 1)[:8]} .*nothing was"):
        workspace.sync(rebuild=rebuild)
    assert len(held(workspace)) == 2


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_foreign_run_does_not_make_up_for_a_lost_one(workspace, tmp_path, rebuild):
    elsewhere = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "other-runs")
    foreign = elsewhere.append([record("c3", night=2)]).file
    shutil.copy(elsewhere.ledger.path(foreign), file_of(workspace, "b2").parent)
    file_of(workspace, "b2").unlink()
    with pytest.raises(BrokenDataError, match=run_id("b2", 1)[:8]):
        workspace.sync(rebuild=rebuild)


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_mistyped_ledger_loses_nothing(workspace, tmp_path, rebuild):
    (tmp_path / "mistyped").mkdir()
    other = open_workspace(history=workspace.history_file, ledger=tmp_path / "mistyped")
    with pytest.raises(BrokenDataError, match=r"lost 2 runs .*is this the right --ledger"):
        other.sync(rebuild=rebuild)
    assert len(held(workspace)) == 2


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_run_whose_file_was_cut_is_refused_by_name(workspace, rebuild):
    path = file_of(workspace, "b2")
    path.write_bytes(path.read_bytes()[:200])
    if rebuild:
        with pytest.raises(BrokenDataError, match=f"{run_id('b2', 1)[:8]}.*{path.name}"):
            workspace.sync(rebuild=True)
    else:
        assert [bad.file.rpartition("/")[2] for bad in workspace.sync().damaged] == [path.name]
    assert len(held(workspace)) == 2


def test_runs_are_let_go_by_their_ids_and_only_those(workspace):
    for commit in ("a1", "b2"):
        file_of(workspace, commit).unlink()
    with pytest.raises(BrokenDataError, match="lost 1 run "):
        workspace.sync(permit=guard.allowed(run_id("b2", 1)[:12]))
    both = guard.allowed(f"{run_id('a1')[:8]}, {run_id('b2', 1)}")
    assert workspace.sync(permit=both).let_go == tuple(sorted([run_id("a1"), run_id("b2", 1)]))
    assert workspace.sync().let_go == ()


def test_runs_are_let_go_for_a_reason(workspace):
    file_of(workspace, "b2").unlink()
    done = workspace.sync(permit=guard.allowed("the clock was wrong"))
    assert done.let_go == (run_id("b2", 1),)
    assert held(workspace) == [run_id("a1")]


@pytest.mark.parametrize("text", ["", "yes", "3e"])
def test_neither_ids_nor_a_reason_allow_anything(text):
    with pytest.raises(UsageError, match="expected run ids or a reason"):
        guard.allowed(text)


def test_a_correction_that_would_be_lost_is_named(workspace):
    """In a run file, as earlier versions wrote it."""
    made = Exclusion(run_id=run_id("a1"), reason="the fan had died", made_at=START)
    file = write_exclusion(workspace.ledger, made)
    workspace.history_file.unlink()
    workspace.sync()
    workspace.ledger.path(file).unlink()
    with pytest.raises(BrokenDataError, match=f"decided about {run_id('a1')[:8]}"):
        workspace.sync()


def test_a_run_that_moved_to_another_file_is_not_lost(workspace):
    path = file_of(workspace, "b2")
    target = workspace.ledger.folder / "older" / path.relative_to(workspace.ledger.folder)
    target.parent.mkdir(parents=True)
    path.rename(target)
    assert workspace.sync().let_go == ()
    assert len(held(workspace)) == 2


def forge(workspace, tmp_path):
    """Have another file, with other results of the run of b2, in the place of its own."""
    elsewhere = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "other-runs")
    other = elsewhere.append([record("b2", point(0.6), night=1)]).file
    own = file_of(workspace, "b2")
    target = workspace.ledger.folder / "older" / other
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(elsewhere.ledger.path(other), target)
    own.unlink()


@pytest.mark.parametrize("rebuild", [False, True])
def test_other_results_of_a_run_that_is_held_are_refused_by_name(workspace, tmp_path, rebuild):
    before = values(workspace)
    forge(workspace, tmp_path)
    with pytest.raises(BrokenDataError, match=f"something else of 1 run .*{run_id('b2', 1)[:8]}"):
        workspace.sync(rebuild=rebuild)
    assert values(workspace) == before


def test_other_results_are_taken_where_the_run_is_named(workspace, tmp_path):
    before = values(workspace)
    forge(workspace, tmp_path)
    workspace.sync(permit=guard.allowed(run_id("b2", 1)))
    assert values(workspace) != before
    assert len(held(workspace)) == 2


@pytest.fixture
def unreadable_month(workspace):
    """A month folder that its user may not look into; as root, by being somebody else."""
    month = file_of(workspace, "b2").parent
    month.chmod(0)
    ours = os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir()
    for above in month.parents:
        if above.stat().st_uid == os.geteuid() and above.is_relative_to(ours):
            above.chmod(above.stat().st_mode | 0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)
    yield month
    if os.getuid() == 0:
        os.seteuid(0)
    month.chmod(0o755)


def test_a_folder_that_cannot_be_read_is_no_empty_one(workspace, unreadable_month):
    with pytest.raises(BrokenDataError, match=f"cannot be read: .*{unreadable_month.name}"):
        workspace.ledger.files()


def test_a_folder_inside_one_that_cannot_be_read_is_no_empty_one(workspace, unreadable_month):
    hidden = Ledger(unreadable_month / "runs")
    with pytest.raises(BrokenDataError, match="cannot be read"):
        hidden.files()


def test_without_room_the_old_database_stays(workspace, monkeypatch):
    before = workspace.history_file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("history.store.rebuild.to_disk", full)
    with pytest.raises(OSError, match="No space"):
        workspace.sync(rebuild=True)
    assert workspace.history_file.read_bytes() == before
    assert [path.name for path in workspace.history_file.parent.glob(".*")] == []


def test_a_sound_database_is_replaced_and_no_copy_is_left(workspace):
    done = workspace.sync(rebuild=True)
    assert (done.runs_added, done.runs_total) == (0, 2)
    left = sorted(path.name for path in workspace.history_file.parent.iterdir())
    assert left == ["history.duckdb", "runs"]


@pytest.mark.parametrize(
    "spoil",
    [
        damage,
        lambda path: path.write_bytes(b"not a database" * 100),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    ],
    ids=["blocks", "text", "empty", "cut"],
)
def test_a_damaged_database_heals_itself_and_says_so(workspace, spoil):
    spoil(workspace.history_file)
    done = workspace.sync()
    assert done.runs_total == 2
    assert "cannot be read" in done.remarks[0]
    kept = re.search(r"kept as (history\.duckdb\.\S+)\.$", done.remarks[1])
    assert kept
    assert (workspace.history_file.parent / kept[1]).is_file()
    assert len(held(workspace)) == 2


def test_a_damaged_log_hides_no_run(workspace):
    log = workspace.history_file.with_name("history.duckdb.wal")
    log.write_bytes(b"no log of any database" * 50)
    file_of(workspace, "b2").unlink()
    with pytest.raises(BrokenDataError, match=run_id("b2", 1)[:8]):
        workspace.sync()


def test_the_database_of_another_program_is_left_alone(workspace):
    for make in (_another_duckdb, _another_sqlite):
        workspace.history_file.unlink()
        make(workspace.history_file)
        before = workspace.history_file.read_bytes()
        for rebuild in (False, True):
            with pytest.raises(ForeignDatabaseError, match="it was left as it is"):
                workspace.sync(rebuild=rebuild)
        assert workspace.history_file.read_bytes() == before


def _another_duckdb(path):
    with duckdb.connect(path) as connection:
        connection.execute("create table orders (number integer)")


def _another_sqlite(path):
    with sqlite3.connect(path) as connection:
        connection.execute("create table orders (number integer)")
    connection.close()


def test_who_judges_takes_in_what_the_history_lacks(workspace, capsys):
    workspace.ledger.write([record("c3", night=2)])
    with workspace.judging() as connection:
        assert len(guard.held(connection).runs) == 3
    assert "1 run file that the history lacked, now taken in" in capsys.readouterr().err


def test_who_judges_makes_a_database_that_is_not_there(workspace):
    workspace.history_file.unlink()
    with workspace.judging() as connection:
        assert len(guard.held(connection).runs) == 2


def test_a_history_without_a_ledger_is_judged_as_it_is(workspace):
    shutil.rmtree(workspace.ledger.folder)
    with workspace.judging() as connection:
        assert len(guard.held(connection).runs) == 2


def test_a_damaged_history_is_not_judged(workspace):
    damage(workspace.history_file)
    with pytest.raises(BrokenDataError, match="history sync"), workspace.judging() as connection:
        connection.execute("select count(hash(points)) from points").fetchall()
