"""Appending run files to the data branch loses nothing, whoever else is pushing."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPTS = ROOT / ".github" / "scripts"
BRANCH = "soundmark-history"
IDENTITY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Test"), ("EMAIL", "test@example.org"))
}
ENVIRONMENT = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull}


def git(*arguments: object) -> str:
    command = ["git", *map(str, arguments)]
    return subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout


def start(script: str, *arguments: object, **extra: str) -> subprocess.Popen:
    return subprocess.Popen(
        [SCRIPTS / script, *map(str, arguments)],
        env={**ENVIRONMENT, **extra}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def run(script: str, *arguments: object, **extra: str) -> tuple[int, str]:
    process = start(script, *arguments, **extra)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


@pytest.fixture
def remote(tmp_path) -> Path:
    path = tmp_path / "remote.git"
    git("init", "--quiet", "--bare", path)
    git("-C", path, "config", "uploadpack.allowFilter", "true")
    return path


def measured(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / "run-1-1" / "2026" / "01" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"numbers of {name}")
    return folder


def held(remote: Path) -> list[str]:
    names = git("-C", remote, "ls-tree", "-r", "--name-only", BRANCH).split()
    return [Path(name).stem for name in names]


def commits(remote: Path) -> int:
    return int(git("-C", remote, "rev-list", "--count", BRANCH))


def test_the_first_append_starts_an_orphan_branch(tmp_path, remote):
    code, output = run("append-runs.sh", measured(tmp_path / "in", "a"), remote.as_uri())
    assert code == 0, output
    assert git("-C", remote, "ls-tree", "-r", "--name-only", BRANCH).split() == [
        "runs/2026/01/a.parquet"
    ]
    assert git("-C", remote, "show", f"{BRANCH}:runs/2026/01/a.parquet") == "numbers of a"


def test_appending_twice_changes_nothing(tmp_path, remote):
    incoming = measured(tmp_path / "in", "a", "b")
    run("append-runs.sh", incoming, remote.as_uri())
    code, output = run("append-runs.sh", incoming, remote.as_uri())
    assert (code, commits(remote)) == (0, 1)
    assert "nothing to add" in output


def test_a_later_append_sweeps_up_a_dropped_one(tmp_path, remote):
    run("append-runs.sh", measured(tmp_path / "in", "a"), remote.as_uri())
    run("append-runs.sh", measured(tmp_path / "in", "dropped", "c"), remote.as_uri())
    assert held(remote) == ["a", "c", "dropped"]


def test_a_run_file_on_the_branch_is_never_rewritten(tmp_path, remote):
    run("append-runs.sh", measured(tmp_path / "in", "a"), remote.as_uri())
    (measured(tmp_path / "in", "b") / "run-1-1/2026/01/a.parquet").write_text("other numbers")
    run("append-runs.sh", tmp_path / "in", remote.as_uri())
    assert git("-C", remote, "show", f"{BRANCH}:runs/2026/01/a.parquet") == "numbers of a"
    assert held(remote) == ["a", "b"]


def test_rivals_that_push_at_once_all_arrive(tmp_path, remote):
    rivals = [
        start("append-runs.sh", measured(tmp_path / name, name), remote.as_uri())
        for name in ("a", "b", "c")
    ]
    output = [rival.communicate(timeout=120)[0] for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0, 0, 0], output
    assert held(remote) == ["a", "b", "c"]


def test_a_file_outside_the_layout_is_refused_and_named(tmp_path, remote):
    stray = tmp_path / "in" / "stray.parquet"
    stray.parent.mkdir()
    stray.touch()
    code, output = run("append-runs.sh", tmp_path / "in", remote.as_uri())
    assert code == 3
    assert "YYYY/MM/<run>.parquet: stray.parquet" in output


def test_an_unreachable_remote_is_an_error_and_not_an_empty_branch(tmp_path):
    code, output = run("append-runs.sh", measured(tmp_path / "in", "a"), "file:///nowhere.git")
    assert code != 0
    assert "added" not in output


def test_a_branch_that_lost_a_run_is_refused(tmp_path, remote):
    run("append-runs.sh", measured(tmp_path / "in", "a", "b"), remote.as_uri())
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--branch", BRANCH, remote, clone)
    git("-C", clone, "rm", "--quiet", "runs/2026/01/a.parquet")
    git("-C", clone, "commit", "--quiet", "--message", "wipe")
    git("-C", clone, "push", "--quiet")

    code, output = run("checkout-runs.sh", remote.as_uri(), tmp_path / "record")
    assert code == 3
    assert "runs/2026/01/a.parquet" in output

    code, output = run(
        "checkout-runs.sh", remote.as_uri(), tmp_path / "meant", SOUNDMARK_ALLOW_FEWER="1"
    )
    assert (code, output) == (0, "1 run files\n")


def test_the_record_is_checked_out_as_a_ledger_folder(tmp_path, remote):
    run("append-runs.sh", measured(tmp_path / "in", "a", "b"), remote.as_uri())
    code, output = run("checkout-runs.sh", remote.as_uri(), tmp_path / "record")
    assert code == 0, output
    assert (tmp_path / "record/runs/2026/01/b.parquet").read_text() == "numbers of b"
