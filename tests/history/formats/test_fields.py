import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Refused
from history.formats.outcomes import measured
from history.words.errors import ImportRefusedError
from history.words.records import Point


def test_a_row_that_cannot_be_taken_is_counted_and_the_others_are_taken():
    taken, refused = fields.take(["1", "x", "3"], lambda row: (fields.number(row, "n"),), first=2)
    assert taken == [1.0, 3.0]
    assert [(one.row, one.reason) for one in refused] == [(3, 'n: expected a number, found "x"')]


def test_a_row_that_repeats_a_series_is_refused_with_the_first_of_them():
    point = Point(suite="x", benchmark="b", metric="total_time", outcome=measured([1.0]))
    other = msgspec.structs.replace(point, params={"k": "2"})
    taken, refused = fields.take([point, other, point], lambda one: (one,))
    assert taken == [point, other]
    assert refused == [Refused(3, "b, total_time: stands in row 1 already")]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_one_also_when_it_is_written_as_text(value):
    assert fields.number(value, "n") == fields.number(str(value), "n") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,556,003", 1556003), ("12,345.5", 12345.5), (" 1e-3 ", 0.001), (".5", 0.5), ("-2.", -2.0)],
)
def test_thousands_may_be_set_apart(text, value):
    assert fields.number(text, "n") == value


@pytest.mark.parametrize(
    "text", ["0,532", "12,34", "1.234,56", "1,23,456", "1,2345", ",123", "1234,567", "-0,5"]
)
def test_a_decimal_comma_is_refused_with_what_to_write(text):
    with pytest.raises(RefuseError, match=rf'^n: .*"{text}"; write a point, not a comma') as caught:
        fields.number(text, "n")
    assert "finite" not in str(caught.value)


@pytest.mark.parametrize("text", ["1_000", "0x10", "1 000", "1'000", "\u0661", "1e", "12 ms"])
def test_other_spellings_are_no_numbers(text):
    with pytest.raises(RefuseError, match="n: expected a number"):
        fields.number(text, "n")


@pytest.mark.parametrize("value", ["1e400", "-1e400", 10**400])
def test_a_number_too_large_is_said_to_be_that(value):
    with pytest.raises(RefuseError, match=r"larger than any \(1.8e308\)"):
        fields.number(value, "n")


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


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('{"a": [1, 2', "found its end in the middle, at line 1", "cut off"),
        ('{"a": "wor', "found its end in the middle, at line 1", "cut off"),
        ("", "found its end in the middle", "The file is empty"),
        ('{"a": 1,\n "b": nan}', 'line 2, column 7: Expecting value, before "nan}"', "write null"),
        ('{"a": -inf}', 'column 7: Expecting value, before "-inf}"', "has no -inf"),
        (
            '{"a": "C:\\audio\\x"}',
            "column 10: Invalid",
            "A backslash inside a text is written twice",
        ),
        ('{"a": 1 "b": 2}', "column 9: Expecting ',' delimiter", ""),
        ("[" * 100_000, "nested more than 65 deep", ""),
        ("1" * 5000, "expected JSON, found a mistake", ""),
    ],
)
def test_what_is_no_json_is_named_for_what_it_is(text, message, hint):
    with pytest.raises(ImportRefusedError) as caught:
        fields.load_json(text, "a.json")
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert ("cut off" in caught.value.hint) == ("cut off" in hint)


def test_other_bytes_than_utf_8_are_refused_with_their_place(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(ImportRefusedError, match=r"a.json: expected UTF-8 .* position 7"):
        fields.read_text(tmp_path / "a.json")
