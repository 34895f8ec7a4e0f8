import math

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


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0123, "s", "12.3 ms"),
        (3.2e-7, "s", "320 ns"),
        (145e6, "B", "145 MB"),
        (0.19, "x", "0.190 x"),
        (12, "count", "12"),
        (0.0, "s", "0 ms"),
        (-0.0021, "s", "-2.10 ms"),
        (4.5, "widgets", "4.50 widgets"),
    ],
)
def test_a_value_is_shown_in_the_scale_a_person_reads(value, unit, text):
    assert units.format_value(value, unit) == text


@given(finite, st.sampled_from(["s", "B", "B/s", "x", "tokens/s"]))
def test_a_shown_value_reads_back_as_the_same_value(value, unit):
    shown = units.parse_quantity(units.format_value(value, unit, digits=6))
    assert shown.unit == unit
    assert math.isclose(shown.value, value, rel_tol=1e-5)
