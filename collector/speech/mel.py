"""Compute log-mel spectrograms in numpy, so that a measured child needs no torch for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Slaney's Auditory Toolbox (1998): linear below 1 kHz with 200/3 Hz a mel, then 27 steps per
# factor of 6.4. librosa, torchaudio(mel_scale="slaney") and Whisper use the same scale.
_HZ_PER_MEL: Final = 200.0 / 3.0
_KNEE_HZ: Final = 1000.0
_KNEE_MEL: Final = _KNEE_HZ / _HZ_PER_MEL
_LOG_STEP: Final = float(np.log(6.4)) / 27.0

_FRAMES_AT_ONCE: Final = 512
"""Frames transformed together: 512 × 400 float32 stay inside a second-level cache."""


def hz_to_mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies in Hz on Slaney's mel scale."""
    above = np.log(np.maximum(hz, _KNEE_HZ) / _KNEE_HZ) / _LOG_STEP
    return np.where(hz < _KNEE_HZ, hz / _HZ_PER_MEL, _KNEE_MEL + above)


def mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of ``hz_to_mel``."""
    above = _KNEE_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _KNEE_MEL) - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _HZ_PER_MEL, above)


@cache
def filter_bank(rate: int, n_fft: int, mels: int) -> Floats:
    """Triangular filters of equal area from 0 Hz to half the rate: (mels, n_fft // 2 + 1) float32.

    The result is shared between callers and read-only.
    """
    bins = np.linspace(0.0, rate / 2, n_fft // 2 + 1)
    edges = mel_to_hz(np.linspace(0.0, float(hz_to_mel(np.array(rate / 2))), mels + 2))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - low) / (centre - low)
    falling = (high - bins) / (high - centre)
    area = 2.0 / (high - low)
    bank = (np.maximum(0.0, np.minimum(rising, falling)) * area).astype(np.float32)
    bank.setflags(write=False)
    return bank


@cache
def _window(n_fft: int) -> Floats:
    periodic = np.hanning(n_fft + 1)[:-1].astype(np.float32)
    periodic.setflags(write=False)
    return periodic


def power_frames(samples: Floats, n_fft: int, hop: int) -> Floats:
    """Power spectrum of centred frames with reflected ends, last frame left out.

    samples: (n,) float32, more than ``n_fft // 2`` of them. Returns (n // hop, n_fft // 2 + 1)
    float32. Raises ValueError when there are too few samples to reflect.
    """
    half = n_fft // 2
    if samples.size <= half:
        raise ValueError(f"expected more than {half} samples, found {samples.size}.")
    padded = np.pad(samples.astype(np.float32, copy=False), half, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop][: samples.size // hop]
    window = _window(n_fft)
    power = np.empty((len(frames), half + 1), np.float32)
    for start in range(0, len(frames), _FRAMES_AT_ONCE):
        spectrum = np.fft.rfft(frames[start : start + _FRAMES_AT_ONCE] * window)
        np.square(spectrum.real, out=power[start : start + len(spectrum)])
        power[start : start + len(spectrum)] += np.square(spectrum.imag)
    return power


def log_mel(
    samples: Floats, *, rate: int = 16_000, n_fft: int = 400, hop: int = 160, mels: int = 80
) -> Floats:
    """Whisper's log-mel: (mels, n // hop) float32, within 8 decades of its loudest bin.

    samples: (n,) float32. The scaling to about -1..1 is Whisper's: (log10 + 4) / 4.
    """
    power = power_frames(samples, n_fft, hop)
    energy: Floats = filter_bank(rate, n_fft, mels) @ power.T
    loud: Floats = np.log10(np.maximum(energy, 1e-10))
    np.maximum(loud, loud.max() - 8.0, out=loud)
    loud += 4.0
    loud *= 0.25
    return loud
