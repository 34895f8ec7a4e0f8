"""Make a small corpus of synthetic speech, the same bytes every time, laid out as LibriSpeech is.

Speech comes from espeak-ng where it is installed, else from tones that move like formants. Both
are written once into the workspace and read back from there, so that every process of a run works
on the same samples. Equal bytes across espeak versions are not promised: the hash of the samples
is part of the record.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from collector.speech import audio, librispeech
from history.words import temporary
from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collector.speech.audio import Floats
    from collector.speech.librispeech import Utterance

VERSION: Final = 1
"""Increased when texts, voices or tones change; part of the cached folder's name."""

TEXTS: Final = (
    "THE MORNING TRAIN LEFT THE STATION BEFORE SUNRISE",
    "SHE COUNTED EVERY LANTERN ALONG THE QUIET HARBOUR WALL",
    "NOBODY IN THE VILLAGE REMEMBERED WHO HAD BUILT THE OLD STONE BRIDGE ACROSS THE RIVER",
    "RAIN FELL SOFTLY",
    "A GOOD MEASUREMENT IS REPEATED UNTIL ITS ERROR IS KNOWN AND THEN IT IS WRITTEN DOWN",
    "HE OPENED THE WINDOW AND LISTENED TO THE MARKET WAKING UP BELOW",
    "THE CAPTAIN'S LETTER ARRIVED THREE WEEKS LATE",
    "TWELVE JARS OF HONEY STOOD ON THE SHELF BESIDE THE KITCHEN DOOR",
    "WE WALKED HOME UNDER A SKY FULL OF QUICK SMALL CLOUDS",
    "THE EXPERIMENT FAILED BECAUSE THE CLOCK AND THE CAMERA DID NOT AGREE ABOUT THE TIME",
    "PLEASE LEAVE THE KEYS WITH THE NEIGHBOUR",
    "FIFTY JUDGES QUIETLY EXAMINED THE VAGUE WAX BOX",
    "HER BROTHER REPAIRED VIOLINS IN A NARROW WORKSHOP NEAR THE CATHEDRAL",
    "SNOW",
    "THE ROAD BENDS TWICE BEFORE IT REACHES THE MILL",
    "EVERY SUMMER THE CHILDREN BUILT A RAFT FROM BARRELS AND ROPE",
    "THE LIBRARY CLOSES AT NINE ON WEEKDAYS",
    "A SMALL BELL RANG SOMEWHERE BEHIND THE GARDEN AND THEN EVERYTHING WAS STILL AGAIN",
    "THEY TRADED SALT FOR COPPER AND COPPER FOR GRAIN",
    "THE LAST PAGE OF THE DIARY HAD BEEN TORN OUT",
    "OLD MAPS SHOW A LAKE WHERE THE FACTORY STANDS TODAY",
    "COUNT SLOWLY FROM ONE TO SEVEN",
    "THE PILOT READ THE INSTRUMENTS ALOUD WHILE THE STUDENT WROTE THEM DOWN",
    "GOOD NIGHT AND SAFE TRAVELS",
)

VOICES: Final = ("en-us", "en-gb", "en-us+f3")
WORDS_PER_MINUTE: Final = 150
_ESPEAK: Final = "espeak-ng"
_ESPEAK_TIMEOUT_S: Final = 60.0


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """A list of utterances with the identity of its samples."""

    kind: str
    """``espeak``, ``tones`` or the name of a folder of the user's."""
    digest: str
    """First 12 hex digits of the sha256 over ids, texts and samples of what could be read."""
    utterances: tuple[Utterance, ...]

    @property
    def name(self) -> str:
        """``espeak-8``: known before anything is generated, so it may name a variant."""
        return name(self.kind, len(self.utterances))

    @property
    def label(self) -> str:
        """``espeak-8(33f24363ee58)``."""
        return f"{self.name}({self.digest})"


def kind_here() -> str:
    """``espeak`` where espeak-ng is installed, else ``tones``."""
    return "espeak" if shutil.which(_ESPEAK) else "tones"


def name(kind: str, count: int) -> str:
    """Name of a corpus of so many utterances."""
    return f"{kind}-{count}"


def ids(count: int) -> tuple[str, ...]:
    """Ids of the first utterances, three speakers in turn. Raises UsageError beyond 24."""
    if not 1 <= count <= len(TEXTS):
        raise UsageError(
            f"utterances: expected 1 to {len(TEXTS)}, found {count}.",
            hint="For more, set dataset_root to a folder laid out as LibriSpeech is.",
        )
    return tuple(f"{1000 + n % len(VOICES)}-1-{n:04d}" for n in range(count))


def synthetic(workspace: Path, count: int = 8, kind: str = "") -> Corpus:
    """The first utterances, generated when the workspace does not hold them yet.

    An empty ``kind`` takes what this machine has. Raises BrokenEnvironmentError when espeak-ng is
    asked for and missing or failing, UsageError when there are not so many texts.
    """
    kind = kind or kind_here()
    wanted = ids(count)
    folder = workspace / "corpus" / f"{kind}-v{VERSION}-{count}"
    if not (folder / "complete").is_file():
        _generate(folder, kind, wanted)
    found = {utterance.id: utterance for utterance in librispeech.find(folder)}
    utterances = tuple(found[key] for key in wanted)
    return Corpus(kind=kind, digest=digest(utterances), utterances=utterances)


def digest(utterances: tuple[Utterance, ...], *, convert: bool = False) -> str:
    """Twelve hex digits over ids, texts and samples; files that cannot be used count by name."""
    total = hashlib.sha256()
    for utterance in utterances:
        total.update(f"{utterance.id}\0{utterance.text}\0".encode())
        try:
            total.update(audio.load(utterance.path, convert=convert).astype("<f4").tobytes())
        except audio.AudioError:
            total.update(b"unusable")
    return total.hexdigest()[:12]


def _generate(folder: Path, kind: str, wanted: tuple[str, ...]) -> None:
    """Write into a temporary folder and rename it, so that two processes cannot meet halfway."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary.sweep(temporary.MAKING, folder.parent)
    with temporary.scratch(temporary.MAKING, folder.parent) as scratch:
        made = scratch / "corpus"
        chapters: dict[str, dict[str, str]] = {}
        for n, key in enumerate(wanted):
            speaker, chapter, _ = key.split("-")
            samples = _speak(TEXTS[n], n) if kind == "espeak" else tones(TEXTS[n], n)
            audio.save(made / speaker / chapter / f"{key}.flac", samples)
            chapters.setdefault(f"{speaker}-{chapter}", {})[key] = TEXTS[n]
        for chapter, texts in chapters.items():
            librispeech.write(made, chapter, texts)
        (made / "complete").touch()
        try:
            made.rename(folder)
        except OSError:
            if not (folder / "complete").is_file():  # else another process was faster
                raise


def _speak(text: str, n: int) -> Floats:
    """One sentence by espeak-ng, resampled to 16 kHz: (n,) float32."""
    import soundfile
    import soxr

    voice = VOICES[n % len(VOICES)]
    command = [_ESPEAK, "-v", voice, "-s", str(WORDS_PER_MINUTE), "--stdout"]
    try:
        done = subprocess.run(
            command,
            input=text.lower().encode(),
            capture_output=True,
            check=True,
            timeout=_ESPEAK_TIMEOUT_S,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except FileNotFoundError:
        raise BrokenEnvironmentError(
            "espeak-ng was asked for and is not installed.",
            hint='Install it (apt-get install espeak-ng), or set corpus = "tones".',
        ) from None
    except subprocess.SubprocessError as error:
        raise BrokenEnvironmentError(
            f"espeak-ng failed with voice {voice}: {error}.", hint='Set corpus = "tones".'
        ) from error
    # The header of a stream states no length, so the samples are read from what is there.
    samples, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32")
    resampled: Floats = soxr.resample(samples, rate, audio.RATE).astype(np.float32)
    return resampled


def tones(text: str, seed: int) -> Floats:
    """Two formant-like tones a letter and silence for a space: (n,) float32 at 16 kHz.

    It is no speech, but has the length, pauses and changing spectrum that the stages need.
    """
    letter, pause = round(0.075 * audio.RATE), round(0.1 * audio.RATE)
    time = np.arange(letter) / audio.RATE
    edge = np.minimum(1.0, np.minimum(np.arange(letter), np.arange(letter)[::-1]) / 160.0)
    pieces = [np.zeros(pause)]
    for character in text:
        if character == " ":
            pieces.append(np.zeros(pause))
            continue
        place = ord(character) % 32
        first, second = 250.0 + 25.0 * place, 900.0 + 97.0 * ((place * 7 + seed) % 20)
        wave = np.sin(2 * np.pi * first * time) + 0.5 * np.sin(2 * np.pi * second * time)
        pieces.append(0.2 * edge * wave)
    pieces.append(np.zeros(pause))
    return np.concatenate(pieces).astype(np.float32)
