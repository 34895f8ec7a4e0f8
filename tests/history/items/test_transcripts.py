import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.items import transcripts
from history.words.records import Item

tokens = st.lists(st.integers(0, 20), max_size=12)


def item(name="a.wav", text="one two", ids="1 2", **facts):
    if ids is not None:
        facts["token_ids"] = ids
    return Item(suite="whisper", benchmark="transcribe", item=name, text=text, facts=facts)


def only(left, right):
    (found,) = transcripts.compare([left], [right], labels=("py", "rs")).files
    return found


def test_equal_tokens_are_equal_and_have_no_diff():
    found = only(item(), item())
    assert (found.same_text, found.same_tokens, found.agreement) == (True, True, 1.0)
    assert (found.first, found.diff) == (None, ())


def test_the_first_token_that_differs_is_named():
    found = only(item(ids="1 2 3 4"), item(ids="1 2 9 4"))
    assert (found.same_tokens, found.first, found.agreement) == (False, 2, 0.75)


def test_equal_texts_may_come_from_different_tokens():
    found = only(item(ids="1 2"), item(ids="1 3"))
    assert found.same_text
    assert not found.same_tokens


def test_a_longer_transcript_differs_where_the_shorter_one_ends():
    assert only(item(ids="1 2"), item(ids="1 2 3")).first == 2


def test_without_tokens_only_texts_are_compared():
    found = only(item(ids=None), item(text="one three"))
    assert (found.same_text, found.same_tokens, found.agreement) == (False, None, None)


def test_tokens_that_are_no_numbers_count_as_none():
    assert only(item(ids="1 x"), item()).same_tokens is None


def test_texts_that_differ_are_shown_word_by_word():
    found = only(item(text="one two three"), item(text="one too three", ids="1 9"))
    assert found.diff == (
        "--- py", "+++ rs", "@@ -1,3 +1,3 @@", " one", "-two", "+too", " three",
    )  # fmt: skip


def test_a_long_diff_is_cut_and_says_so():
    found = only(item(text="a " * 300), item(text="b " * 300, ids="3"))
    assert len(found.diff) == transcripts.DIFF_LINES + 1
    assert found.diff[-1] == "(523 more lines)"


def test_files_are_paired_by_name_and_the_others_are_listed():
    left = [item("b.wav"), item("a.wav"), item("x.wav")]
    right = [item("a.wav"), item("b.wav", ids="1 3"), item("y.wav")]
    found = transcripts.compare(left, right)
    assert [one.item for one in found.files] == ["a.wav", "b.wav"]
    assert (found.only_left, found.only_right) == (("x.wav",), ("y.wav",))
    assert (found.equal, found.agreement) == (1, 0.75)


def test_a_file_that_was_not_transcribed_is_not_compared():
    failed = item(text="", ids=None, error="a.wav: the file is empty")
    found = transcripts.compare([failed], [item()])
    assert found.files == ()
    assert found.agreement is None


@given(tokens, tokens)
def test_agreement_is_one_exactly_for_equal_tokens(left, right):
    found = transcripts.agreement(left, right)
    assert 0 <= found <= 1
    assert (found == 1) == (left == right) == (transcripts.first_difference(left, right) is None)


@given(tokens, tokens)
def test_agreement_does_not_depend_on_the_side(left, right):
    assert transcripts.agreement(left, right) == pytest.approx(transcripts.agreement(right, left))
