import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.items.error_rate import character_errors, distance, normalised, word_errors

short = st.text("abc", max_size=7)


def plain(one, other):
    """The textbook's recursion."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return plain(one[1:], other[1:])
    return 1 + min(plain(one[1:], other), plain(one, other[1:]), plain(one[1:], other[1:]))


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("", "", 0), ("abc", "abc", 0)],
)
def test_known_distances(one, other, errors):
    assert distance(one, other) == errors


@given(short, short)
def test_the_distance_is_the_textbooks(one, other):
    assert distance(one, other) == plain(one, other) == distance(other, one)


@given(short, short, short)
def test_a_detour_is_never_shorter(one, other, third):
    assert distance(one, third) <= distance(one, other) + distance(other, third)


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("the cat sat", 0),
        ("The cat, sat!", 0),
        ("<|0.00|> The cat sat<|2.40|>", 0),
        ("the cat", 1),
        ("the big cat sat", 1),
        ("the cap sat", 1),
        ("", 3),
    ],
)
def test_a_word_left_out_added_or_changed_is_one_error(heard, errors):
    found = word_errors("THE CAT SAT", heard)
    assert (found.errors, found.length) == (errors, 3)
    assert found.rate == errors / 3


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
