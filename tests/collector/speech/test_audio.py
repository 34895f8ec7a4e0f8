"""Audio that a recogniser can use, and why other audio is refused."""

import numpy as np
import pytest

from collector.speech import audio

pytest.importorskip("soundfile")


def written(path, samples, rate=16_000):
    import soundfile

    soundfile.write(str(path), samples, rate)
    return path


@pytest.mark.parametrize(
    ("samples", "rate", "reason"),
    [
        (np.zeros((16_000, 2)), 16_000, "expected one channel, found 2 channels"),
        (np.zeros(8_000), 8_000, "expected 16000 Hz, found 8000 Hz"),
        (np.zeros(0), 16_000, "the file is empty"),
        (np.zeros(1), 16_000, "at least 25 ms, found 1 samples"),
        (
            np.zeros((100, 2)),
            8_000,
            "expected 16000 Hz, one channel, at least 25 ms, found 8000 Hz, 2 channels, 100",
        ),
    ],
)
def test_the_file_and_the_reason_are_named(tmp_path, samples, rate, reason):
    path = written(tmp_path / "bad.wav", samples, rate)
    with pytest.raises(audio.AudioError, match=f"bad.wav: .*{reason}"):
        audio.load(path)


def test_three_hours_are_refused_before_they_are_decoded():
    with pytest.raises(audio.AudioError, match=r"at most 3600 s of audio, found 10800 s"):
        audio.check_header("long.flac", 16_000, 1, 3 * 3_600 * 16_000)


def test_a_text_file_is_no_audio(tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("hello")
    with pytest.raises(audio.AudioError, match=r"notes.wav: expected audio \(WAV, FLAC, OGG"):
        audio.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(audio.AudioError, match=r"gone\.flac: no such audio file"):
        audio.load(tmp_path / "gone.flac")


def test_values_that_are_not_numbers_are_counted():
    samples = np.array([0.0, np.nan, np.inf], np.float32)
    with pytest.raises(audio.AudioError, match="2 of 3 samples are not finite"):
        audio.check_samples("x.wav", samples)


def test_what_does_not_fit_is_converted_when_that_is_asked_for(tmp_path):
    seconds = np.arange(48_000) / 48_000
    tone = np.sin(2 * np.pi * 440 * seconds)
    path = written(tmp_path / "wide.wav", np.stack([tone, 0.5 * tone], 1), 48_000)
    found = audio.load(path, convert=True)
    assert found.shape == (16_000,)
    assert found.dtype == np.float32
    expected = 0.75 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    assert np.abs(found - expected)[200:-200].max() < 1e-3
    with pytest.raises(audio.AudioError, match="let it be done with --convert"):
        audio.load(path)
