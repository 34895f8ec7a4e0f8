import numpy as np
import pytest

from collector.speech import mel


def test_the_scale_goes_there_and_back():
    hz = np.linspace(0, 12_000, 97)
    assert mel.mel_to_hz(mel.hz_to_mel(hz)) == pytest.approx(hz)


def test_a_tone_is_loudest_in_the_band_it_lies_in():
    time = np.arange(16_000) / 16_000
    found = mel.log_mel(np.sin(2 * np.pi * 1_000 * time).astype(np.float32))
    assert found.shape == (80, 100)
    bank = mel.filter_bank(16_000, 400, 80)
    assert bank[found[:, 50].argmax(), 25] > 0  # bin 25 is 1 kHz


@pytest.mark.parametrize("mels", [80, 128])
def test_it_equals_the_reference_extractor(mels):
    transformers = pytest.importorskip("transformers")
    extractor = transformers.WhisperFeatureExtractor(feature_size=mels)
    noise = np.random.default_rng(0).normal(0, 0.1, 480_000).astype(np.float32)
    reference = extractor(noise, sampling_rate=16_000, return_tensors="np").input_features[0]
    assert np.abs(mel.log_mel(noise, mels=mels) - reference).max() < 1e-5


def test_silence_is_finite_and_flat():
    found = mel.log_mel(np.zeros(1_600, np.float32))
    assert np.ptp(found) == 0
    assert np.isfinite(found).all()


def test_too_few_samples_say_how_many_are_needed():
    with pytest.raises(ValueError, match="more than 200 samples, found 1"):
        mel.log_mel(np.zeros(1, np.float32))
