"""Which compacted file of a record holds what another file held."""

from history.store.transport.notes import Notes


def test_a_file_that_is_there_stands_for_itself():
    assert Notes({}, {"a": ("b",)}).stands_for("a", {"a", "b"}) == "a"


def test_a_replaced_file_is_followed_to_one_that_is_there():
    notes = Notes({}, {"a": ("b",), "b": ("c", "d")})
    assert notes.stands_for("a", {"d"}) == "d"
    assert notes.stands_for("a", {"c", "d"}) == "c"


def test_files_that_replace_each_other_end_the_search():
    notes = Notes({}, {"a": ("b",), "b": ("a",)})
    assert notes.stands_for("a", {"c"}) == ""
