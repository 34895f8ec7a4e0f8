"""The real synthesiser: what it says, when it says it, and that it says it again."""

import msgspec
import numpy as np
import pytest

from collector.measure.stage_timer import NoTimer
from collector.speech.texts import named
from collector.suites.pipeline import graphs, sentences, speak
from collector.suites.pipeline.models import HIBARI
from collector.suites.pipeline.sentences import Sentence
from collector.suites.pipeline.session import Reported
from collector.suites.pipeline.speaking import SynthesisWork, Voice
from history.words.errors import BrokenDataError


@pytest.fixture
def lines(tmp_path):
    """`lines("One.", "Two.")` is a file of texts."""

    def make(*texts):
        path = tmp_path / "lines.txt"
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return make


@pytest.fixture(scope="module")
def voice(real, tmp_path_factory):
    """The synthesiser as its package ships it."""
    return Voice("int8", 1, tmp_path_factory.mktemp("voice"))


def said(voice, *texts):
    """What comes of these texts, as the session reports it."""
    spoken = [Sentence(id=name, text=text) for name, text in named(texts).items()]
    work = SynthesisWork(voice, spoken)
    work.run(NoTimer())
    return Reported(work, work.problems).finish()


def test_rates_follow_from_the_length_of_the_audio_and_the_text(ran, lines, voice):
    found = ran("synthesis", repeats=2, texts=lines("Good morning.", "Good night."))
    seconds = sum(one["duration_s"] for one in found.outcome.items.values())
    assert found.outcome.values["audio_duration"] == seconds
    assert found.derived["rtf"] == pytest.approx(found.samples["total_time"] / seconds)
    assert found.derived["characters_per_second"] == pytest.approx(24 / found.samples["total_time"])
    (items, _) = found.items
    assert set(items[0]) == {"g2p_time", "acoustic_time", "vocoder_time", "total_time"}
    again = said(voice, "Good morning.", "Good night.")
    assert again.fingerprints == found.outcome.fingerprints, "another voice says the same"
    assert again.fingerprint == found.outcome.fingerprint


def test_another_text_sounds_different(voice):
    first, other = (
        said(voice, "Good morning.", "Good night."),
        said(voice, "Good morning.", "Good fight."),
    )
    assert other.fingerprints["01"] == first.fingerprints["01"]
    assert other.fingerprints["02"] != first.fingerprints["02"]


def test_stage_by_stage_gives_the_samples_that_the_package_gives(voice):
    text = "Dr. Smith left. He paid $5."
    assert np.array_equal(voice.speak(text, NoTimer()), voice.hibari(text, seed=0))


def test_a_text_with_nothing_to_say_is_named_and_the_others_are_measured(voice):
    found = said(voice, "Good morning.", "...")
    assert found.items["02"] == {"error": "02: there is nothing to say in it."}
    assert found.warnings == ("Left out of every number here: 02: there is nothing to say in it.",)
    assert found.values["audio_duration"] == found.items["01"]["duration_s"]


def test_texts_with_nothing_to_say_at_all_are_no_measurement(voice):
    with pytest.raises(BrokenDataError, match="none of the texts"):
        said(voice, "...", "!")


def test_the_first_audio_comes_before_the_last(ran, lines):
    found = ran("streaming", texts=lines("Good morning.", "Please call me back before lunch."))
    (first,), (total,) = found.samples["first_audio_time"], found.samples["total_time"]
    assert 0 < first < total
    assert found.outcome.values["audio_duration"] > 1


def test_the_graph_in_fp32_has_no_quantised_product_and_says_nearly_the_same(voice, tmp_path):
    import onnx

    path = graphs.dequantised(tmp_path, HIBARI.path())
    kinds = {node.op_type for node in onnx.load(path).graph.node}
    assert "MatMul" in kinds
    assert not kinds & {"MatMulInteger", "DynamicQuantizeLinear"}
    text = "Good morning."
    voices = (voice, Voice("fp32", 1, tmp_path))
    shipped, rewritten = (one.speak(text, NoTimer()) for one in voices)
    assert abs(len(shipped) - len(rewritten)) <= 600  # a frame
    levels = [float(np.sqrt((one**2).mean())) for one in (shipped, rewritten)]
    assert levels[0] == pytest.approx(levels[1], rel=0.1)


def test_words_lie_between_the_middles_of_the_spaces_around_them():
    # Silence, two letters, a space, one letter, a full stop, silence; 25 ms each frame.
    spans = speak.word_spans(["a", "b", " ", "c", "."], np.array([4, 2, 3, 4, 5, 6, 7]))
    assert [end for span in spans for end in span] == pytest.approx([0.025, 0.2, 0.2, 0.375])


def test_spoken_texts_come_with_the_times_of_their_words(real, tmp_path):
    made = speak.speak(tmp_path, ["Good night.", "...", "It costs $5."])
    assert made == msgspec.json.decode(
        (tmp_path / sentences.MANIFEST).read_bytes(), type=sentences.Manifest
    )
    known, silent, unclear = made.sentences
    assert [one.word for one in known.words] == ["good", "night"]
    assert 0 < known.words[0].start_s < known.words[1].start_s < known.words[1].end_s < 2
    assert (silent.file, silent.problem) == ("", "there is nothing to say in it.")
    assert unclear.file
    assert unclear.words == ()  # written as one word, spoken as two
