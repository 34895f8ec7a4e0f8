import pytest

from history.vcs import branch, commits
from history.words.errors import BrokenEnvironmentError, UsageError
from tests.history.vcs import repository as repositories


@pytest.fixture(autouse=True)
def _no_ci_service(monkeypatch):
    """Tests run under CI services too, which name the branch that they build."""
    for name in branch.VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(tmp_path):
    return repositories.repository(tmp_path)


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


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"GITHUB_REF_NAME": "main"}, "main"),
        ({"GITHUB_HEAD_REF": "faster", "GITHUB_REF_NAME": "7/merge"}, "faster"),
        ({"CI_COMMIT_REF_NAME": "main"}, "main"),
        (
            {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "faster", "CI_COMMIT_REF_NAME": "faster"},
            "faster",
        ),
        ({"BUILD_SOURCEBRANCH": "refs/heads/team/faster"}, "team/faster"),
        ({"BRANCH_NAME": "main"}, "main"),
        ({"BUILDKITE_BRANCH": "main"}, "main"),
        ({"CIRCLE_BRANCH": "main"}, "main"),
    ],
)
def test_a_ci_service_names_the_branch_of_a_detached_head(repository, monkeypatch, variables, name):
    repository.commit("first")
    repository.git("checkout", "--detach")
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert commits.current_commit(repository.path).branch == name


@pytest.mark.parametrize(
    "variables",
    [
        {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"},
        {"CI_COMMIT_TAG": "v1", "CI_COMMIT_REF_NAME": "v1"},
        {"BUILD_SOURCEBRANCH": "refs/tags/v1"},
        {"TAG_NAME": "v1", "BRANCH_NAME": "v1"},
        {"BUILDKITE_TAG": "v1", "BUILDKITE_BRANCH": "v1"},
    ],
)
def test_a_tag_that_is_built_is_no_branch(variables):
    assert branch.of_detached_head(variables) == ""


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        (
            {
                "GITHUB_HEAD_REF": "main",
                "GITHUB_BASE_REF": "main",
                "GITHUB_REF_NAME": "7/merge",
            },
            "7/merge",
        ),
        (
            {
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_REF_PATH": "refs/merge-requests/7/head",
                "CI_COMMIT_REF_NAME": "main",
            },
            "refs/merge-requests/7/head",
        ),
        ({"CHANGE_BRANCH": "main", "CHANGE_TARGET": "main", "BRANCH_NAME": "PR-7"}, "PR-7"),
    ],
)
def test_a_fork_whose_branch_is_called_main_is_not_main(variables, name):
    assert branch.of_detached_head(variables) == name


def test_a_branch_that_is_checked_out_needs_no_variable(repository, monkeypatch):
    repository.commit("first")
    monkeypatch.setenv("GITHUB_REF_NAME", "other")
    assert commits.current_commit(repository.path).branch == "main"


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
    (remark,) = commits.remarks(tmp_path, found)
    assert remark.seen.startswith("there is no git repository here")


def test_without_git_runs_still_have_an_order(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commits.current_commit(tmp_path).sha.startswith("unversioned-")


def test_a_repository_that_git_refuses_is_an_error_with_its_remedy(repository, monkeypatch):
    repository.commit("first")
    # What git does where another user owns the folder.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(
        BrokenEnvironmentError,
        match=r"detected dubious ownership.*git config --global --add safe\.directory",
    ) as refused:
        commits.current_commit(repository.path)
    assert refused.value.exit_code == 3


def write(place, text):
    place.write_text(text)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda git: write(git / "HEAD", "garbage\n"), "not a git repository"),
        (lambda git: (git / "HEAD").unlink(), "not a git repository"),
        (lambda git: write(git / "refs" / "heads" / "main", "garbage\n"), "appears to be broken"),
        (lambda git: write(git / "refs" / "heads" / "main", "a" * 40 + "\n"), "bad object HEAD"),
        (lambda git: write(git / "config", "[core\n"), "bad config line 1"),
    ],
    ids=["HEAD is garbage", "no HEAD", "branch is garbage", "commit is gone", "bad config"],
)
def test_a_broken_repository_is_an_error_not_a_folder_without_one(repository, damage, sentence):
    repository.commit("first")
    damage(repository.path / ".git")
    with pytest.raises(BrokenEnvironmentError, match=sentence) as broken:
        commits.current_commit(repository.path)
    assert "fatal:" not in broken.value.message
    assert broken.value.exit_code == 3


def test_a_gitdir_that_leads_nowhere_is_an_error(repository, tmp_path):
    repository.commit("first")
    inside = tmp_path / "module"
    inside.mkdir()
    write(inside / ".git", "gitdir: ../.git/modules/gone\n")
    with pytest.raises(BrokenEnvironmentError, match=r"not a git repository: .*gone"):
        commits.current_commit(inside)


def test_without_git_a_repository_is_an_error(repository, tmp_path, monkeypatch):
    repository.commit("first")
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.setenv("PATH", str(below))
    with pytest.raises(BrokenEnvironmentError, match=r"git is not installed, and .*Install git"):
        commits.current_commit(below)


def test_a_folder_without_a_working_tree_is_an_error(repository):
    repository.commit("first")
    with pytest.raises(BrokenEnvironmentError, match="outside of its working tree"):
        commits.current_commit(repository.path / ".git")


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


def test_a_range_that_reaches_too_far_back_is_told_how_far_it_may(repository):
    repository.commit("first")
    with pytest.raises(UsageError, match="HEAD has no commit before it"):
        commits.commits_in(repository.path, "HEAD~8..HEAD")
    for subject in ("second", "third"):
        repository.commit(subject)
    with pytest.raises(UsageError, match=r"HEAD~2\.\.HEAD is as far as it goes"):
        commits.commits_in(repository.path, "HEAD~8..HEAD")


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
