"""What a clone of any depth knows of the commits before its own."""

import pytest

from history.vcs import commits, lineage
from tests.history.vcs.repository import repository


@pytest.fixture
def line(tmp_path):
    """A repository of six commits in a line, and their hashes."""
    made = repository(tmp_path / "whole")
    return made, [made.commit(f"c{number}", number) for number in range(6)]


def test_a_commit_carries_what_lies_before_it(line):
    made, shas = line
    found = commits.current_commit(made.path)
    assert found.lineage == (
        *((new, old) for new, old in zip(shas[:0:-1], shas[-2::-1], strict=True)),
        (shas[0],),
    )


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_shallow_clone_names_the_parent_that_git_hides(line, tmp_path, depth):
    made, shas = line
    clone = made.clone(tmp_path / "clone", shas[5], depth)
    found = commits.current_commit(clone.path)
    assert found.parents == (shas[4],)
    assert found.sequence == 0
    known = [(shas[place], shas[place - 1]) for place in range(5, 5 - depth, -1)]
    assert list(found.lineage) == known


def test_a_shallow_clone_is_warned_of(line, tmp_path):
    made, shas = line
    clone = made.clone(tmp_path / "clone", shas[5], 1)
    found = commits.current_commit(clone.path)
    remark = commits.remarks(clone.path, found)[0]
    assert remark.seen.startswith("this clone is shallow")
    assert "fetch-depth: 0" in remark.fix
    whole = commits.current_commit(made.path)
    assert commits.remarks(made.path, whole) == ()


def test_both_sides_of_a_merge_are_known(tmp_path):
    made = repository(tmp_path)
    base = made.commit("base", 0)
    side = made.plant("side", [base], 1)
    main = made.plant("main", [base], 2)
    merge = made.plant("merge", [main, side], 3)
    assert lineage.before(made.path, merge) == {
        merge: (main, side),
        main: (base,),
        side: (base,),
        base: (),
    }


def test_no_more_is_kept_than_a_history_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(lineage, "KEPT", 3)
    made = repository(tmp_path)
    shas = [made.commit(f"c{number}", number) for number in range(6)]
    assert list(lineage.before(made.path, shas[5])) == shas[:2:-1]


def test_a_repository_connects_measured_commits(line):
    made, shas = line
    known = {shas[5]: (shas[4],)}
    learned = lineage.connect(made.path, [shas[5], shas[1]], known)
    assert learned == {shas[4]: (shas[1],), shas[1]: (shas[0],), shas[0]: ()}


def test_a_repository_knows_abbreviations(line):
    made, shas = line
    learned = lineage.connect(made.path, [shas[4][:8], shas[2][:8]], {})
    assert learned[shas[4]] == (shas[3],)
    assert learned[shas[3]] == (shas[2],)


def test_names_that_git_does_not_know_teach_nothing(line):
    made, _ = line
    assert lineage.connect(made.path, ["v1", "f" * 40, "--all", "unversioned-1"], {}) == {}
