import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from history.vcs import commits, worktrees
from history.vcs.git import GitError
from history.vcs.worktrees import Worktrees
from history.words.errors import BrokenEnvironmentError, UsageError
from tests.history.vcs.repositories import Repository, made


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Checkouts stand where the test can see what is left of them."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def repository(tmp_path):
    found = made(tmp_path / "project")
    found.commit("first", code__py="x = 1\n")
    return found


def head(repository):
    return commits.resolve(repository.path, "HEAD")


def test_a_commit_is_checked_out_beside_the_working_tree_which_stays_as_it_is(repository):
    old = head(repository)
    repository.commit("second", code__py="x = 2\n")
    repository.write("code.py", "x = 3\n")
    before = repository.state()
    with Worktrees(repository.path) as trees:
        tree = trees.check_out(old, "base")
        assert (tree.folder / "code.py").read_text() == "x = 1\n"
        assert repository.path not in tree.folder.parents
        assert tree.remarks == ()
    assert repository.state() == before
    assert not tree.folder.parent.exists()


def test_two_commits_stand_in_folders_of_equal_length(repository):
    with Worktrees(repository.path) as trees:
        one, other = (trees.check_out(head(repository), name) for name in ("base", "head"))
        assert len(str(one.folder)) == len(str(other.folder))


def test_a_mistake_inside_takes_the_checkouts_away_too(repository, temporary):
    before = repository.state()
    with pytest.raises(GitError, match="already exists"), Worktrees(repository.path) as trees:
        _twice(trees, head(repository))
    assert repository.state() == before
    assert list(temporary.iterdir()) == []


def _twice(trees, commit):
    trees.check_out(commit, "base")
    trees.check_out(commit, "base")


def test_what_a_build_made_unwritable_is_taken_away_too(repository, temporary):
    with Worktrees(repository.path) as trees:
        locked = trees.check_out(head(repository), "base").folder / "target"
        locked.mkdir()
        (locked / "artefact").write_text("x")
        locked.chmod(0o500)
    assert list(temporary.iterdir()) == []


def test_no_hook_of_the_project_runs(repository):
    hook = repository.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    with Worktrees(repository.path) as trees:
        assert not (trees.check_out(head(repository), "base").folder / "hooked").exists()


_KILLED = """
    import os, sys
    from pathlib import Path
    from history.vcs import commits
    from history.vcs.worktrees import Worktrees
    path = Path(sys.argv[1])
    trees = Worktrees(path).__enter__()
    print(trees.check_out(commits.resolve(path, "HEAD"), "base").folder, flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_run_left_is_known_and_taken_away_but_nothing_of_a_living_one(
    repository, temporary, tmp_path
):
    mine = tmp_path / "mine"
    repository.git("worktree", "add", "--detach", str(mine))
    command = [sys.executable, "-c", textwrap.dedent(_KILLED), str(repository.path)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    try:
        left = Path(process.stdout.readline().strip())
        assert worktrees.sweep(repository.path) == ()
        assert left.is_dir()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert worktrees.sweep(repository.path) == (str(left),)
    assert list(temporary.iterdir()) == []
    assert [line.split()[0] for line in repository.git("worktree", "list").splitlines()] == [
        str(repository.path),
        str(mine),
    ]


def test_what_is_left_of_a_folder_that_has_gone_is_taken_away(repository, temporary):
    trees = Worktrees(repository.path)
    tree = trees.check_out(head(repository), "base")
    shutil.rmtree(tree.folder.parent)
    reason = next((repository.path / ".git" / "worktrees").glob("*/locked"))
    reason.write_text("soundmark 999999999 1.00")
    assert worktrees.sweep(repository.path) == (str(tree.folder),)
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_the_base_is_where_head_and_the_revision_parted(repository):
    parted = head(repository).sha
    repository.git("checkout", "-b", "topic")
    topic = repository.commit("topic")
    repository.git("checkout", "main")
    repository.commit("further")
    found = worktrees.base_of(repository.path, topic, "main")
    assert (found.commit.sha, found.asked, found.is_merge_base) == (parted, "main", True)
    direct = worktrees.base_of(repository.path, topic, parted)
    assert (direct.commit.sha, direct.is_merge_base) == (parted, False)


def test_commits_without_a_common_one_have_no_base(repository):
    main = head(repository).sha
    repository.git("checkout", "--orphan", "other")
    repository.commit("other")
    with pytest.raises(UsageError, match="no commit in common"):
        worktrees.base_of(repository.path, "HEAD", main)


def test_a_shallow_clone_that_does_not_reach_the_base_says_how_to_fetch_more(repository, tmp_path):
    repository.git("checkout", "-b", "topic")
    repository.commit("topic")
    repository.git("checkout", "main")
    repository.commit("further")
    clone = Repository(tmp_path)
    clone.git(
        *("clone", "--depth=1", "--no-single-branch", f"file://{repository.path}", "shallow"),
    )
    with pytest.raises(BrokenEnvironmentError, match=r"shallow.*fetch-depth: 0"):
        worktrees.base_of(tmp_path / "shallow", "HEAD", "origin/topic")


def test_outside_of_a_repository_there_are_no_commits_to_measure(tmp_path):
    with pytest.raises(UsageError, match="git repository"):
        worktrees.top(tmp_path)


def test_submodules_come_from_the_copies_that_are_here(repository, tmp_path):
    library = made(tmp_path / "library")
    old = library.commit("old", lib__py="y = 1\n")
    library.commit("new", lib__py="y = 2\n")
    repository.git("submodule", "add", str(library.path), "lib")
    repository.git("-C", "lib", "checkout", old)
    repository.commit("with a library")
    library.path.rename(tmp_path / "gone")
    before = repository.state()
    with Worktrees(repository.path) as trees:
        tree = trees.check_out(head(repository), "base")
        assert (tree.folder / "lib" / "lib.py").read_text() == "y = 1\n"
        assert "lib/lib.py" in worktrees.files(tree.folder)
    assert repository.state() == before


def test_a_submodule_that_is_not_here_is_named(repository, tmp_path):
    library = made(tmp_path / "library")
    library.commit("old", lib__py="y = 1\n")
    repository.git("submodule", "add", str(library.path), "lib")
    repository.commit("with a library")
    clone = Repository(tmp_path)
    clone.git("clone", str(repository.path), "clone")
    with Worktrees(tmp_path / "clone") as trees:
        (remark,) = trees.check_out(commits.resolve(tmp_path / "clone", "HEAD"), "base").remarks
    assert "git submodule update --init lib" in remark


def test_a_submodule_at_a_commit_that_is_not_here_says_what_to_do(repository, tmp_path):
    library = made(tmp_path / "library")
    library.commit("old", lib__py="y = 1\n")
    repository.git("submodule", "add", str(library.path), "lib")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    repository.git("commit", "-m", "a commit nobody has")
    with (
        Worktrees(repository.path) as trees,
        pytest.raises(BrokenEnvironmentError, match="git -C lib fetch"),
    ):
        trees.check_out(head(repository), "base")
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_files_of_lfs_that_are_pointers_are_counted_and_named(repository):
    repository.write(".gitattributes", "*.bin filter=lfs diff=lfs\n")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
    repository.commit("weights", weights__bin=pointer)
    with Worktrees(repository.path) as trees:
        (remark,) = trees.check_out(head(repository), "base").remarks
    assert remark.startswith("1 files of Git LFS are pointers only, weights.bin among them")


def test_without_room_nothing_is_made_and_the_amount_is_told(repository, monkeypatch, temporary):
    free = shutil.disk_usage(temporary)._replace(free=10 * 2**20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    before = repository.state()
    told = r"needs 67 MB.*has 10 MB left.*TMPDIR"
    with Worktrees(repository.path) as trees, pytest.raises(BrokenEnvironmentError, match=told):
        trees.check_out(head(repository), "base")
    assert repository.state() == before


def test_files_are_those_git_knows_or_would_take(repository):
    repository.write(".gitignore", "*.o\n")
    repository.write("build.o", "x")
    repository.write("sub/new.py", "x")
    assert worktrees.files(repository.path) == (".gitignore", "code.py", "sub/new.py")
    assert worktrees.files(repository.path / "sub") == ("new.py",)
