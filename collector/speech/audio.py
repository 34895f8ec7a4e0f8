"""Read an audio file as a recogniser wants it, or say exactly why it cannot be used."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE: Final = 16_000
"""Hz; what every recogniser here was trained on."""

MIN_SAMPLES: Final = 400
"""25 ms: the receptive field of one wav2vec2 frame and one window of the log-mel."""

MAX_SECONDS: Final = 3_600.0
"""Longer files are refused before they are decoded: an hour is 230 MB of float32."""


class AudioError(BrokenDataError):
    """An audio file that cannot be used; the message names the file and the reason."""


def load(path: Path, *, max_seconds: float = MAX_SECONDS) -> Floats:
    """Samples of a 16 kHz mono file: (n,) float32 in -1..1.

    The header is judged before anything is decoded. Raises AudioError for a file that is missing,
    unreadable, empty, too short for one frame, too long, not mono, not 16 kHz, or not finite.
    """
    import soundfile

    if not path.is_file():
        raise AudioError(f"{path.name}: no such audio file.", hint="Check the data set's folder.")
    try:
        header = soundfile.info(str(path))
        check_header(path.name, header.samplerate, header.channels, header.frames, max_seconds)
        samples, _ = soundfile.read(str(path), dtype="float32")
    except soundfile.SoundFileError as error:
        reason = str(error).split(":")[-1].strip().rstrip(".")
        raise AudioError(
            f"{path.name}: expected audio (WAV, FLAC, OGG, MP3), found something else: {reason}."
        ) from error
    check_samples(path.name, samples)
    return np.ascontiguousarray(samples)


def check_header(
    name: str, rate: int, channels: int, frames: int, max_seconds: float = MAX_SECONDS
) -> None:
    """Refuse what the header already rules out. Raises AudioError."""
    if frames == 0:
        raise AudioError(f"{name}: the file is empty; expected at least {MIN_SAMPLES} samples.")
    if channels != 1:
        raise AudioError(
            f"{name}: expected one channel, found {channels}.",
            hint="Mix it down, for example with `sox in.wav out.wav channels 1`.",
        )
    if rate != RATE:
        raise AudioError(
            f"{name}: expected {RATE} Hz, found {rate} Hz.",
            hint=f"Resample it, for example with `sox in.wav -r {RATE} out.wav`.",
        )
    if frames < MIN_SAMPLES:
        raise AudioError(
            f"{name}: expected at least {MIN_SAMPLES} samples (25 ms), found {frames}."
        )
    if frames > max_seconds * rate:
        raise AudioError(
            f"{name}: expected at most {max_seconds:g} s of audio, found"
            f" {math.ceil(frames / rate)} s.",
            hint="Cut it into shorter files first.",
        )


def check_samples(name: str, samples: Floats) -> None:
    """Refuse values that are not finite. Raises AudioError."""
    bad = int(samples.size - np.count_nonzero(np.isfinite(samples)))
    if bad:
        raise AudioError(f"{name}: {bad} of {samples.size} samples are not finite numbers.")


def save(path: Path, samples: Floats) -> None:
    """Write 16 kHz mono as 16 bit; the suffix (``.wav``, ``.flac``) chooses the container."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(str(path), samples, RATE, subtype="PCM_16")
