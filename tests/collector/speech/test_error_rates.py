import pytest

from collector.speech import error_rates


def test_what_is_kept_of_a_transcript_makes_the_rates_of_all():
    said = ("the cat sat on the mat", "good night", "one two three four", "no")
    heard = ("the cat sat on a mat", "good night now", "one two four", "no")
    items = {
        str(place): error_rates.facts(*pair)
        for place, pair in enumerate(zip(said, heard, strict=True))
    }
    found = error_rates.derived(items | {"unjudged": {"duration_s": 1.0}})
    assert set(found) == set(error_rates.METRICS)
    counts = [found[kind].value for kind in ("substitutions", "deletions", "insertions")]
    assert counts == [1, 1, 1]
    assert found["wer"].value == pytest.approx(3 / 13)
    assert (found["wer"].n, found["wer"].interval) == (4, "student")
    assert found["wer"].low < found["wer"].value < found["wer"].high
    assert found["cer"].value == pytest.approx(13 / 52)


def test_three_transcripts_have_a_rate_and_no_interval():
    items = {str(place): error_rates.facts("one two", "one too") for place in range(3)}
    found = error_rates.derived(items)["wer"]
    assert (found.value, found.low, found.high, found.interval) == (0.5, None, None, "")


@pytest.mark.parametrize("items", [{}, {"a": {"error": "x"}}, {"a": error_rates.facts("...", "")}])
def test_without_a_word_to_recognise_there_is_no_rate(items):
    assert error_rates.derived(items) == {}


def test_the_normalisation_is_told_apart_unless_it_is_the_usual_one():
    assert error_rates.params("words") == {}
    assert "normalisation" not in error_rates.facts("A", "a")
    found = error_rates.facts("A", "a", "cased")
    assert (found["normalisation"], found["substitutions"]) == ("cased", 1)
    assert error_rates.params("cased") == {"normalisation": "cased"}
