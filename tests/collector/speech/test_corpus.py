import subprocess
import sys

import numpy as np
import pytest

from collector.speech import audio, corpus, librispeech
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


class TestLibriSpeech:
    def test_flac_and_wav_are_found_in_any_depth_in_order_of_id(self, tmp_path):
        tone = np.zeros(1_600, np.float32)
        audio.save(tmp_path / "test-clean" / "9" / "1" / "9-1-0000.flac", tone)
        audio.save(tmp_path / "test-other" / "7-2-0001.wav", tone)
        librispeech.write(tmp_path / "test-clean", "9-1", {"9-1-0000": "HELLO THERE"})
        (tmp_path / "test-other" / "7-2.trans.txt").write_text("7-2-0001 OTHER TEXT\n")
        found = librispeech.find(tmp_path)
        assert [one.id for one in found] == ["7-2-0001", "9-1-0000"]
        assert [one.path.suffix for one in found] == [".wav", ".flac"]
        (only,) = librispeech.find(tmp_path, subsets=("test-clean",))
        assert only.text == "HELLO THERE"

    def test_a_missing_subset_names_those_that_are_there(self, tmp_path):
        (tmp_path / "dev-clean").mkdir()
        with pytest.raises(UsageError, match=r'"test-clean" is not in .* Found: dev-clean'):
            librispeech.find(tmp_path, subsets=("test-clean",))

    def test_a_folder_without_transcripts_shows_the_layout(self, tmp_path):
        with pytest.raises(UsageError, match=r"<speaker>-<chapter>\.trans\.txt"):
            librispeech.find(tmp_path)

    def test_a_missing_folder_is_named_without_its_path(self, tmp_path):
        with pytest.raises(UsageError, match="found nothing at nowhere/") as caught:
            librispeech.find(tmp_path / "nowhere")
        assert str(tmp_path) not in str(caught.value)


class TestBadAudio:
    @staticmethod
    def write(path, samples, rate=16_000):
        import soundfile

        soundfile.write(str(path), samples, rate)
        return path

    @pytest.mark.parametrize(
        ("samples", "rate", "reason"),
        [
            (np.zeros((16_000, 2)), 16_000, "expected one channel, found 2"),
            (np.zeros(8_000), 8_000, "expected 16000 Hz, found 8000 Hz"),
            (np.zeros(0), 16_000, "the file is empty"),
            (np.zeros(1), 16_000, "at least 25 ms, found 1 samples"),
            (
                np.zeros((100, 2)),
                8_000,
                "expected 16000 Hz, one channel, at least 25 ms, found 8000 Hz, 2, 100 samples",
            ),
        ],
    )
    def test_the_file_and_the_reason_are_named(self, tmp_path, samples, rate, reason):
        path = self.write(tmp_path / "bad.wav", samples, rate)
        with pytest.raises(audio.AudioError, match=f"bad.wav: .*{reason}"):
            audio.load(path)

    def test_three_hours_are_refused_before_they_are_decoded(self):
        with pytest.raises(audio.AudioError, match=r"at most 3600 s of audio, found 10800 s"):
            audio.check_header("long.flac", 16_000, 1, 3 * 3_600 * 16_000)

    def test_a_text_file_is_no_audio(self, tmp_path):
        path = tmp_path / "notes.wav"
        path.write_text("hello")
        with pytest.raises(audio.AudioError, match=r"notes.wav: expected audio \(WAV, FLAC, OGG"):
            audio.load(path)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(audio.AudioError, match=r"gone\.flac: no such audio file"):
            audio.load(tmp_path / "gone.flac")

    def test_values_that_are_not_numbers_are_counted(self):
        samples = np.array([0.0, np.nan, np.inf], np.float32)
        with pytest.raises(audio.AudioError, match="2 of 3 samples are not finite"):
            audio.check_samples("x.wav", samples)

    def test_what_does_not_fit_is_converted_when_that_is_asked_for(self, tmp_path):
        seconds = np.arange(48_000) / 48_000
        tone = np.sin(2 * np.pi * 440 * seconds)
        path = self.write(tmp_path / "wide.wav", np.stack([tone, 0.5 * tone], 1), 48_000)
        found = audio.load(path, convert=True)
        assert found.shape == (16_000,)
        assert found.dtype == np.float32
        expected = 0.75 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
        assert np.abs(found - expected)[200:-200].max() < 1e-3
        with pytest.raises(audio.AudioError, match="let it be done with --convert"):
            audio.load(path)
