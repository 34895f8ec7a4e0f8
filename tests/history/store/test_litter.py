"""What a killed writer left in a ledger is no run file, and is swept up."""

import os
import shutil
import time

import pytest

from history.project.workspace import open_workspace
from history.store.verify import verify
from tests.history.builders import record


def opened(folder):
    return open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")


def one_run(folder):
    opened(folder).append([record("a1")])


@pytest.fixture
def workspace(tmp_path, prepared):
    return opened(prepared(one_run, tmp_path))


@pytest.fixture(params=[".writing-0a1b2c3d-4194000-01234567", ".writing-k2j3h4"])
def litter(workspace, request):
    """A whole run file under the name that it had while it was written."""
    whole = workspace.ledger.path(workspace.ledger.write([record("b2", night=1)]))
    folder = whole.parent / request.param
    folder.mkdir()
    shutil.move(whole, folder / "run.parquet")
    (folder / "rows.ndjson").write_text("{}")
    return folder


def test_a_file_that_was_never_finished_is_no_run_file(workspace, litter):
    assert len(workspace.ledger.files()) == 1
    assert workspace.sync().runs_total == 1
    with workspace.judging() as connection:
        assert verify(connection, workspace.ledger).problems == ()
    assert litter.is_dir()


def test_old_litter_is_swept_by_a_sync_and_is_not_missed(workspace, litter):
    os.utime(litter, (time.time() - 30 * 24 * 3600,) * 2)
    assert workspace.sync().runs_total == 1
    assert not litter.exists()


def test_a_database_that_was_never_finished_is_swept(workspace):
    left = workspace.history_file.with_name(".history.duckdb.rebuilding-0a1b2c3d-4194000-01234567")
    left.write_bytes(b"half")
    os.utime(left, (time.time() - 30 * 24 * 3600,) * 2)
    workspace.sync(rebuild=True)
    assert not left.exists()
