"""Real detection, recognition and alignment against truths that were planted."""

import socket

import numpy as np
import pytest

from collector.speech import audio
from collector.suites.pipeline import Pipeline
from collector.suites.pipeline.models import SILERO_GGML, SILERO_ONNX
from collector.suites.pipeline.options import PipelineOptions
from collector.suites.pipeline.recognition import Aligner, AlignmentError, boundary_facts
from collector.suites.pipeline.sentences import SHIPPED, Word, shipped
from collector.suites.pipeline.voice_activity import GgmlDetector, OnnxDetector
from history.words.errors import BrokenDataError
from tests.collector.suites.driver import run_suite
from tests.collector.suites.pipeline.conftest import record, run


def pcm(path):
    return np.round(audio.load(path) * 32_768).astype(np.int16)


@pytest.fixture
def detectors(real):
    return OnnxDetector(1), GgmlDetector()


def test_silence_holds_no_speech_and_a_sentence_mostly_does(detectors):
    silence = np.zeros(2 * audio.RATE, np.int16)
    for one in detectors:
        assert (one.probabilities(silence) < 0.1).all()
    sentence = pcm(SHIPPED / "01.wav")
    for one in detectors:
        alone = (one.probabilities(sentence) >= 0.5).sum()
        behind = one.probabilities(np.concatenate([sentence, silence])) >= 0.5
        assert 0.6 < alone / len(one.probabilities(sentence)) < 0.95
        assert not behind[-30:].any()


def test_both_forms_of_a_model_are_loaded_and_their_files_weighed(real, tmp_path):
    found = run_suite(
        Pipeline(),
        PipelineOptions(),
        tmp_path,
        repeats=1,
        chosen=lambda case: case.params.get("model") == SILERO_ONNX.label,
    )
    sizes = [one.outcome.values["model_size"] for one in found]
    assert sizes == [SILERO_ONNX.size(), SILERO_GGML.size()]
    assert all((one.derived["load_time"] > 0).all() for one in found)


def test_the_speech_share_of_silence_is_zero(real, tmp_path):
    folder = tmp_path / "quiet"
    audio.save(folder / "silence.wav", np.zeros(2 * audio.RATE, np.float32))
    found = run_suite(
        Pipeline(),
        PipelineOptions(audio_dir=str(folder)),
        tmp_path,
        chosen=lambda case: case.benchmark == "voice_activity",
    )
    assert [one.outcome.values["speech_share"] for one in found] == [0, 0]
    assert [one.outcome.items["silence.wav"]["windows"] for one in found] == [63, 63]


def test_the_two_implementations_agree_and_repeat_themselves(detectors):
    sentence = pcm(SHIPPED / "02.wav")
    onnx, ggml = (one.probabilities(sentence) for one in detectors)
    assert onnx.shape == ggml.shape
    assert np.abs(onnx - ggml).max() < 0.1
    assert np.array_equal(detectors[1].probabilities(sentence), ggml)


@pytest.fixture(scope="module")
def heard(real, tmp_path_factory):
    """Two recordings that were recognised; only the first has a text."""
    folder = tmp_path_factory.mktemp("heard")
    texts = record(folder / "recorded", a="she left her umbrella", b=None)
    return run(folder, "recognition", audio_dir=texts)


def test_a_recording_without_a_text_is_in_no_error_rate_and_that_is_said(heard):
    assert "reference" not in heard.outcome.items["b.wav"]
    assert heard.derived["wer"].n == 1
    assert heard.outcome.warnings == ("1 of 2 recordings have no text: the others make the rates.",)


def test_a_text_that_was_changed_gives_the_expected_error_rate(ran, recorded, heard):
    texts = heard.outcome.texts
    words = texts["b.wav"].split()
    assert len(texts["a.wav"].split()) > 5
    assert len(words) > 5
    # One word replaced, one taken away, one that was never said.
    changed = ["xylophone", *words[2:], "zebra"]
    again = ran("recognition", audio_dir=recorded(a=texts["a.wav"], b=" ".join(changed)))
    kinds = {
        kind: again.derived[kind].value for kind in ("substitutions", "deletions", "insertions")
    }
    assert kinds == {"substitutions": 1, "deletions": 1, "insertions": 1}
    said = len(texts["a.wav"].split()) + len(changed)
    assert again.derived["wer"].value == pytest.approx(3 / said)
    assert again.outcome.items["a.wav"]["wer"] == 0
    assert again.outcome.fingerprints == heard.outcome.fingerprints, "of what is heard alone"


@pytest.mark.nightly
def test_the_ten_sentences_are_hard_enough_to_give_a_believable_error_rate(ran):
    """Everyday ones alone gave 2 to 3 %, phonetically rich ones 21 %."""
    rate = ran("recognition", beams=("wide",)).derived["wer"]
    assert 0.05 <= rate.value <= 0.15
    assert rate.low < rate.value < rate.high
    assert rate.n == 10


def test_recordings_that_cannot_be_used_are_named_and_the_others_are_measured(ran, recorded):
    soundfile = pytest.importorskip("soundfile")
    folder = recorded(a="")
    soundfile.write(folder / "b.wav", np.zeros(8000, np.float32), 8_000)
    (folder / "c.wav").write_bytes(b"not audio")
    found = ran("alignment", audio_dir=recorded(a=shipped().sentences[0].text))
    assert found.outcome.items["a.wav"]["words"] == 8
    assert found.outcome.items["b.wav"]["error"].startswith("b.wav: expected 16000 Hz, found 8000")
    assert "expected audio" in found.outcome.items["c.wav"]["error"]
    assert len(found.outcome.warnings) == 2


def test_nothing_usable_is_an_error_that_names_the_first(ran, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.wav").write_bytes(b"not audio")
    with pytest.raises(BrokenDataError, match=r"no recording can be used; the first: a\.wav"):
        ran("recognition", audio_dir=tmp_path / "own")


def test_aligned_words_lie_where_the_synthesiser_put_them(ran):
    found = ran("alignment")
    assert len(found.outcome.items) == 10
    error = found.derived["word_boundary_error"]
    assert error.n == 10
    assert 0 < error.low < error.value < error.high < 0.06
    assert found.outcome.texts["01"].startswith("she 0.")


def test_boundaries_that_all_lie_50_ms_late_are_50_ms_off():
    known = [Word("one", 0.2, 0.5), Word("two", 0.5, 0.9)]
    late = [Word(one.word, one.start_s + 0.05, one.end_s + 0.05) for one in known]
    facts = boundary_facts(late, known)
    assert facts["boundaries"] == 4
    assert facts["word_boundary_error"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("she left her xyzzyx", 'the word "xyzzyx" is not in the dictionary'), ("", "no text")],
)
def test_a_text_that_cannot_be_aligned_says_why(real, text, reason):
    with pytest.raises(AlignmentError, match=reason):
        Aligner().align(text, pcm(SHIPPED / "01.wav"))


def test_all_stages_one_after_the_other_and_no_network(ran, recorded, monkeypatch):
    def refuse(*_):
        raise OSError("the suite must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    first = shipped().sentences[0].text
    found = ran("end_to_end", audio_dir=recorded(a=first, b="xyzzyx"))
    stages = ("synthesis_time", "vad_time", "recognition_time", "alignment_time")
    (items,) = found.items
    assert all(items[0][stage] > 0 for stage in stages)
    assert sum(items[0][stage] for stage in stages) <= items[0]["total_time"]
    assert "xyzzyx" in found.outcome.items["b.wav"]["error"]
    assert found.derived["rtf"] == pytest.approx(
        found.samples["total_time"] / found.outcome.items["a.wav"]["duration_s"]
    )
