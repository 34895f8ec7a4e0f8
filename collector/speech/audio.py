"""Read an audio file for a recogniser, or report exactly why it cannot be used."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

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


class Recorded(NamedTuple):
    """Audio as stored in its file."""

    samples: Floats
    """(n, channels) in -1..1."""
    rate: int
    """Hz."""


def load(path: Path, *, max_seconds: float = MAX_SECONDS, convert: bool = False) -> Floats:
    """Samples at 16 kHz of one channel: (n,) float32 in -1..1.

    The header is judged before anything is decoded. Raises AudioError for a file that is missing,
    unreadable, empty, too short for one frame, too long, or not finite; and unless it may be
    converted, for one that is not mono or not 16 kHz.
    """
    return converted(read(path, max_seconds=max_seconds, convert=convert))


def read(path: Path, *, max_seconds: float = MAX_SECONDS, convert: bool = False) -> Recorded:
    """The audio as stored in its file, before any conversion."""
    import soundfile

    if not path.is_file():
        raise AudioError(f"{path.name}: no such audio file.", hint="Check the data set's folder.")
    try:
        header = soundfile.info(str(path))
        rate, channels = header.samplerate, header.channels
        check_header(path.name, rate, channels, header.frames, max_seconds, convert=convert)
        samples, _ = soundfile.read(str(path), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        reason = str(error).split(":")[-1].strip().rstrip(".")
        raise AudioError(
            f"{path.name}: expected audio (WAV, FLAC, OGG, MP3), found something else: {reason}."
        ) from error
    check_samples(path.name, samples)
    return Recorded(samples, rate)


def converted(recorded: Recorded) -> Floats:
    """Mixed down and resampled where it has to be: (n,) float32 at 16 kHz."""
    samples = recorded.samples
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1)
    if recorded.rate != RATE:
        import soxr

        mono = soxr.resample(mono, recorded.rate, RATE)
    return np.ascontiguousarray(mono, dtype=np.float32)


def check_header(
    name: str,
    rate: int,
    channels: int,
    frames: int,
    max_seconds: float = MAX_SECONDS,
    *,
    convert: bool = False,
) -> None:
    """Raise AudioError, naming every fault, for a file that its header rules out."""
    if frames == 0:
        raise AudioError(f"{name}: the file is empty; expected at least {MIN_SAMPLES} samples.")
    wanted, found, advice = [], [], ""
    if not convert and rate != RATE:
        wanted.append(f"{RATE} Hz")
        found.append(f"{rate} Hz")
    if not convert and channels != 1:
        wanted.append("one channel")
        found.append(f"{channels} channels")
    if wanted:
        advice = (
            f"Convert it, for example with `sox in.wav -r {RATE} -c 1 out.wav`, or let it be done"
            " with --convert."
        )
    seconds = frames / rate
    if seconds < MIN_SAMPLES / RATE:
        wanted.append("at least 25 ms")
        found.append(f"{frames} samples")
    if seconds > max_seconds:
        wanted.append(f"at most {max_seconds:g} s of audio")
        found.append(f"{math.ceil(seconds)} s")
        advice = advice or "Cut it into shorter files first."
    if wanted:
        raise AudioError(
            f"{name}: expected {', '.join(wanted)}, found {', '.join(found)}.", hint=advice
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
