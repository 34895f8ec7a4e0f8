"""One format for every number that a person reads."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.report.wording import numbers
from history.words import units
from history.words.key import SeriesKey

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15).filter(
    lambda value: value == 0 or abs(value) > 1e-20
)
UNITS = st.sampled_from(["s", "B", "B/s", "B/iteration", "Hz", "x", "tokens/s", "count", "", "J"])
SMALLEST_SCALE = {"s": 1e-9, "Hz": 1.0, "B": 1.0, "B/s": 1.0, "B/iteration": 1.0}
LARGEST_SCALE = {"s": 1.0, "Hz": 1e9, "B": 1e12, "B/s": 1e12, "B/iteration": 1e6}
EVERY = (
    numbers.number,
    numbers.exact,
    numbers.share,
    numbers.signed,
    numbers.allowed,
    numbers.times,
    numbers.multiple,
    lambda value: numbers.fixed(value, 2),
)


def read_back(text):
    """The number a person reads."""
    plain = text.replace("−", "-").replace(numbers.APART, "").replace("×", "")
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    mantissa, _, power = plain.partition("·10")
    return float(mantissa) * 10.0 ** int(power.translate(powers) or 0)


def parts(text):
    number, _, unit = text.rstrip("×").partition(" ")
    return read_back(number), unit or ("x" if text.endswith("×") else "")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0123, "s", "12.3 ms"),
        (3.2e-7, "s", "320 ns"),
        (9.9999e-6, "s", "10.0 µs"),
        (0.0002961, "s", "296 µs"),
        (0.0009996, "s", "1.00 ms"),
        (145e6, "B", "145 MB"),
        (90.0, "B", "90 B"),
        (2e13, "B", "20.0 TB"),
        (0.19, "x", "0.190×"),
        (12, "count", "12"),
        (18508, "count", "18\u202f508"),
        (1850, "count", "1850"),
        (13861.4, "tokens/s", "13\u202f861 tokens/s"),
        (0.0, "s", "0 s"),
        (-0.0, "B", "0 B"),
        (-0.0021, "s", "−2.10 ms"),
        (4.5, "widgets", "4.50 widgets"),
        (9.9e-7, "s/iteration", "990 ns/iteration"),
        (12_300.0, "B/op", "12.3 kB/op"),
        (1.2e-7, "J", "1.20·10⁻⁷ J"),
        (1.2e9, "tokens/s", "1.20·10⁹ tokens/s"),
        (math.nan, "s", "–"),
        (math.inf, "s", "–"),
    ],
)
def test_a_value_is_shown_in_the_scale_a_person_reads(value, unit, text):
    assert numbers.value(value, unit) == text


def test_how_a_source_stated_a_number_stands_before_it():
    stated = [numbers.value(0.1, "s", how) for how in ("exact", "about", "below", "above")]
    assert stated == ["100 ms", "≈ 100 ms", "< 100 ms", "> 100 ms"]


def test_shares_and_changes():
    assert numbers.share(0.0251) == "2.5 %"
    assert numbers.signed(0.034) == "+3.4 %"
    assert numbers.signed(-0.19) == "−19.0 %"
    assert numbers.signed(-0.00001) == "0.0 %"
    assert numbers.signed(math.inf) == "–"
    assert numbers.allowed(0.2) == "20 %"
    assert numbers.allowed(0.125) == "12.5 %"
    assert [numbers.whole_percent(one) for one in (46.4, 0.4, 0.01, 0.0)] == [
        "46 %", "0.4 %", "under 0.1 %", "0 %",
    ]  # fmt: skip


def test_ratios():
    assert numbers.times(1.0) == "1.00×"
    assert numbers.times(None) == ""
    assert numbers.multiple(11625.0) == "×11\u202f625"
    assert numbers.times_between(1.81, 2.234) == "1.81 – 2.23×"
    assert numbers.times_between(None, 2.0) == ""


def test_an_interval_has_both_ends_in_the_unit_of_the_larger():
    assert numbers.interval(0.0009, 0.0011, "s") == "0.900 – 1.10 ms"
    assert numbers.interval(19.0, 21.0, "count") == "19.0 – 21.0"
    assert numbers.interval(math.nan, 1.0, "s") == ""


def test_a_limit_is_as_exact_as_it_was_set():
    texts = ("120 ms", "1.5 s", "145 MB", "20 tokens/s", "2 MB/iteration", "66 µs")
    assert [numbers.limit(*units.parse_quantity(text)) for text in texts] == list(texts)
    assert numbers.limit(*units.parse_quantity("123.456 ms")) == "123.456 ms"
    assert numbers.limit(*units.parse_quantity("1.8 x")) == "1.8×"
    assert numbers.limit(1e-7, "J") == "1·10⁻⁷ J"


def test_one_thing_and_several():
    assert numbers.counted(1, "run") == "1 run"
    assert numbers.counted(0, "run") == "0 runs"
    assert numbers.counted(18508, "point") == "18\u202f508 points"
    assert numbers.counted(2, "point is", "points are") == "2 points are"


@given(FINITE, UNITS)
def test_a_shown_value_is_within_three_digits_of_the_value(value, unit):
    number, name = parts(numbers.value(value, unit))
    factor = units.canonical(name).factor if name else 1.0
    assert math.isclose(number * factor, value, rel_tol=5.1e-3, abs_tol=0)


@given(FINITE, st.sampled_from(sorted(SMALLEST_SCALE)))
def test_a_number_with_a_scale_lies_between_1_and_999(value, unit):
    number, name = parts(numbers.value(value, unit))
    factor = units.canonical(name).factor
    too_small, too_large = factor == SMALLEST_SCALE[unit], factor == LARGEST_SCALE[unit]
    assert value == 0 or abs(number) >= 1 or too_small
    assert abs(number) < 1000 or too_large


@given(FINITE)
def test_no_number_has_an_ascii_minus_an_exponent_or_a_sign_before_nothing(value):
    texts = [one(value) for one in EVERY] + [numbers.value(value, "s"), numbers.limit(value, "B")]
    for text in texts:
        assert "-" not in text
        assert not re.search(r"\de", text)
        assert not re.search(r"[+−]0(\.0*)?(?![.\d])", text)


@given(FINITE)
def test_three_digits_are_three_and_no_more(value):
    text = numbers.number(value)
    mantissa = text.partition("·")[0].lstrip("−")
    counted = mantissa.replace(".", "").replace(numbers.APART, "").lstrip("0")
    assert value == 0 or len(counted) == 3 or abs(value) >= 1000


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_the_sign_of_a_change_is_that_of_what_is_shown(value):
    text = numbers.signed(value)
    shown = read_back(text.removesuffix(" %").lstrip("+"))
    assert (text[0] == "+") == (shown > 0)
    assert (text[0] == "−") == (shown < 0)


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.0824, "8.2 %"), (0.314, "31.4 %"), (1.2, "120.0 %"), (0.0031, "0.31 %"), (0.0, "0.0 %")],
)
def test_an_error_rate_is_told_in_per_cent(rate, text):
    wer = SeriesKey("pipeline", "recognition", "", "", "wer", "x", "box")
    assert numbers.value(rate, wer.shown_in) == text
    rtf = replace(wer, metric="rtf")
    assert numbers.value(0.0824, rtf.shown_in) == "0.0824×"


def test_the_interval_and_the_limit_of_an_error_rate_are_in_per_cent():
    assert numbers.interval(0.0514, 0.1331, "%") == "5.1 – 13.3 %"
    assert numbers.limit(0.15, "%") == "15 %"


def test_a_similarity_is_a_plain_number_and_a_score_has_its_scale():
    similar = SeriesKey("tts", "speak", "", "", "speaker_similarity", "x", "box")
    assert numbers.value(0.87, similar.shown_in) == "0.870"
    assert numbers.value(4.123, replace(similar, metric="utmos", unit="MOS").shown_in) == "4.12 MOS"


def test_the_extremes_of_two_or_three_samples_are_called_a_range():
    assert numbers.interval(0.0193, 0.021, "s", is_range=True) == "range 19.3 – 21.0 ms"
    assert numbers.interval(None, None, "s", is_range=True) == ""
