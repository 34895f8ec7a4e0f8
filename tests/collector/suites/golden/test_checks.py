import pytest

from collector.suites.golden.checks import LOOP_TOKENS, loop, problem

FINE = {"mel": {"nonfinite": 0}, "encoder": {"nonfinite": 0}}
SAID = [5, 9, 5, 7, 7, 7, 2, 9]


def test_an_ordinary_output_has_no_problem():
    assert problem(SAID, " some words", FINE) == ""


@pytest.mark.parametrize("pattern", [(7,), (7, 8), (7, 8, 9), (7, 8, 9, 7)])
def test_a_short_pattern_that_goes_on_and_on_is_a_loop(pattern):
    found, times = loop([1, 2, *pattern * LOOP_TOKENS, 3])
    assert len(found) <= len(pattern)
    assert sorted(set(found)) == sorted(set(pattern))
    assert times * len(found) == LOOP_TOKENS * len(pattern)


def test_the_loop_is_named():
    assert problem([1, *[7, 8] * 6], "rere", FINE) == (
        "the decoder repeats itself: the tokens 7 8 come 6 times in a row."
    )


def test_a_word_said_a_few_times_is_speech():
    assert loop([1, 2, *[7] * (LOOP_TOKENS - 1), 3]) is None


def test_a_long_refrain_is_speech():
    assert loop([1, 2, 3, 4, 5] * 10) is None


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_a_problem(text):
    assert problem(SAID, text, FINE) == "the text is empty after 8 tokens."


def test_a_stage_that_is_not_finite_is_named():
    stages = FINE | {"encoder": {"nonfinite": 96}}
    assert problem(SAID, "words", stages).startswith("the output of encoder has 96 values")
