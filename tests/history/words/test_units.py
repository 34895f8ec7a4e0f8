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
        ("990 ns/iter", 9.9e-7, "s/iteration"),
        ("1.1 us/iter", 1.1e-6, "s/iteration"),
        ("5 ms/op", 0.005, "s/op"),
        ("2 ops/ms", 2000.0, "ops/s"),
        ("3 iter/sec", 3.0, "ops/s"),
        ("4 Melem/s", 4e6, "elements/s"),
        ("8 KiB/op", 8192.0, "B/op"),
        ("30 words/min", 30.0, "words/min"),
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


AMOUNTS = [
    "s",
    "ms",
    "us",
    "ns",
    "min",
    "B",
    "kB",
    "MiB",
    "x",
    "%",
    "ops",
    "Kelem",
    "tok",
    "allocs",
]
PER = ["", "/iter", "/op", "/iteration", "/s", "/ms", "/us", "/sec", "/token", "/min", "/widget"]
unit = st.tuples(st.sampled_from(AMOUNTS), st.sampled_from(PER)).map("".join)
positive = st.floats(min_value=1e-6, max_value=1e6)


@given(unit, positive, positive)
def test_no_conversion_changes_a_ratio(written, first, second):
    factor = units.canonical(written).factor
    assert (first * factor) / (second * factor) == pytest.approx(first / second, rel=1e-12)


@given(unit)
def test_a_base_unit_is_its_own_base(written):
    base = units.canonical(written).base
    assert units.canonical(base) == units.Unit(base, 1.0)


@given(unit, unit, unit)
def test_there_and_on_is_straight_there(one, two, three):
    onwards = units.factor_between(one, two), units.factor_between(two, three)
    if None not in onwards:
        assert units.factor_between(one, three) == pytest.approx(onwards[0] * onwards[1])
        assert units.factor_between(one, two) == pytest.approx(1 / units.factor_between(two, one))


@pytest.mark.parametrize(
    ("one", "other"), [("s", "B"), ("ns/iter", "ns/op"), ("ops/s", "s"), ("", "s"), ("x", "count")]
)
def test_what_cannot_be_made_of_each_other_has_no_factor(one, other):
    assert units.factor_between(one, other) is None


@pytest.mark.parametrize(
    ("written", "known"),
    [("ns/iter", True), ("MB/s", True), ("allocs/op", False), ("/s", False), ("widgets", False)],
)
def test_a_unit_is_known_when_every_word_of_it_is(written, known):
    assert units.is_known(written) is known
