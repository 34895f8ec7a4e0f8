import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from history.vcs import commits
from history.words.errors import UsageError


@dataclass
class Repository:
    path: Path

    def git(self, *arguments):
        done = subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
            cwd=self.path,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, subject):
        self.git("commit", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    made.git("init", "--initial-branch=main")
    return made


def test_the_current_commit_has_hash_subject_branch_and_place_in_line(repository):
    first = repository.commit("first")
    sha = repository.commit("second: with | and \t marks")
    found = commits.current_commit(repository.path)
    assert found.sha == sha
    assert found.subject == "second: with | and \t marks"
    assert found.branch == "main"
    assert found.parents == (first,)
    assert found.sequence == 2
    assert not found.dirty


def test_a_dirty_tree_is_recorded(repository):
    (repository.path / "code.py").write_text("x = 1\n")
    repository.git("add", "code.py")
    repository.commit("code")
    (repository.path / "code.py").write_text("x = 2\n")
    assert commits.current_commit(repository.path).dirty


def test_untracked_files_do_not_make_a_tree_dirty(repository):
    repository.commit("first")
    (repository.path / "notes.txt").write_text("mine\n")
    assert not commits.current_commit(repository.path).dirty


def test_a_detached_head_has_no_branch(repository):
    repository.commit("first")
    repository.git("checkout", "--detach")
    assert commits.current_commit(repository.path).branch == ""


def test_a_tag_is_noted(repository):
    repository.commit("release")
    repository.git("tag", "v1.0")
    assert commits.current_commit(repository.path).tag == "v1.0"


def test_a_repository_without_commits_asks_for_one(repository):
    with pytest.raises(UsageError, match=r"no commits yet.*git commit"):
        commits.current_commit(repository.path)


def test_without_a_repository_runs_still_have_an_order(tmp_path):
    found = commits.current_commit(tmp_path)
    assert found.sha.startswith("unversioned-")
    assert found.subject == "not under version control"


def test_without_git_runs_still_have_an_order(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commits.current_commit(tmp_path).sha.startswith("unversioned-")


def test_first_parents_leave_out_merged_branches(repository):
    base = repository.commit("base")
    repository.git("checkout", "-b", "side")
    side = repository.commit("side")
    repository.git("checkout", "main")
    main = repository.commit("main")
    repository.git("merge", "--no-ff", "-m", "merge", "side")
    merge = repository.git("rev-parse", "HEAD")
    assert commits.first_parents(repository.path, "HEAD") == (merge, main, base)
    assert commits.merge_base(repository.path, side, main) == base
    assert [found.sha for found in commits.commits_in(repository.path, f"{base}..HEAD")] == [
        main,
        merge,
    ]


def test_an_unknown_revision_is_named(repository):
    repository.commit("first")
    with pytest.raises(UsageError, match='no commit called "v9"'):
        commits.resolve(repository.path, "v9")


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("git@example.org:team/speech.git", "https://example.org/team/speech"),
        ("https://token:secret@example.org/team/speech.git", "https://example.org/team/speech"),
        ("/srv/git/speech.git", ""),
    ],
)
def test_the_web_address_never_carries_credentials(repository, remote, web):
    repository.git("remote", "add", "origin", remote)
    assert commits.remote_url(repository.path) == web
