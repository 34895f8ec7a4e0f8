"""A review travels as JSON; one that a stranger made is taken whole or refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review import codec
from history.report.review.codec import ReviewError
from history.report.review.result import (
    MOST_ROWS,
    Counts,
    How,
    Outcome,
    Review,
    Setting,
    outcome_of,
)
from tests.history.report.review.reviews import absence, review, row

SLOWER = row(0.05, verdict=Verdict.REGRESSION, page="suites/cli/decode/?m=wall_time&on=epyc")


def plain(one):
    return json.loads(codec.encode(one))


def test_what_was_written_is_read_again():
    one = review(SLOWER, row(benchmark="cli.encode"), absence(benchmark="cli.resample"))
    assert codec.decode(codec.encode(one)) == one


def test_the_same_review_has_the_same_bytes():
    assert codec.encode(review(SLOWER)) == codec.encode(review(SLOWER))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rows", 0, "benchmark"), "a\nb"),
        (("rows", 0, "benchmark"), "a\u202eb"),
        (("rows", 0, "benchmark"), "x" * 301),
        (("rows", 0, "why"), "x" * 1001),
        (("rows", 0, "verdict"), "splendid"),
        (("rows", 0, "change"), "5 %"),
        (("rows", 0, "detectable"), -1),
        (("rows", 0, "page"), "https://example.org/"),
        (("rows", 0, "page"), "//example/x"),
        (("rows", 0, "page"), "suites/../../x"),
        (("rows", 0, "page"), "suites/x/?m=<b>"),
        (("rows", 0, "html"), "<b>"),
        (("head", "measured_at"), "yesterday"),
        (("head", "dirty"), 1),
        (("setting", "how"), "guess"),
        (("action",), "merge it"),
        (("counts", "benchmarks"), 10**10),
        (("format",), 2),
        (("format",), "1"),
    ],
)
def test_what_does_not_fit_is_refused(path, value):
    found = plain(review(SLOWER))
    *steps, last = path
    place = found
    for step in steps:
        place = place[step]
    place[last] = value
    with pytest.raises(ReviewError, match="expected a review"):
        codec.decode(json.dumps(found).encode())


@pytest.mark.parametrize("number", ["1e999", "NaN", "Infinity", "-1e301", '"1"'])
def test_a_number_that_is_none_is_refused(number):
    text = codec.encode(review(SLOWER)).decode().replace('"before":0.05,', f'"before":{number},')
    assert number in text
    with pytest.raises(ReviewError):
        codec.decode(text.encode())


def test_too_many_rows_are_refused():
    found = plain(review(SLOWER))
    found["rows"] = found["rows"] * (MOST_ROWS + 1)
    with pytest.raises(ReviewError, match=str(MOST_ROWS)):
        codec.decode(json.dumps(found).encode())


def test_too_many_bytes_are_refused_unread():
    with pytest.raises(ReviewError, match="at most"):
        codec.decode(b" " * (codec.MOST_BYTES + 1))


def test_deep_nesting_is_refused():
    with pytest.raises(ReviewError):
        codec.decode(b'{"format":1,"rows":' + b"[" * 200_000)


def test_a_review_cannot_call_a_regression_fine():
    found = plain(review(SLOWER)) | {"outcome": "no difference", "action": "nothing"}
    with pytest.raises(ReviewError, match='its counts say "regression"'):
        codec.decode(json.dumps(found).encode())


def test_a_review_cannot_list_what_it_does_not_count():
    found = plain(review(SLOWER))
    found["counts"]["verdicts"] = {}
    with pytest.raises(ReviewError, match='1 lines called "regression" and counts 0'):
        codec.decode(json.dumps(found).encode())


def test_the_error_quotes_nothing_that_acts():
    found = plain(review(SLOWER))
    found["<img src=x>\x1b[2J\n@team"] = 1
    with pytest.raises(ReviewError) as caught:
        codec.decode(json.dumps(found).encode())
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_review_or_one_kind_of_error(data):
    with pytest.raises(ReviewError):
        codec.decode(data)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_field_is_a_review_or_one_kind_of_error(value):
    found = plain(review(SLOWER))
    for name in tuple(found):
        changed = found | {name: value}
        try:
            decoded = codec.decode(json.dumps(changed).encode())
        except ReviewError:
            continue
        assert isinstance(decoded, Review)


def test_the_gravest_thing_is_the_outcome():
    counts = Counts(
        verdicts={Verdict.IMPROVEMENT: 3, Verdict.REGRESSION: 1, Verdict.FAILED: 0},
    )
    assert outcome_of(How.DUET, counts) is Outcome.REGRESSION


def test_without_a_base_nothing_was_compared_but_a_failure_is_one():
    assert outcome_of(How.NOTHING, Counts()) is Outcome.NOTHING_COMPARED
    failed = Counts(verdicts={Verdict.FAILED: 1})
    assert outcome_of(Setting(how=How.NOTHING).how, failed) is Outcome.FAILED
