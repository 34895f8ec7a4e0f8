"""Files are written where they lack, and never over what is there unless that was asked for."""

import pytest

from collector.onboarding.writing import Wanted, settle
from history.words.errors import UsageError


def settled(folder, *wanted, overwrite=False):
    return {one.name: one for one in settle(folder, wanted, overwrite=overwrite)}


def test_what_lacks_is_written_with_its_folder(tmp_path):
    found = settled(tmp_path, Wanted("a/b", "text\n"))
    assert found["a/b"].done == "wrote"
    assert (tmp_path / "a/b").read_text() == "text\n"


def test_what_differs_is_kept_and_shown_and_replaced_only_when_asked(tmp_path):
    (tmp_path / "a").write_text("mine\n")
    kept = settled(tmp_path, Wanted("a", "ours\n"))["a"]
    assert (kept.done, kept.diff.splitlines()[-2:]) == ("kept", ["-mine", "+ours"])
    assert (tmp_path / "a").read_text() == "mine\n"
    assert settled(tmp_path, Wanted("a", "ours\n"), overwrite=True)["a"].done == "replaced"
    assert settled(tmp_path, Wanted("a", "ours\n"))["a"] == ("a", "same", "")


def test_what_adds_to_a_file_is_written_without_being_asked(tmp_path):
    (tmp_path / "a").write_text("mine\n")
    assert settled(tmp_path, Wanted("a", "mine\nours\n", adds=True))["a"].done == "extended"


def test_a_file_that_is_no_text_stops_everything_before_anything_is_written(tmp_path):
    (tmp_path / "b").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="b: expected a text file in UTF-8"):
        settle(tmp_path, [Wanted("a", "x"), Wanted("b", "y")], overwrite=True)
    assert not (tmp_path / "a").exists()
