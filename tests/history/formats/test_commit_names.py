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
def made(tmp_path, monkeypatch, prepared):
    """The two commits of a repository, in which imports are made."""
    monkeypatch.chdir(prepared(of_two_commits, tmp_path))
    return (tmp_path / "commits").read_text().split()


def of_two_commits(folder):
    made = repository(folder)
    shas = made.commit("first", 0), made.commit("second", 60)
    (folder / "commits").write_text("\n".join(shas))


def short(sha):
    """The start of a hash that is not a mere number."""
    return next(sha[:length] for length in range(8, 40) if not sha[:length].isdigit())


def imported(tmp_path, names, *options):
    """What an import of one row at each of these commits says."""
    rows = (f"s,b,,total_time,s,lower,box,{name},2026-03-0{k},{k}," for k, name in names.items())
    (tmp_path / "old.csv").write_text("\n".join([HEADER, *rows]))
    return again(*options).output


def again(*options, code=0):
    """The same file once more."""
    done = CliRunner().invoke(main, ["import", "old.csv", *options])
    assert done.exit_code == code, done.output
    return done


def exported():
    return list(csv.DictReader(CliRunner().invoke(main, ["export", "csv"]).stdout.splitlines()))


def commits():
    return [row["commit"] for row in exported()]


def test_the_start_of_a_hash_is_the_commit_of_the_repository(tmp_path, made):
    first, second = made
    said = imported(tmp_path, {1: short(second), 2: short(first)})
    rows = exported()
    assert [row["commit"] for row in rows] == [first, second], "as the graph orders them"
    assert [row["commit_subject"] for row in rows] == ["first", "second"]
    assert rows[0]["commit_time"].startswith("2026-01-01 12:00:00")
    assert "2 commits found in the repository by the start of the hash" in said
    assert "0 new, 2 already there" in again().output


def test_what_the_repository_lacks_keeps_its_time_and_is_said(tmp_path, made):
    first, _ = made
    said = imported(tmp_path, {1: first, 2: "f" * 40, 3: "v1.0", 4: "1234567"})
    assert set(commits()) == {first, "f" * 40, "v1.0", "1234567"}
    assert "1 of 4 commits not in the repository here, such as ffffffffffff: squashed" in said


def test_commits_are_renamed_as_a_file_says(tmp_path, made):
    first, second = made
    (tmp_path / "map.csv").write_text(
        f"old,new\n{'a' * 40},{first}\nbbbbbbbb,{short(second)}\ngone1234,x\n"
    )
    said = imported(tmp_path, {1: "a" * 40, 2: "b" * 40}, "--map", "map.csv")
    assert commits() == [first, second]
    assert "1 commit of --map not in the file, such as gone1234" in said


@pytest.mark.parametrize("renamed_first", [False, True])
def test_a_file_that_comes_again_under_other_names_doubles_nothing(tmp_path, made, renamed_first):
    first, second = made
    (tmp_path / "map.csv").write_text(f"old,new\n{'a' * 40},{first}\n{'b' * 40},{second}\n")
    ways = [("--map", "map.csv"), ()]
    before, after = ways if renamed_first else reversed(ways)
    imported(tmp_path, {1: "a" * 40, 2: "b" * 40, 3: "c" * 40}, *before)
    said = again(*after, code=3).output
    pair = (first, "a" * 40) if renamed_first else ("a" * 40, first)
    assert "2 of 2 new runs stand in the history already" in said
    assert f"such as {pair[0][:12]} for {pair[1][:12]}" in " ".join(said.split())
    assert "0 new, 3 already there" in again(*before).output
    known = [first, second] if renamed_first else ["a" * 40, "b" * 40]
    assert sorted(commits()) == sorted([*known, "c" * 40])


@pytest.mark.parametrize("renamed_first", [False, True])
def test_a_file_that_grew_and_comes_under_other_names_doubles_nothing(
    tmp_path, made, renamed_first
):
    first, _ = made
    (tmp_path / "map.csv").write_text(f"old,new\n{'a' * 40},{first}\n")
    ways = [("--map", "map.csv"), ()]
    before, after = ways if renamed_first else reversed(ways)
    imported(tmp_path, {1: "a" * 40}, *before)
    rows = [f"s,{name},,total_time,s,lower,box,{'a' * 40},2026-03-02,7," for name in "bc"]
    (tmp_path / "old.csv").write_text("\n".join([HEADER, *rows]))
    said = again(*after, code=3).output
    assert "1 of 1 new run stands in the history already, under other names" in said
    again(*before)
    assert commits() == [first if renamed_first else "a" * 40] * 3


def test_other_series_of_a_commit_under_another_name_are_taken(tmp_path, made):
    first, _ = made
    (tmp_path / "map.csv").write_text(f"old,new\n{'a' * 40},{first}\n")
    imported(tmp_path, {1: "a" * 40})
    row = f"other,b,,total_time,s,lower,box,{'a' * 40},2026-03-01,1,"
    (tmp_path / "old.csv").write_text(f"{HEADER}\n{row}")
    again("--map", "map.csv")
    assert set(commits()) == {"a" * 40, first}


def test_the_file_is_taken_under_new_names_once_its_runs_were_let_go(tmp_path, made):
    first, second = made
    (tmp_path / "map.csv").write_text(f"old,new\n{'a' * 40},{first}\n{'b' * 40},{second}\n")
    imported(tmp_path, {1: "a" * 40, 2: "b" * 40})
    (old,) = (tmp_path / ".soundmark" / "runs").rglob("*.parquet")
    said = again("--map", "map.csv", code=3).output
    assert old.name in said.replace("\n", "").replace(" ", "")
    old.unlink()
    line = ["history", "sync", "--allow-fewer-runs", "commits were renamed"]
    assert CliRunner().invoke(main, line).exit_code == 0
    again("--map", "map.csv")
    assert commits() == [first, second]


def test_files_of_one_time_and_one_value_at_two_commits_are_two(tmp_path, made):
    for name in ("v1", *made):
        row = f"s,b,,total_time,s,lower,box,{name},2026-03-01,1,"
        (tmp_path / "old.csv").write_text(f"{HEADER}\n{row}")
        again()
    assert sorted(commits()) == sorted(["v1", *made])


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
    said = imported(tmp_path, {1: "abcdef12", 2: "v2"})
    assert commits() == ["abcdef12", "v2"]
    assert "repository" not in said


def test_the_time_of_a_commit_is_its_own_even_where_the_file_has_another(tmp_path, made):
    first, _ = made
    imported(tmp_path, {1: first})
    assert exported()[0]["commit_time"].startswith("2026-01-01 12:00:00")
