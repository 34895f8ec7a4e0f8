"""A record that many push to loses nothing, takes nothing bad, and tells of tampering."""

import json
import os
import subprocess
import sys

import msgspec
import pytest
from click.testing import CliRunner

from history.store.ledger import Ledger
from history.store.transport import manifest
from history.store.transport.pull import pull
from history.store.transport.push import push
from history.words.errors import BrokenEnvironmentError, UsageError
from history.words.records import Exclusion
from soundmark import main
from tests.history.builders import START, point, put, record, write_exclusion

BRANCH = "soundmark-history"


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Git without the settings of whoever runs the tests."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


def git(folder, *arguments, **options):
    who = {
        f"GIT_{role}_{key}": "test@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    return subprocess.run(
        ["git", *map(str, arguments)], cwd=folder, env=os.environ | who, check=True,
        capture_output=True, text=True, **options,
    ).stdout  # fmt: skip


@pytest.fixture
def remote(tmp_path):
    return bare(tmp_path / "remote.git")


def bare(path):
    """A repository without files, as a forge has it."""
    git(path.parent, "init", "--quiet", "--bare", path)
    git(path, "config", "uploadpack.allowFilter", "true")
    return path


def measured(folder, *nights, value=0.1):
    """A ledger with one run file a night, a few folders down as artifacts are."""
    ledger = Ledger(folder / "12" / "run-1-1")
    for night in nights:
        put(ledger, record(f"a{night}", point(value), night=night))
    return Ledger(folder)


def pushed(ledger, remote):
    return push(ledger, remote.as_uri(), BRANCH)


def pulled(folder, remote, cache=None):
    return pull(Ledger(folder), remote.as_uri(), BRANCH, (cache or folder.parent / "cache.git"))


def held(remote, under=manifest.RUNS):
    return git(remote, "ls-tree", "-r", "--name-only", BRANCH, under).split()


def clone(remote, tmp_path):
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", BRANCH, remote, folder)
    return folder


def committed(folder, *push_options):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "by hand")
    git(folder, "push", "--quiet", *push_options, "origin", f"HEAD:{BRANCH}")


# Appending.


def test_the_first_push_starts_the_branch_and_notes_every_run(tmp_path, remote):
    done = pushed(measured(tmp_path / "in", 0, 1), remote)
    assert len(done.added) == 2
    assert held(remote) == [f"runs/{name}" for name in done.added]
    entries = [json.loads(git(remote, "show", f"{BRANCH}:{path}"))
               for path in held(remote, manifest.ENTRIES)]  # fmt: skip
    assert {entry["file"] for entry in entries} == set(done.added)
    assert all(len(entry["sha256"]) == len(entry["rows_sha256"]) == 64 for entry in entries)


def test_pushing_again_changes_nothing(tmp_path, remote):
    ledger = measured(tmp_path / "in", 0, 1)
    pushed(ledger, remote)
    head = git(remote, "rev-parse", BRANCH)
    done = pushed(ledger, remote)
    assert (done.added, done.known, done.refused) == ((), 2, ())
    assert git(remote, "rev-parse", BRANCH) == head


def test_what_was_pushed_comes_back_as_a_ledger(tmp_path, remote):
    first = measured(tmp_path / "in", 0, 1)
    pushed(first, remote)
    done = pulled(tmp_path / "out", remote)
    assert (len(done.added), done.known) == (2, 0)
    for file in first.files():
        name = "/".join(file.split("/")[-3:])
        assert (tmp_path / "out" / name).read_bytes() == first.path(file).read_bytes()
    pushed(measured(tmp_path / "later", 2), remote)
    again = pulled(tmp_path / "out", remote)
    assert (len(again.added), again.known) == (1, 2)


RIVAL = """
import sys
from pathlib import Path
from history.store.ledger import Ledger
from history.store.transport.push import push

print(push(Ledger(Path(sys.argv[1])), sys.argv[2], "soundmark-history").attempts)
"""


@pytest.mark.parametrize("first_night", [10, pytest.param(0, marks=pytest.mark.nightly)])
def test_six_that_push_at_once_all_arrive(tmp_path, remote, first_night):
    folders = [tmp_path / f"job{night}" for night in range(6)]
    for night, folder in enumerate(folders):
        measured(folder, first_night + night)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL, str(folder), remote.as_uri()],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for folder in folders
    ]
    said = [job.communicate(timeout=300)[0] for job in jobs]
    assert [job.returncode for job in jobs] == [0] * 6, said
    assert len(held(remote)) == 6
    assert len(pulled(tmp_path / "out", remote).added) == 6


def test_a_bad_file_is_named_and_the_good_ones_are_appended(tmp_path, remote):
    ledger = measured(tmp_path / "in", 0)
    (tmp_path / "in" / "2026" / "01").mkdir(parents=True)
    bad = {
        "2026/01/no.parquet": "cannot be read",
        "2026/01/with\nline.parquet": "no name of a run file",
        "stray.parquet": "no name of a run file",
        "2026/01/link.parquet": "no regular file",
    }
    for name in bad:
        ledger.path(name).write_text("not a run")
    ledger.path("2026/01/link.parquet").unlink()
    ledger.path("2026/01/link.parquet").symlink_to("/etc/passwd")
    done = pushed(ledger, remote)
    assert len(done.added) == len(held(remote)) == 1
    assert {one.file for one in done.refused} == set(bad)
    assert all(bad[one.file] in one.reason for one in done.refused)


def test_other_content_under_a_known_name_is_refused(tmp_path, remote):
    pushed(measured(tmp_path / "in", 0), remote)
    head = git(remote, "rev-parse", BRANCH)
    done = pushed(measured(tmp_path / "other", 0, value=9.0), remote)
    assert [one.reason for one in done.refused] == ["is on the record with other content"]
    assert git(remote, "rev-parse", BRANCH) == head


def test_a_file_that_claims_a_run_of_the_record_is_refused(tmp_path, remote):
    honest = record("a0", point(0.1), night=1)
    Ledger(tmp_path / "in").write([honest])
    pushed(Ledger(tmp_path / "in"), remote)
    run = msgspec.structs.replace(honest.run, started_at=START)
    forged = msgspec.structs.replace(record("a0", point(9.0)), run=run)
    Ledger(tmp_path / "forged").write([forged])
    done = pushed(Ledger(tmp_path / "forged"), remote)
    assert done.added == ()
    assert "tells other things of run" in done.refused[0].reason


def test_a_file_of_several_runs_may_repeat_one_that_is_there(tmp_path, remote):
    one, other = record("a0"), record("b1", night=1)
    Ledger(tmp_path / "in").write([one])
    pushed(Ledger(tmp_path / "in"), remote)
    Ledger(tmp_path / "both").write([one, other])
    assert len(pushed(Ledger(tmp_path / "both"), remote).added) == 1
    assert len(pulled(tmp_path / "out", remote).added) == 2


def test_an_exclusion_of_before_comes_with_the_first_push_and_never_later(tmp_path, remote):
    made = Exclusion(run_id=record("a0").run.run_id, made_at=START, reason="noisy")
    first = measured(tmp_path / "in", 0)
    write_exclusion(first, made)
    assert len(pushed(first, remote).added) == 2
    later = msgspec.structs.replace(made, reason="not ours", series_id="0" * 16)
    file = write_exclusion(Ledger(tmp_path / "other"), later)
    done = pushed(Ledger(tmp_path / "other"), remote)
    assert (done.added, done.refused, [one.file for one in done.left_out]) == ((), (), [file])
    assert "exclusions.toml" in done.left_out[0].reason
    assert len(pulled(tmp_path / "out", remote).added) == 2


def test_an_unreachable_remote_is_an_error_and_no_empty_branch(tmp_path):
    with pytest.raises(BrokenEnvironmentError, match="cannot be read"):
        push(measured(tmp_path / "in", 0), (tmp_path / "nowhere.git").as_uri(), BRANCH)
    with pytest.raises(BrokenEnvironmentError):
        pull(Ledger(tmp_path / "out"), (tmp_path / "nowhere.git").as_uri(), BRANCH, tmp_path / "c")


def test_a_remote_that_refuses_is_an_error_with_its_words(tmp_path, remote):
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'error: closed for the weekend' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(BrokenEnvironmentError, match="refuses"):
        pushed(measured(tmp_path / "in", 0), remote)


def test_a_remote_without_room_for_marks_takes_run_files_all_the_same(tmp_path, remote):
    hook = remote / "hooks" / "update"
    hook.write_text('#!/bin/sh\ncase "$1" in refs/heads/*) exit 0;; esac\nexit 1\n')
    hook.chmod(0o755)
    assert len(pushed(measured(tmp_path / "in", 0), remote).added) == 1
    assert len(pulled(tmp_path / "out", remote).added) == 1


def test_the_command_says_what_became_of_every_file(tmp_path, remote, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ledger = measured(tmp_path / "in", 0)
    ledger.path("bad\x1b[31m.parquet").write_text("not a run")
    done = CliRunner().invoke(main, ["history", "push", remote.as_uri(), "--ledger", "in"])
    assert done.exit_code == 3
    assert "1 run file appended to soundmark-history, 0 there already" in done.output
    assert "bad\\x1b[31m.parquet is no name of a run file" in done.output
    done = CliRunner().invoke(main, ["history", "pull", remote.as_uri()])
    assert (done.exit_code, "1 run file copied" in done.output) == (0, True)
    done = CliRunner().invoke(main, ["history", "sync"])
    assert (done.exit_code, "+1 runs" in done.output) == (0, True)
    wrong = CliRunner().invoke(main, ["history", "push", remote.as_uri(), "--remove", "x"])
    assert wrong.exit_code == 2


@pytest.mark.parametrize("command", ["push", "pull"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("",), "found an empty name"),
        (("{remote}", "--branch", ""), 'found ""'),
        (("{remote}", "--branch", "a..b"), 'found "a..b"'),
        (("{remote}", "--branch=-x"), 'found "-x"'),
    ],
)
def test_an_empty_remote_or_no_branch_name_is_a_mistake_of_the_user(
    tmp_path, remote, monkeypatch, command, words, told
):
    project = tmp_path / "project"
    measured(project / "in", 0)
    git(project, "init", "--quiet")
    monkeypatch.chdir(project)
    given = [word.format(remote=remote) for word in words]
    done = CliRunner().invoke(main, ["history", command, *given, "--ledger", "in"])
    assert (done.exit_code, told in done.output) == (2, True), done.output
    assert git(project, "for-each-ref") + git(remote, "for-each-ref") == ""


def test_a_ledger_that_is_not_there_is_not_pushed_as_an_empty_one(tmp_path, remote, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["history", "push", str(remote), "--ledger", "misspelt"])
    assert done.exit_code == 3
    assert "there is no ledger at" in done.output


@pytest.mark.parametrize(("file", "is_taken"), [("aligner.cpp", False), ("README.md", True)])
def test_a_branch_with_other_work_gets_no_run_files(tmp_path, remote, file, is_taken):
    work = tmp_path / "work"
    git(tmp_path, "init", "--quiet", "--initial-branch", BRANCH, work)
    git(work, "remote", "add", "origin", remote)
    (work / file).write_text("x")
    committed(work)
    ledger = measured(tmp_path / "out", 1)
    if is_taken:
        assert len(pushed(ledger, remote).added) == 1
        return
    with pytest.raises(UsageError, match="is no record: it holds aligner"):
        pushed(ledger, remote)
    assert git(remote, "ls-tree", "-r", "--name-only", BRANCH).split() == [file]


@pytest.mark.parametrize("how", ["folder", "name"])
def test_a_folder_or_a_remote_of_the_project_will_do(tmp_path, monkeypatch, how):
    """The remote knows nothing of partial clones, as a folder on a disk that several share."""
    git(tmp_path, "init", "--quiet", "--bare", "shared.git")
    project = tmp_path / "project"
    git(tmp_path, "init", "--quiet", project)
    git(project, "remote", "add", "record", "../shared.git")
    monkeypatch.chdir(project)
    given = "../shared.git" if how == "folder" else "record"
    for night in range(2):
        Ledger(project / ".soundmark" / "runs").write([record(f"a{night}", night=night)])
        done = CliRunner().invoke(main, ["history", "push", given])
        assert done.exit_code == 0, done.output
    assert "1 run file appended to soundmark-history, 1 there already" in done.output
    done = CliRunner().invoke(main, ["history", "pull", given])
    assert (done.exit_code, "0 run files copied" in done.output) == (0, True), done.output
