"""What a commit that is checked out is measured with."""

import pytest

from collector.cli.checked_out import works_of_commit
from collector.cli.collect import Request, works_of
from collector.execution.checkouts import Checkout
from history.project.workspace import open_workspace
from history.words.records import Commit
from tests.history.builders import START

TABLE = """
[[suite]]
use = "command"
name = "cli"
run = "true {size}"
matrix = { size = [1, 2, 3, 4] }
"""


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    (tmp_path / "soundmark.toml").write_text(TABLE)
    return Checkout("head", Commit(sha="a" * 40, time=START), folder, folder, tmp_path / "room")


def sizes_of(works):
    return [case.params["size"] for work in works for case in work.plan.cases]


def sizes(checkout, **given):
    workspace = open_workspace(checkout.folder.parent / "soundmark.toml")
    return sizes_of(works_of_commit(workspace, Request(**given), checkout))


def test_a_share_of_a_commit_with_its_own_configuration_is_that_share(checkout):
    (checkout.folder / "soundmark.toml").write_text(TABLE)
    whole = sizes(checkout)
    parts = [sizes(checkout, shard=f"{number}/2") for number in (1, 2)]
    assert [len(part) for part in parts] == [2, 2]
    assert sorted(parts[0] + parts[1]) == sorted(whole)


@pytest.mark.parametrize("number", [1, 2])
def test_a_benchmark_is_in_the_same_share_on_both_sides_of_a_duet(checkout, number):
    """The commit plans one less, so that its own shares would be others."""
    (checkout.folder / "soundmark.toml").write_text(TABLE.replace("[1, ", "["))
    workspace = open_workspace(checkout.folder.parent / "soundmark.toml")
    request = Request(shard=f"{number}/2")
    here = sizes_of(works_of(workspace, request))
    assert sizes_of(works_of_commit(workspace, request, checkout)) == [
        size for size in here if size != "1"
    ]


def test_a_commit_without_a_configuration_has_nothing_to_measure(checkout):
    assert sizes(checkout) == []
