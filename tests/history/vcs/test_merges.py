"""Pull requests of a range, as forges write them into what they merge."""

import pytest

from history.vcs import merges
from tests.history.vcs.repositories import Repository


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    made.git("init", "--quiet", "--initial-branch", "main")
    return made


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        ("Merge pull request #12 from guest/faster", (12,)),
        ("Decode in blocks (#12)", (12,)),
        ("Merge pull request 'Decode in blocks' (#12) from faster into main", (12,)),
        ("Merge branch 'faster' into 'main'\n\nDecode\n\nSee merge request acme/aligner!12", (12,)),
        ("Mend #12 at last", ()),
        ("Decode in blocks", ()),
        ("Revert (#11) once more (#12)", (12,)),
    ],
)
def test_each_forge_writes_its_number_in_its_own_way(repository, message, numbers):
    first = repository.commit("first")
    last = repository.commit(message)
    assert merges.pull_requests(repository.path, first, last) == numbers


def test_a_range_names_each_once_and_neither_its_first_commit_nor_later_ones(repository):
    first = repository.commit("Before (#1)")
    repository.commit("Two (#12)")
    last = repository.commit("Three (#9)")
    repository.commit("After (#20)")
    assert merges.pull_requests(repository.path, first, last) == (9, 12)


def test_commits_that_git_does_not_know_or_that_are_no_range_name_nothing(repository):
    first = repository.commit("One (#1)")
    last = repository.commit("Two (#2)")
    assert merges.pull_requests(repository.path, last, first) == ()
    assert merges.pull_requests(repository.path, "c0001", last) == ()
    assert merges.pull_requests(repository.path, first, "c0002") == ()
    assert merges.pull_requests(repository.path, "--all", last) == ()


def test_a_range_that_is_too_long_names_nothing(repository, monkeypatch):
    monkeypatch.setattr(merges, "MOST_COMMITS", 2)
    first = repository.commit("One")
    for number in range(3):
        last = repository.commit(f"Next (#{number})")
    assert merges.pull_requests(repository.path, first, last) == ()


def test_a_subject_names_what_it_merged():
    assert merges.named_in("Faster beams (#123)") == (123,)
    assert merges.named_in("Merge pull request #7 from acme/beams") == (7,)
    assert merges.named_in("Mend #12 at last") == ()
