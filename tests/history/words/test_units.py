import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.words import units
from history.words.errors import UsageError

finite = st.floats(min_value=1e-9, max_value=1e12, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("120 ms", 0.12, "s"),
        ("145 MB", 145e6, "B"),
        ("1.8 x", 1.8, "x"),
        ("20 %", 0.2, "x"),
        ("100 tok/s", 100.0, "tokens/s"),
        ("0.02MB/iteration", 20_000.0, "B/iteration"),
        ("3", 3.0, ""),
    ],
)
def test_a_limit_is_read_with_its_unit(text, value, unit):
    quantity = units.parse_quantity(text)
    assert quantity.value == pytest.approx(value)
    assert quantity.unit == unit


@pytest.mark.parametrize("text", ["fast", "", "12 parsecs", "1,5 s"])
def test_what_is_no_quantity_is_refused_by_its_text(text):
    with pytest.raises(UsageError, match=f'"{text}"'):
        units.parse_quantity(text)


@given(finite, st.sampled_from(["s", "B", "B/s", "x", "tokens/s", ""]))
def test_a_written_quantity_reads_back_as_the_same_quantity(value, unit):
    quantity = units.Quantity(value, unit)
    assert units.parse_quantity(units.written(quantity)) == quantity


@pytest.mark.parametrize("text", ["120 ms", "145 MB", "1.8 x", "30", "2 MB/iteration", "0 s"])
def test_a_quantity_is_written_as_it_was_set(text):
    assert units.written(units.parse_quantity(text)) == text
