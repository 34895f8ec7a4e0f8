"""Synthesise texts once into a folder of 16 kHz files, with the times of their words.

Run as ``python -m collector.suites.pipeline.speak FOLDER [TEXTS.json]``; without texts it speaks
the ten sentences, which is how the files in ``data`` were made. They stay as they are: a small
change of the audio moves the error rate.

The times are those of the synthesiser's own durations, laid out as Kokoro, whose durations it was
trained on, lays them out (``join_timestamps`` in its pipeline.py): the speech begins three frames
before its frames do, and the space between two words belongs half to either.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from collector.speech import audio, exporting, weights
from collector.speech.texts import named
from collector.suites.pipeline import graphs, sentences
from collector.suites.pipeline.models import HIBARI
from collector.suites.pipeline.sentences import Manifest, Sentence, Word
from collector.suites.pipeline.speaking import can_say
from history.items.error_rate import normalised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

VERSION: Final = "1"
"""Raised when the way of speaking changes."""
FRAME_S: Final = 0.025
EARLY_FRAMES: Final = 3
_OUTPUTS: Final = ("lh", "theta", "ln", "lr", "phi", "f0", graphs.DURATIONS)


def once(workspace: Path, texts: Sequence[str]) -> Path:
    """Folder of these texts, synthesised in another process if the workspace lacks it."""
    version = importlib.metadata.version(HIBARI.package)
    content = msgspec.json.encode([VERSION, version, *texts])
    folder = workspace / "pipeline" / f"spoken-{hashlib.sha256(content).hexdigest()[:16]}"
    with tempfile.TemporaryDirectory() as temporary:
        listing = Path(temporary) / "texts.json"
        listing.write_bytes(msgspec.json.encode(list(texts)))
        return exporting.once(folder, __name__, [str(listing)], "the speech of the texts")


def speak(folder: Path, texts: Sequence[str]) -> Manifest:
    """Write a file for every text, and the manifest, which has the reason for a missing file."""
    from hibari import Hibari

    with tempfile.TemporaryDirectory() as temporary:
        graph = Path(temporary) / "durations.onnx"
        graphs.with_durations(HIBARI.path(), graph)
        voice = Hibari(model=str(graph))
    found = []
    for name, text in named(texts).items():
        if not can_say(voice, text):
            found.append(Sentence(id=name, text=text, problem="there is nothing to say in it."))
            continue
        samples, words = _speak(voice, text)
        path = folder / f"{name}.wav"
        audio.save(path, samples)
        digest = weights.files_sha256(path)
        found.append(Sentence(id=name, text=text, file=path.name, sha256=digest, words=words))
    packages = (HIBARI.package, "onnxruntime", "numpy", "soxr")
    made_with = {package: importlib.metadata.version(package) for package in packages}
    manifest = Manifest(made_with=made_with, sentences=tuple(found))
    written = msgspec.json.encode(manifest).replace(b'{"id"', b'\n{"id"')  # one sentence a line
    (folder / sentences.MANIFEST).write_bytes(written + b"\n")
    return manifest


def _speak(voice: Any, text: str) -> tuple[NDArray[np.float32], tuple[Word, ...]]:  # noqa: ANN401 - hibari ships no types
    """Samples at 16 kHz, (n,) float32, and the times of the words if known."""
    import soxr
    from hibari import dsp

    noise = np.random.default_rng(0)
    pieces: list[NDArray[np.float32]] = []
    spans: list[tuple[float, float]] = []
    began = 0.0
    for phonemes in voice.phonemize(text):
        ids = voice.ids(phonemes)
        inputs = {"ids": np.array([ids], np.int64), "speed": np.ones(1, np.float32)}
        *spectra, durations = voice.sess.run(_OUTPUTS, inputs)
        known = [letter for letter in phonemes if letter in voice.vocab]
        spans += [
            (began + start, began + end) for start, end in word_spans(known, durations.ravel())
        ]
        pieces.append(dsp.synth(*(one[0] for one in spectra), noise))
        began += len(pieces[-1]) / voice.sample_rate
    samples = soxr.resample(np.concatenate(pieces), voice.sample_rate, audio.RATE, quality="HQ")
    said = normalised(text).split()
    if len(said) != len(spans):  # "7:30" is one word in writing and two in speech
        return samples.astype(np.float32), ()
    pairs = zip(said, spans, strict=True)
    return samples.astype(np.float32), tuple(
        Word(word, round(start, 4), round(end, 4)) for word, (start, end) in pairs
    )


def word_spans(
    phonemes: Sequence[str], durations: NDArray[np.float32]
) -> tuple[tuple[float, float], ...]:
    """Start and end in seconds of every run of letters between two spaces.

    ``durations``: (2 + phonemes,) frames, those of the silence before and after included.
    """
    lengths = np.asarray(durations, np.float64) * FRAME_S
    ends = np.cumsum(lengths) - min(EARLY_FRAMES * FRAME_S, float(lengths[0]))
    spans: list[tuple[float, float]] = []
    start: float | None = None
    end = 0.0
    around = ["", *phonemes, ""]
    for place, phoneme in enumerate(phonemes, 1):
        if phoneme.isalpha():
            if start is None:
                start = float(ends[place - 1] - lengths[place - 1] / 2 * (around[place - 1] == " "))
            end = float(ends[place] + lengths[place + 1] / 2 * (around[place + 1] == " "))
        elif phoneme == " " and start is not None:
            spans.append((start, end))
            start = None
    return (*spans, (start, end)) if start is not None else tuple(spans)


def main() -> None:
    """Synthesise into a folder that appears complete, or refresh the files of this package."""
    folder = Path(sys.argv[1])
    if len(sys.argv) == 2:
        speak(folder, sentences.TEXTS)
        return
    texts = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=list[str])
    with exporting.appearing(folder) as made:
        speak(made, texts)


if __name__ == "__main__":
    with exporting.ending_with_message():
        main()
