"""What a commit that is checked out is measured with."""

import pytest

from collector.cli.checked_out import works_of_commit
from collector.cli.collect import Request
from collector.execution.checkouts import Checkout
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
    return Checkout("head", Commit(sha="a" * 40, time=START), tmp_path, tmp_path, tmp_path / "room")


def sizes(checkout, **given):
    works = works_of_commit(Request(**given), checkout)
    return [case.params["size"] for work in works for case in work.plan.cases]


def test_a_share_of_a_commit_with_its_own_configuration_is_that_share(checkout):
    (checkout.folder / "soundmark.toml").write_text(TABLE)
    whole = sizes(checkout)
    parts = [sizes(checkout, shard=f"{number}/2") for number in (1, 2)]
    assert [len(part) for part in parts] == [2, 2]
    assert sorted(parts[0] + parts[1]) == sorted(whole)


def test_a_commit_without_a_configuration_has_nothing_to_measure(checkout):
    assert sizes(checkout) == []
