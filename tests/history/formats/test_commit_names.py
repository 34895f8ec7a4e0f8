"""Commits of an import are those of the repository, under the names that they have now."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from history.formats import commit_names
from history.words.errors import UsageError
from soundmark import main
from tests.history.vcs.repository import repository

HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A repository of two commits, in which imports are made."""
    monkeypatch.chdir(tmp_path)
    made = repository(tmp_path)
    return made, [made.commit("first", 0), made.commit("second", 60)]


def short(sha):
    """The start of a hash that is not a mere number."""
    return next(sha[:length] for length in range(8, 40) if not sha[:length].isdigit())


def imported(tmp_path, names, *options):
    rows = (f"s,b,,total_time,s,lower,box,{name},2026-03-0{k},{k}," for k, name in names.items())
    (tmp_path / "old.csv").write_text("\n".join([HEADER, *rows]))
    done = CliRunner().invoke(main, ["import", "old.csv", *options])
    assert done.exit_code == 0, done.output
    exported = CliRunner().invoke(main, ["export", "csv"]).stdout
    return list(csv.DictReader(exported.splitlines())), done.output


def test_the_start_of_a_hash_is_the_commit_of_the_repository(tmp_path, made):
    _, (first, second) = made
    rows, said = imported(tmp_path, {1: short(second), 2: short(first)})
    assert [row["commit"] for row in rows] == [first, second], "as the graph orders them"
    assert [row["commit_subject"] for row in rows] == ["first", "second"]
    assert rows[0]["commit_time"].startswith("2026-01-01 12:00:00")
    assert "2 commits found in the repository by the start of the hash" in said


def test_what_the_repository_lacks_keeps_its_time_and_is_said(tmp_path, made):
    _, (first, _) = made
    rows, said = imported(tmp_path, {1: first, 2: "f" * 40, 3: "v1.0", 4: "1234567"})
    assert {row["commit"] for row in rows} == {first, "f" * 40, "v1.0", "1234567"}
    assert "1 of 4 commits not in the repository here, such as ffffffffffff: squashed" in said


def test_an_import_that_comes_again_adds_nothing_under_the_whole_hash(tmp_path, made):
    _, (first, _) = made
    imported(tmp_path, {1: short(first)})
    rows, said = imported(tmp_path, {1: short(first)})
    assert len(rows) == 1
    assert "0 new, 1 already there" in said


def test_commits_are_renamed_as_a_file_says(tmp_path, made):
    _, (first, second) = made
    (tmp_path / "map.csv").write_text(
        f"old,new\n{'a' * 40},{first}\nbbbbbbbb,{short(second)}\ngone1234,x\n"
    )
    rows, said = imported(tmp_path, {1: "a" * 40, 2: "b" * 40}, "--map", "map.csv")
    assert [row["commit"] for row in rows] == [first, second]
    assert "1 commit of --map not in the file, such as gone1234" in said


def test_the_map_of_git_filter_repo_is_read(tmp_path):
    (tmp_path / "commit-map").write_text(f"old   new\n{'a' * 40} {'b' * 40}\n\n")
    assert commit_names.renamed(tmp_path / "commit-map") == {"a" * 40: "b" * 40}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("old,new\na,b,c\n", r"line 2: expected an old and a new name"),
        ("a,\n", r"line 1: expected an old and a new name"),
        ("a,b\na,c\n", r"line 2: a has two new names"),
    ],
)
def test_a_map_of_another_shape_is_refused(tmp_path, text, said):
    (tmp_path / "map.csv").write_text(text)
    with pytest.raises(UsageError, match=said):
        commit_names.renamed(tmp_path / "map.csv")


def test_without_a_repository_commits_stay_as_the_file_names_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows, said = imported(tmp_path, {1: "abcdef12", 2: "v2"})
    assert [row["commit"] for row in rows] == ["abcdef12", "v2"]
    assert "repository" not in said


def test_the_time_of_a_commit_is_its_own_even_where_the_file_has_another(tmp_path, made):
    _, (first, _) = made
    rows, _ = imported(tmp_path, {1: first})
    assert rows[0]["commit_time"].startswith("2026-01-01 12:00:00")
