"""A text of a wrong form is described in words, never by its regular expression."""

from typing import Annotated

import msgspec
import pytest

from history.words import patterns

Colour = Annotated[str, patterns.form("^#[0-9a-f]{6}$", 'a colour such as "#00ff00"')]


def test_an_error_says_what_was_expected_in_words():
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert("red", Colour)
    assert "[0-9a-f]" in str(caught.value)
    assert patterns.in_words(str(caught.value)) == 'Expected a colour such as "#00ff00"'


def test_other_messages_stay_as_they_are():
    assert patterns.in_words("Expected `int`, got `str`") == "Expected `int`, got `str`"
