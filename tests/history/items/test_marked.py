from hypothesis import given
from hypothesis import strategies as st

from history.items import marked
from history.items.error_rate import Errors, word_errors
from history.items.marked import AROUND, Mark
from history.words.records import Item

sentences = st.lists(st.sampled_from("abc"), max_size=9).map(" ".join)


def item(name, reference, text, **facts):
    return Item(
        suite="pipeline",
        benchmark="recognition",
        item=name,
        text=text,
        facts={"reference": reference, **facts},
    )


def told(pieces):
    return [(one.mark, " ".join(one.said), " ".join(one.heard)) for one in pieces]


def test_each_kind_of_error_stands_at_its_place():
    assert told(marked.marked("The cat sat on a mat.", "now the hat sat on mat")) == [
        ("inserted", "", "now"),
        ("right", "the", "the"),
        ("substituted", "cat", "hat"),
        ("right", "sat on", "sat on"),
        ("deleted", "a", ""),
        ("right", "mat", "mat"),
    ]


@given(sentences, sentences)
def test_the_marks_hold_both_texts_and_exactly_the_errors_that_are_counted(said, heard):
    pieces = marked.marked(said, heard)
    assert " ".join(word for one in pieces for word in one.said) == said
    assert " ".join(word for one in pieces for word in one.heard) == heard
    found = word_errors(said, heard)
    assert sum(one.errors for one in pieces) == found.errors
    by_kind = {mark: sum(one.errors for one in pieces if one.mark is mark) for mark in Mark}
    assert by_kind[Mark.SUBSTITUTED] == found.substitutions
    assert by_kind[Mark.DELETED] == found.deletions
    assert by_kind[Mark.INSERTED] == found.insertions


def test_far_from_an_error_right_words_are_folded_and_counted():
    words = [f"w{n}" for n in range(40)]
    heard = [*words[:20], "x", *words[21:]]
    pieces = marked.folded(marked.marked(" ".join(words), " ".join(heard)))
    kinds = [(one.mark, len(one.heard)) for one in pieces]
    assert kinds == [
        (Mark.FOLDED, 20 - AROUND),
        (Mark.RIGHT, AROUND),
        (Mark.SUBSTITUTED, 1),
        (Mark.RIGHT, AROUND),
        (Mark.FOLDED, 19 - AROUND),
    ]


def test_a_text_without_an_error_stays_whole():
    text = " ".join(f"w{n}" for n in range(40))
    assert [one.mark for one in marked.folded(marked.marked(text, text))] == [Mark.RIGHT]


def test_errors_behind_the_last_piece_are_counted():
    said = " ".join("a" for _ in range(400))
    heard = " ".join("a b" for _ in range(400))
    (one,) = marked.judge([item("long", said, heard)]).judged
    shown = sum(piece.errors for piece in one.pieces)
    assert len(one.pieces) == marked.MOST_PIECES
    assert shown + one.more == one.errors.errors == 400


def test_what_was_not_kept_is_named_and_silence_is_a_transcript():
    counted = {"words": 2, "substitutions": 0, "deletions": 2, "insertions": 0}
    found = marked.judge(
        [
            item("a", "good day", "good day"),
            item("b", "good day", ""),
            item("c", "good day", "", **counted),
            Item(suite="s", benchmark="b", item="d", text="no reference"),
        ]
    )
    assert [one.item for one in found.judged] == ["a", "c"]
    assert found.without_text == ("b",)
    assert found.errors == Errors(0, 2, 0, 4)


def test_a_run_that_counted_otherwise_is_told():
    counted = {"words": 2, "substitutions": 1, "deletions": 0, "insertions": 0}
    (other,) = marked.judge([item("a", "twenty one", "21", **counted)]).judged
    assert other.stored == Errors(1, 0, 0, 2)
    assert other.errors == Errors(1, 1, 0, 2)
    counted = {"words": 2, "substitutions": 1, "deletions": 1, "insertions": 0}
    (same,) = marked.judge([item("a", "twenty one", "21", **counted)]).judged
    assert same.stored is None


def test_texts_are_marked_as_they_were_compared():
    (plain,) = marked.judge([item("a", "Hello, World", "hello World")]).judged
    other = item("a", "Hello, World", "hello World", normalisation="cased")
    (cased,) = marked.judge([other]).judged
    assert (plain.errors.errors, cased.errors.errors) == (0, 1)
    assert cased.reference == "Hello World"
