"""A series is named by seven fields, one text and one hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.words import key
from history.words.errors import UsageError
from history.words.key import SeriesKey
from history.words.records import Machine, Variant, series_id
from tests.history.builders import point

MACHINE = Machine(name="laptop", cpu_model="model", cores=2, memory_gib=4)
TOP_K = SeriesKey(
    "micro", "top_k", "vocab=32000;k=50", "implementation=numpy", "operation_time", "s", "laptop"
)

texts = st.text() | st.text(":;=\\ ab")


@given(st.builds(SeriesKey, *[texts] * 7))
def test_a_key_survives_being_written_as_text(made):
    assert key.parse(made.text()) == made


def test_the_text_of_a_key_reads_from_the_suite_to_the_machine():
    assert TOP_K.text() == (
        "micro:top_k:vocab=32000;k=50:implementation=numpy:operation_time:s:laptop"
    )
    assert SeriesKey("a", "b:c", "", "", "d\\e", "", "").text() == r"a:b\:c:::d\\e::"


@pytest.mark.parametrize("text", ["", "micro.top_k", "a:b:c:d:e:f", "a:b:c:d:e:f:g:h"])
def test_a_text_of_another_form_is_refused_with_the_form_that_was_expected(text):
    with pytest.raises(UsageError, match=r"expected 7 fields between colons \(suite:benchmark:"):
        key.parse(text)


def test_a_key_gives_the_id_under_which_its_points_are_stored():
    stored = point(
        0.1,
        suite="micro",
        benchmark="top_k",
        params={"vocab": "32000", "k": "50"},
        variant=Variant(implementation="numpy"),
        metric="operation_time",
    )
    assert TOP_K.series_id(MACHINE.key()) == series_id(stored, MACHINE) == "5171c45eec924bdd"


def test_a_benchmark_is_named_with_its_parameters():
    assert TOP_K.benchmark_id == "micro.top_k[vocab=32000,k=50]"
    assert key.benchmark_id("micro", "top_k", {}) == "micro.top_k"
    assert key.benchmark_id("", "top_k", {"k": "50"}) == "top_k[k=50]"
