from history.formats.textgrid import textgrid
from history.items.aligned import Word, words_of


def test_an_items_text_is_read_as_words():
    assert words_of("IT'S 0.00-0.40 · HERE 0.50-0.90") == (
        Word("IT'S", 0.0, 0.4),
        Word("HERE", 0.5, 0.9),
    )


def test_a_text_of_another_aligner_is_read_too():
    assert words_of("my 0.28-0.43 sister 0.43-0.92") == (
        Word("my", 0.28, 0.43),
        Word("sister", 0.43, 0.92),
    )


def test_other_text_has_no_words():
    assert words_of("") == ()
    assert words_of("just a transcript") == ()
    assert words_of("my 0.28-0.43 sister") == ()


def test_a_textgrid_covers_the_audio_without_gaps():
    text = textgrid([Word('A"B', 0.2, 0.4), Word("C", 0.4, 0.9)], 1.5)
    assert "intervals: size = 4" in text
    assert 'text = "A""B"' in text
    ends = [line.split("= ")[1] for line in text.splitlines() if line.startswith(" " * 12 + "x")]
    assert ends == ["0", "0.2", "0.2", "0.4", "0.4", "0.9", "0.9", "1.5"]
