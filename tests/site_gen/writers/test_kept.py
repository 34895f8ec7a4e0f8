"""What is kept of a build: of what each file was made, and what it said."""

import pytest

from site_gen.writers.kept import Kept
from site_gen.writers.tree import Tree


def writing(text):
    """What writes a file."""

    def write(path):
        path.write_text(text)

    return write


def built(folder):
    """A site of two files, one of known inputs, whose build is over."""
    tree, kept = Tree(folder / "site"), Kept(folder / "kept.json", folder / "site")
    tree.put("index.html", "front")
    kept.make(tree, "data.json", "inputs", writing("[1]"))
    kept.save(tree, "everything")
    return tree


def again(folder):
    return Tree(folder / "site"), Kept(folder / "kept.json", folder / "site")


def test_a_site_is_the_same_while_its_inputs_and_all_of_its_files_are(tmp_path):
    tree = built(tmp_path)
    _, kept = again(tmp_path)
    assert kept.is_same(tree, "everything")
    assert not kept.is_same(tree, "something else")


def changed(site):
    (site / "index.html").write_text("by hand")


def removed(site):
    (site / "index.html").unlink()


def added(site):
    (site / "note.txt").write_text("mine")


@pytest.mark.parametrize("happens", [changed, removed, added])
def test_a_file_that_somebody_touched_makes_it_another_site(tmp_path, happens):
    tree = built(tmp_path)
    happens(tmp_path / "site")
    _, kept = again(tmp_path)
    assert not kept.is_same(tree, "everything")


def test_a_build_that_did_not_end_is_not_taken_for_one_that_did(tmp_path):
    tree = built(tmp_path)
    _, kept = again(tmp_path)
    kept.begin()
    _, after = again(tmp_path)
    assert (kept.is_whole, after.is_whole) == (True, False)
    assert not after.is_same(tree, "everything")


def test_what_is_kept_of_a_site_elsewhere_says_nothing_of_this_one(tmp_path):
    built(tmp_path)
    assert not Kept(tmp_path / "kept.json", tmp_path / "other").is_whole


def test_a_file_is_made_again_for_other_inputs_or_where_it_was_changed(tmp_path):
    built(tmp_path)
    for inputs, content, expected in (
        ("inputs", "[1]", "[1]"),
        ("others", "[1]", "[2]"),
        ("inputs", "[by hand]", "[2]"),
    ):
        (tmp_path / "site" / "data.json").write_text(content)
        tree, kept = again(tmp_path)
        kept.make(tree, "data.json", inputs, writing("[2]"))
        assert tree.read("data.json") == expected.encode()
        assert "data.json" in tree.files
