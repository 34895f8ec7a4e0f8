"""Names that other tools record become commits of a repository, where it has them."""

import pytest

from history.vcs import known
from tests.history.vcs.repository import NOON, repository


@pytest.mark.parametrize("name", ["0a1b2c3", "0A1B2C3", "a" * 40, "a" * 64, "1" * 40])
def test_a_hash_or_its_beginning_may_be_one(name):
    assert known.may_be_hash(name)


@pytest.mark.parametrize("name", ["0a1b2c", "v1.0.0", "12345678", "a" * 65, "main", ""])
def test_a_name_a_revision_number_and_a_short_text_are_none(name):
    assert not known.may_be_hash(name)


def test_hashes_and_their_beginnings_are_found_and_others_are_left_out(tmp_path):
    made = repository(tmp_path / "repository")
    first, second = made.commit("one", 0), made.commit("two | three", 60)
    tree = made.git("rev-parse", "HEAD^{tree}")
    names = [first, second[:9], "f" * 40, tree, "main"]
    found = known.known(made.path, names)
    assert {name: one.sha for name, one in found.items()} == {first: first, second[:9]: second}
    assert found[second[:9]].subject == "two | three"
    assert found[first].time.timestamp() == NOON


def test_without_a_name_git_is_not_asked(tmp_path):
    assert known.known(tmp_path / "none", ["main"]) == {}
