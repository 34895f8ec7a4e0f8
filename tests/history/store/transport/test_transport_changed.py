"""A branch of run files to which something was done by other means is refused or taken over."""

import shutil
from pathlib import Path

import pytest

from history.store.ledger import Ledger
from history.store.transport import manifest
from history.store.transport.push import remove
from history.words.errors import BrokenDataError, UsageError
from history.words.records import Exclusion
from tests.history.builders import START, point, record, write_exclusion
from tests.history.store.transport.test_transport import (
    BRANCH,
    clone,
    committed,
    git,
    measured,
    nobody,
    pulled,
    pushed,
    remote,
)

__all__ = ["nobody", "remote"]


def test_a_branch_of_before_is_taken_over_whole(tmp_path, remote):
    """Without a manifest, with an exclusion, and with a file that is none."""
    clone_ = tmp_path / "before"
    git(tmp_path, "init", "--quiet", "--initial-branch", BRANCH, clone_)
    git(clone_, "remote", "add", "origin", remote)
    runs = Ledger(clone_ / "runs")
    runs.write([record("a0")])
    made = Exclusion(run_id=record("a0").run.run_id, made_at=START, reason="noisy")
    write_exclusion(runs, made)
    runs.path("2026/01/bad.parquet").write_text("not a run")
    committed(clone_)
    before = pulled(tmp_path / "out", remote)
    assert (len(before.added), [one.file for one in before.left_out]) == (
        2, ["2026/01/bad.parquet"],
    )  # fmt: skip
    assert len(pushed(measured(tmp_path / "in", 1), remote).added) == 1
    after = pulled(tmp_path / "new", remote, tmp_path / "other.git")
    assert len(after.added) == 3
    assert [one.file for one in after.left_out] == ["runs/2026/01/bad.parquet"]


def test_a_file_that_was_put_there_by_hand_is_left_out_until_it_is_pushed(tmp_path, remote):
    pushed(measured(tmp_path / "in", 0), remote)
    folder = clone(remote, tmp_path)
    Ledger(folder / "runs").write([record("b1", night=1)])
    committed(folder)
    done = pulled(tmp_path / "out", remote)
    assert len(done.added) == len(done.left_out) == 1
    pushed(Ledger(folder / "runs"), remote)
    assert len(pulled(tmp_path / "out", remote).added) == 1


@pytest.mark.parametrize("kind", ["gone", "rewritten", "swapped", "linked", "entry rewritten"])
def test_a_branch_on_which_something_is_gone_or_changed_is_refused(tmp_path, remote, kind):
    pushed(measured(tmp_path / "in", 0, 1), remote)
    folder = clone(remote, tmp_path)
    one, other = sorted((folder / "runs").rglob("*.parquet"))
    match kind:
        case "gone":
            one.unlink()
        case "rewritten":
            one.write_bytes(one.read_bytes() + b"\0")
        case "swapped":
            shutil.copyfile(other, one)
        case "linked":
            one.unlink()
            one.symlink_to("/etc/passwd")
        case _:
            entry = next((folder / "manifest").rglob("*.json"))
            entry.write_text(entry.read_text().replace('"bytes":', '"bytes":1'))
    committed(folder)
    with pytest.raises(BrokenDataError, match=r"is gone|was changed"):
        pulled(tmp_path / "out", remote)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("has_mark", [True, False])
def test_a_branch_that_was_pushed_over_is_refused(tmp_path, remote, has_mark):
    """By what the remote remembers, or by what we remember of it."""
    pushed(measured(tmp_path / "in", 0), remote)
    folder = clone(remote, tmp_path)
    pushed(measured(tmp_path / "more", 1), remote)
    if not has_mark:
        git(remote, "update-ref", "-d", f"refs/soundmark/{BRANCH}")
    assert len(pulled(tmp_path / "out", remote).added) == 2
    (folder / "README").write_text("over it")
    committed(folder, "--force")
    with pytest.raises(BrokenDataError, match="was rewritten"):
        pulled(tmp_path / "out", remote)
    if has_mark:
        with pytest.raises(BrokenDataError, match="was rewritten"):
            pulled(tmp_path / "fresh", remote, tmp_path / "fresh.git")
        with pytest.raises(BrokenDataError, match="was rewritten"):
            pushed(measured(tmp_path / "later", 2), remote)


def test_a_branch_that_was_deleted_is_no_new_one(tmp_path, remote):
    pushed(measured(tmp_path / "in", 0), remote)
    git(remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    with pytest.raises(BrokenDataError, match="was rewritten"):
        pulled(tmp_path / "out", remote)
    with pytest.raises(BrokenDataError, match="was rewritten"):
        pushed(measured(tmp_path / "more", 1), remote)


def test_a_run_file_is_taken_off_once_and_for_all(tmp_path, remote):
    ledger = measured(tmp_path / "in", 0, 1)
    name = pushed(ledger, remote).added[0]
    remove(remote.as_uri(), BRANCH, name, "measured on battery")
    assert len(pulled(tmp_path / "out", remote).added) == 1
    assert pushed(ledger, remote).added == ()
    assert "measured on battery" in git(remote, "show", f"{BRANCH}:{manifest.removal_path(name)}")
    with pytest.raises(UsageError, match="has no run file"):
        remove(remote.as_uri(), BRANCH, name, "again")


def test_a_ledger_with_other_content_is_told_and_left_as_it_is(tmp_path, remote):
    pushed(measured(tmp_path / "in", 0), remote)
    mine = Ledger(tmp_path / "out")
    file = mine.write([record("a0", point(9.0))])
    before = mine.path(file).read_bytes()
    done = pulled(tmp_path / "out", remote)
    assert [one.file for one in done.broken] == [file]
    assert Path(mine.path(file)).read_bytes() == before
