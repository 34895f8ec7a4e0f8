"""A record whose years are compacted loses and doubles nothing, whoever pushes or pulls what."""

import os
import shutil
import subprocess
import sys
from datetime import date

import msgspec
import pytest

from history.store.compaction.compact import Policy, compact
from history.store.ledger import Ledger
from history.store.transport import manifest
from history.store.transport.pull import pull
from history.store.transport.push import push, remove
from history.store.verify import verify
from history.words.errors import BrokenDataError, UsageError
from tests.history.builders import START, put
from tests.history.store.compaction.years import LAST_YEAR, content, item, night_of, workspace_in
from tests.history.store.transport.test_transport import (
    BRANCH,
    bare,
    clone,
    committed,
    git,
    held,
    nobody,
    pulled,
    pushed,
    remote,
)

__all__ = ["nobody", "remote"]  # fixtures

TODAY = date(START.year, 11, 1)
RUNS = 4


def ledger_of(folder, *days, value=0.1):
    """Single files, one for each of these days of the year that is over."""
    ledger = workspace_in(folder).ledger
    for day in days:
        put(ledger, night_of(day, item("u1", 0.1, 0.3), value=value))
    return ledger


def project(folder, *days, value=0.1):
    """A project with these files in its history."""
    ledger_of(folder, *days, value=value)
    workspace = workspace_in(folder)
    workspace.sync()
    return workspace


def compacted(workspace, keep_days=None):
    """Name of the one file that the year is then."""
    with workspace.writing() as connection:
        done = compact(connection, workspace.ledger, LAST_YEAR, Policy(TODAY, keep_days))
    assert done.damaged == ()
    (file,) = workspace.ledger.files()
    return file


def singles(folder):
    """A project with the single files of four nights."""
    return project(folder, *range(RUNS))


def runs_of(folder, remote):
    """Run ids in a fresh copy of the record, each as often as a history made of it has it."""
    workspace = workspace_in(folder)
    done = pulled(workspace.ledger.folder, remote, folder / "cache.git")
    assert done.broken == done.left_out == ()
    assert workspace.sync().damaged == ()
    with workspace.reading() as connection:
        assert verify(connection, workspace.ledger).problems == ()
        found = connection.execute("select run_id from trend order by run_id").fetchall()
    return [run_id for (run_id,) in found]


def expected(*days):
    return sorted(night_of(day).run.run_id for day in days)


@pytest.fixture
def home(tmp_path, prepared):
    """A project whose four nights are on the record, which is `remote`."""
    return workspace_in(prepared(on_record, tmp_path) / "home")


def on_record(folder):
    pushed(singles(folder / "home").ledger, bare(folder / "remote.git"))


@pytest.fixture
def joined(tmp_path, prepared):
    """The same once it was compacted and pushed."""
    return workspace_in(prepared(joined_on_record, tmp_path) / "home")


def joined_on_record(folder):
    on_record(folder)
    workspace = workspace_in(folder / "home")
    compacted(workspace)
    pushed(workspace.ledger, folder / "remote.git")


def test_compacting_is_one_commit_on_the_record(tmp_path, remote, home):
    before = git(remote, "rev-list", "--count", BRANCH)
    entries = held(remote, manifest.ENTRIES)
    file = compacted(home)
    done = pushed(home.ledger, remote)
    assert (done.added, len(done.replaced), done.refused) == ((file,), RUNS, ())
    assert int(git(remote, "rev-list", "--count", BRANCH)) == int(before) + 1
    assert held(remote) == [f"runs/{file}"]
    assert held(remote, manifest.ENTRIES) == entries
    assert held(remote, manifest.COMPACTED) == [manifest.note_path(file)]
    assert runs_of(tmp_path / "fresh", remote) == expected(*range(RUNS))
    again = pushed(home.ledger, remote)
    assert (again.added, again.known) == ((), 1)


def test_another_machine_with_the_single_files_follows(tmp_path, remote, home):
    away = workspace_in(tmp_path / "away")
    cache = tmp_path / "away.git"
    pulled(away.ledger.folder, remote, cache)
    away.sync()
    before = content(away)
    file = compacted(home)
    pushed(home.ledger, remote)
    done = pulled(away.ledger.folder, remote, cache)
    assert (done.added, len(done.replaced), done.complete, done.broken) == ((file,), RUNS, (), ())
    assert away.ledger.files() == (file,)
    synced = away.sync()
    assert (synced.runs_added, synced.runs_total, synced.damaged) == (0, RUNS, ())
    assert content(away) == before
    done = pulled(away.ledger.folder, remote, cache)
    assert (done.added, done.known, done.replaced) == ((), 1, ())


@pytest.mark.usefixtures("joined")
def test_a_single_file_that_is_pushed_again_is_known(tmp_path, remote):
    head = git(remote, "rev-parse", BRANCH)
    done = pushed(ledger_of(tmp_path / "late", *range(RUNS)), remote)
    assert (done.added, done.known, done.refused) == ((), RUNS, ())
    assert git(remote, "rev-parse", BRANCH) == head


@pytest.mark.usefixtures("joined")
def test_a_single_file_with_other_content_is_still_refused(tmp_path, remote):
    done = pushed(ledger_of(tmp_path / "forger", 1, value=9.0), remote)
    assert done.added == ()
    assert ["tells other things of run" in bad.reason for bad in done.refused] == [True]


def test_a_compacted_file_with_other_content_is_refused(tmp_path, remote, home):
    forger = project(tmp_path / "forger", *range(RUNS), value=9.0)
    compacted(forger)
    done = pushed(forger.ledger, remote)
    assert (done.added, len(done.refused)) == ((), 1)
    assert len(held(remote)) == RUNS
    del home


def test_a_night_that_came_after_joins_the_next_compaction(tmp_path, remote, joined):
    (first,) = joined.ledger.files()
    pushed(ledger_of(tmp_path / "late", 9), remote)
    pulled(joined.ledger.folder, remote)
    joined.sync()
    second = compacted(joined)
    done = pushed(joined.ledger, remote)
    assert done.added == (second,)
    assert held(remote) == [f"runs/{second}"]
    assert runs_of(tmp_path / "fresh", remote) == expected(*range(RUNS), 9)
    assert first != second


def test_two_that_compacted_other_parts_end_with_each_run_once(tmp_path, remote):
    one, other = project(tmp_path / "one", 0, 1, 2), project(tmp_path / "other", 1, 2, 3)
    for workspace in (one, other):
        compacted(workspace)
        assert pushed(workspace.ledger, remote).refused == ()
    assert runs_of(tmp_path / "fresh", remote) == expected(0, 1, 2, 3)
    pulled(one.ledger.folder, remote)
    one.sync()
    file = compacted(one)
    pushed(one.ledger, remote)
    assert held(remote) == [f"runs/{file}"]
    assert runs_of(tmp_path / "again", remote) == expected(0, 1, 2, 3)


def test_a_record_may_begin_with_a_compacted_file(tmp_path, remote):
    workspace = singles(tmp_path / "home")
    file = compacted(workspace)
    assert pushed(workspace.ledger, remote).added == (file,)
    assert pushed(ledger_of(tmp_path / "late", *range(RUNS)), remote).known == RUNS
    assert held(remote) == [f"runs/{file}"]
    assert runs_of(tmp_path / "fresh", remote) == expected(*range(RUNS))


def test_a_compacted_file_taken_off_by_hand_is_missed(tmp_path, remote, joined):
    (file,) = joined.ledger.files()
    folder = clone(remote, tmp_path)
    (folder / "runs" / file).unlink()
    committed(folder)
    with pytest.raises(BrokenDataError, match="is gone"):
        pulled(tmp_path / "out", remote)


def test_a_note_for_a_file_that_lacks_a_run_is_not_believed(tmp_path, remote, home):
    """Somebody removes a single file and claims that a compacted one holds it."""
    part = project(tmp_path / "part", 0, 1)
    file = compacted(part)
    pushed(part.ledger, remote)
    folder = clone(remote, tmp_path)
    note = folder / manifest.note_path(file)
    said = manifest.read_note(note.read_bytes())
    gone = home.ledger.files()[2]
    note.write_text(msgspec.structs.replace(said, replaced=(*said.replaced, gone)).text())
    (folder / "runs" / gone).unlink()
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--amend", "--message", "by hand")
    git(folder, "push", "--quiet", "--force", "origin", f"HEAD:{BRANCH}")
    git(remote, "update-ref", f"refs/soundmark/{BRANCH}", BRANCH)
    done = pulled(tmp_path / "out", remote)
    assert [bad.file for bad in done.broken] == [file]
    assert "lacks run" in done.broken[0].reason


def test_a_run_in_a_compacted_file_cannot_be_taken_off_alone(tmp_path, remote, joined):
    (name, *_) = ledger_of(tmp_path / "late", *range(RUNS)).files()
    (file,) = joined.ledger.files()
    with pytest.raises(UsageError, match=f"compacted into {file}"):
        remove(remote.as_uri(), BRANCH, name, "wrong weights")


# Thinned years.


def test_a_thinned_year_takes_the_place_of_a_complete_one(tmp_path, remote, joined):
    (before,) = joined.ledger.files()
    file = compacted(joined, keep_days=30)
    assert file.startswith(before.removesuffix(".parquet") + "-thinned-")
    done = pushed(joined.ledger, remote)
    assert (done.added, done.replaced) == ((file,), (before,))
    assert pushed(ledger_of(tmp_path / "late", *range(RUNS)), remote).known == RUNS
    assert runs_of(tmp_path / "fresh", remote) == expected(*range(RUNS))


def test_single_files_that_are_complete_stay_beside_a_thinned_one(tmp_path, remote, home):
    away = workspace_in(tmp_path / "away")
    pulled(away.ledger.folder, remote, tmp_path / "away.git")
    away.sync()
    before = content(away)
    file = compacted(home, keep_days=30)
    assert pushed(home.ledger, remote).refused == ()
    done = pulled(away.ledger.folder, remote, tmp_path / "away.git")
    assert (done.added, done.replaced, len(done.complete)) == ((file,), (), RUNS)
    assert away.sync().damaged == ()
    assert content(away) == before
    assert away.sync(rebuild=True).damaged == ()
    assert content(away) == before
    assert pushed(away.ledger, remote).refused == ()
    assert held(remote) == [f"runs/{file}"]


# At the same time.

COMPACTOR = """
import sys
from datetime import date
from pathlib import Path
from history.project.workspace import open_workspace
from history.store.compaction.compact import Policy, compact
from history.store.transport.push import push

folder = Path(sys.argv[1])
workspace = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
with workspace.writing() as connection:
    compact(connection, workspace.ledger, int(sys.argv[3]), Policy(date(2999, 1, 1)))
push(workspace.ledger, sys.argv[2], "soundmark-history")
"""


def test_compacting_and_pushing_at_once_lose_and_double_nothing(tmp_path, remote, home):
    """Two compact the same ledger, and push; others push single files, old and new."""
    late = [ledger_of(tmp_path / f"late{day}", day, 20 + day) for day in range(2)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    folder = home.history_file.parent
    program = COMPACTOR, str(folder), remote.as_uri(), str(LAST_YEAR)
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", *program], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for ledger in late:
        assert push(ledger, remote.as_uri(), BRANCH).refused == ()
    said = [job.communicate(timeout=300)[0] for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], said
    assert runs_of(tmp_path / "fresh", remote) == expected(*range(RUNS), 20, 21)
    (file,) = home.ledger.files()
    assert f"runs/{file}" in held(remote)
    again = pull(home.ledger, remote.as_uri(), BRANCH, tmp_path / "home.git")
    assert again.broken == ()


def test_a_ledger_that_is_compacted_while_it_is_pushed_is_pushed_whole(tmp_path, remote, home,
                                                                       monkeypatch):  # fmt: skip
    """The files are listed, then go, and their compacted file comes."""
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(home.history_file.parent, elsewhere)
    copy = workspace_in(elsewhere)
    file = compacted(copy)
    listed = Ledger.files
    calls: list[tuple[str, ...]] = []

    def listing(ledger):
        found = listed(ledger)
        if not calls:
            calls.append(found)
            for name in found:
                ledger.path(name).unlink()
            shutil.copyfile(copy.ledger.path(file), ledger.path(file))
        return found

    monkeypatch.setattr(Ledger, "files", listing)
    done = pushed(home.ledger, remote)
    assert (done.added, done.refused) == ((file,), ())
