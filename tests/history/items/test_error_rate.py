import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.items.error_rate import (
    Errors,
    character_errors,
    normalised,
    pooled_rate,
    total,
    word_errors,
)
from history.stats.summary import IntervalMethod

short = st.text("abc", max_size=7)


def plain(one, other):
    """The textbook's recursion."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return plain(one[1:], other[1:])
    return 1 + min(plain(one[1:], other), plain(one, other[1:]), plain(one[1:], other[1:]))


@given(short, short)
def test_there_are_as_few_errors_as_the_textbook_finds(one, other):
    found = character_errors(one, other)
    assert found.errors == plain(one, other) == character_errors(other, one).errors
    assert found.insertions - found.deletions == len(other) - len(one)


@pytest.mark.parametrize(
    ("heard", "kinds"),
    [
        ("the cat sat", (0, 0, 0)),
        ("The cat, sat!", (0, 0, 0)),
        ("<|0.00|> The cat sat<|2.40|>", (0, 0, 0)),
        ("the cat", (0, 1, 0)),
        ("the big cat sat", (0, 0, 1)),
        ("the cap sat", (1, 0, 0)),
        ("a cap", (2, 1, 0)),
        ("", (0, 3, 0)),
    ],
)
def test_a_word_left_out_added_or_changed_is_one_error_of_its_kind(heard, kinds):
    found = word_errors("THE CAT SAT", heard)
    assert (found.substitutions, found.deletions, found.insertions) == kinds
    assert found.length == 3
    assert found.rate == sum(kinds) / 3


def test_characters_count_with_single_spaces():
    found = character_errors("the  cat", "the bat")
    assert (found.errors, found.length) == (1, 7)


def test_much_invented_text_has_a_rate_above_one():
    assert word_errors("yes", "well I do not know").rate == 5


def test_an_empty_reference_counts_what_was_invented():
    assert word_errors("", "").rate == 0
    assert word_errors("...", "hm hm").rate == 2


def test_apostrophes_stay_inside_words_only():
    found = normalised("The captain\u2019s 'letter' \u2014 arrived.")
    assert found == "the captain's letter arrived"


@pytest.mark.parametrize(
    ("how", "kinds"), [("words", (0, 0, 0)), ("cased", (1, 0, 0)), ("none", (3, 0, 0))]
)
def test_what_is_made_of_the_texts_before_can_be_chosen(how, kinds):
    found = word_errors("The cat, sat.", "<|0.00|> the cat sat", how)
    assert (found.substitutions, found.deletions, found.insertions) == kinds


def test_several_utterances_are_pooled_by_their_words():
    found = [word_errors("a", "b"), word_errors("a b c d e f g h i", "a b c d e f g h i j")]
    assert total(found) == Errors(1, 0, 1, 10)
    assert pooled_rate(found).value == 0.2
    assert total([]) == Errors(0, 0, 0, 0)


def test_four_utterances_give_an_interval_of_the_rate():
    found = [Errors(1, 0, 0, 10), Errors(0, 1, 0, 12), Errors(0, 0, 0, 9), Errors(2, 0, 1, 14)]
    rate = pooled_rate(found)
    assert rate.value == pytest.approx(5 / 45)
    assert rate.interval.low < rate.value < rate.interval.high
    assert rate.interval.method is IntervalMethod.STUDENT


def test_no_error_at_all_still_leaves_room_for_some():
    rate = pooled_rate([Errors(0, 0, 0, 60), Errors(0, 0, 0, 40)])
    assert rate.interval.method is IntervalMethod.EXACT_BINOMIAL
    assert (rate.value, rate.interval.low) == (0, 0)
    assert rate.interval.high == pytest.approx(0.0362, abs=1e-4)  # Clopper-Pearson of 0 in 100


def test_without_a_word_to_recognise_there_is_no_rate():
    assert np.isnan(pooled_rate([Errors(0, 0, 2, 0)]).value)
