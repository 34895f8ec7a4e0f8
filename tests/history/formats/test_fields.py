import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.formats import fields
from history.formats.fields import RefuseError
from history.words.errors import ImportRefusedError


def test_a_row_that_cannot_be_taken_is_counted_and_the_others_are_taken():
    taken, refused = fields.take(["1", "x", "3"], lambda row: (fields.number(row, "n"),), first=2)
    assert taken == [1.0, 3.0]
    assert [(one.row, one.reason) for one in refused] == [(3, 'n: expected a number, found "x"')]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_one_also_when_it_is_written_as_text(value):
    assert fields.number(value, "n") == fields.number(str(value), "n") == value


def test_thousands_may_be_set_apart():
    assert fields.number("1,556,003", "n") == 1556003


@pytest.mark.parametrize("value", [math.nan, "inf", None, True, [1], ""])
def test_what_is_no_finite_number_is_refused_with_its_name(value):
    with pytest.raises(RefuseError, match=r"^n: expected a (finite )?number, found"):
        fields.number(value, "n")


def test_a_long_value_is_shown_short():
    with pytest.raises(RefuseError, match=r"found \"x{56}\.\.\.$"):
        fields.number("x" * 1000, "n")


@pytest.mark.parametrize("text", ["[]", '{"rows": {}}', "{}"])
def test_a_list_that_is_not_there_is_named(text):
    with pytest.raises(ImportRefusedError, match=r'a.json: expected an object with "rows"'):
        fields.load_rows(text, "a.json", "rows")


def test_a_text_keeps_no_place_on_a_computer():
    assert fields.without_folders("/home/ann/bin/align --in C:\\data\\a.wav x/y") == (
        "align --in a.wav x/y"
    )


def test_other_bytes_than_utf_8_are_refused_with_their_place(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(ImportRefusedError, match=r"a.json: expected UTF-8 .* position 7"):
        fields.read_text(tmp_path / "a.json")
