"""The files of a repository as far as they tell how it is built."""

import pytest

from collector.onboarding import tree
from collector.onboarding.tree import Tree
from tests.collector.onboarding.repositories import made


def test_files_of_builds_packages_and_git_are_not_listed(tmp_path):
    files = dict.fromkeys(
        ("a.py", "src/b.py", "target/c.py", "src/node_modules/d.py", ".git/e.py", ".env/f.py"), ""
    )
    assert Tree(made(tmp_path, files)).files == ("a.py", "src/b.py")


def test_the_topmost_file_of_a_name_stands_for_those_below_it(tmp_path):
    files = dict.fromkeys(("rust/Cargo.toml", "rust/core/Cargo.toml", "tools/x/Cargo.toml"), "")
    assert Tree(made(tmp_path, files)).topmost("Cargo.toml") == (
        "rust/Cargo.toml", "tools/x/Cargo.toml",
    )  # fmt: skip


def test_what_cannot_be_read_is_empty_and_told_once(tmp_path):
    made(tmp_path, {"a.toml": "[a", "b.json": "{", "list.json": "[1]"})
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "large.txt").write_bytes(b"x" * 1_000_001)
    found = Tree(tmp_path)
    for _ in range(2):
        assert found.toml("a.toml") == found.json("b.json") == found.json("list.json") == {}
        assert found.text("c.txt") == found.text("large.txt") == found.text("gone") == ""
    assert [line.partition(":")[0] for line in found.unread] == [
        "a.toml", "b.json", "c.txt", "large.txt", "gone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "folder", "below"),
    [("a/b", "a", True), ("ab/c", "a", False), ("a/b", ".", True), ("b", "a", False)],
)
def test_a_file_lies_below_its_folders_and_no_other(file, folder, below):
    assert tree.is_below(file, folder) is below


def test_a_command_is_run_in_its_folder_however_that_is_called():
    assert tree.inside(".", "make") == "make"
    assert tree.inside("a b", "make") == "cd 'a b' && make"
    assert tree.within("a", "a/b/c") == "b/c"
    assert tree.folder_of("a") == "."
