import subprocess
import sys

import numpy as np
import pytest

from collector.speech import audio, corpus
from history.words.errors import BrokenEnvironmentError, UsageError

pytest.importorskip("soundfile")


def test_tones_are_the_same_samples_every_time(tmp_path):
    first = corpus.synthetic(tmp_path / "a", 3, "tones")
    again = corpus.synthetic(tmp_path / "b", 3, "tones")
    assert first.digest == again.digest
    assert first.label == f"tones-3({first.digest})"


def test_another_process_makes_the_same_samples(tmp_path):
    here = corpus.synthetic(tmp_path / "a", 2, "tones").digest
    code = (
        "import sys; from pathlib import Path; from collector.speech import corpus;"
        "print(corpus.synthetic(Path(sys.argv[1]), 2, 'tones').digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "b")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == here


def test_generated_speech_is_made_once_and_then_read(tmp_path, monkeypatch):
    first = corpus.synthetic(tmp_path, 2, "tones")
    monkeypatch.setattr(corpus, "tones", lambda *_: pytest.fail("made again"))
    assert corpus.synthetic(tmp_path, 2, "tones") == first


@pytest.mark.skipif(corpus.kind_here() != "espeak", reason="espeak-ng is not installed")
def test_espeak_speaks_every_text_at_16_khz(tmp_path):
    found = corpus.synthetic(tmp_path, 3)
    assert found.name == "espeak-3"
    again = corpus.synthetic(tmp_path / "again", 3)
    assert again.digest == found.digest
    for utterance in found.utterances:
        samples = audio.load(utterance.path)
        assert 0.5 < len(samples) / audio.RATE < 15
        assert np.abs(samples).max() > 0.05


def test_without_espeak_the_corpus_says_tones(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert corpus.kind_here() == "tones"
    assert corpus.synthetic(tmp_path, 1).name == "tones-1"


def test_espeak_asked_for_and_missing_says_how_to_get_it(tmp_path, monkeypatch):
    pytest.importorskip("soxr")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokenEnvironmentError, match="apt-get install espeak-ng"):
        corpus.synthetic(tmp_path, 1, "espeak")


def test_more_utterances_than_texts_point_to_a_data_set():
    with pytest.raises(UsageError, match="set dataset_root"):
        corpus.ids(25)


def test_names_are_known_before_anything_is_generated(tmp_path):
    made = corpus.synthetic(tmp_path, 4, "tones")
    assert tuple(utterance.id for utterance in made.utterances) == corpus.ids(4)
    assert made.name == corpus.name("tones", 4)
