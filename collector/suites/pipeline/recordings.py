"""Find recordings, load them for a recogniser, and report those that cannot be used."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from collector.speech import audio, audio_folder, corpus, weights
from collector.suites.pipeline import sentences, speak
from collector.suites.pipeline.sentences import Sentence
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collector.suites.pipeline.options import PipelineOptions


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences with the paths of their audio."""

    label: str
    """With the hash of texts and samples."""
    sentences: tuple[Sentence, ...]
    folder: Path

    def path(self, sentence: Sentence) -> Path:
        """The path of its audio."""
        return self.folder / sentence.file


class Recording(NamedTuple):
    """One utterance that can be recognised."""

    position: int
    """Among the items of the case."""
    sentence: Sentence
    pcm: NDArray[np.int16]
    """(samples,) at 16 kHz."""

    @property
    def id(self) -> str:
        """Name of the utterance."""
        return self.sentence.id

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return self.pcm.size / audio.RATE


class Recordings(NamedTuple):
    """The recordings of a data set, and why some are missing."""

    usable: tuple[Recording, ...]
    problems: dict[str, str]
    """Name -> reason."""


def find(options: PipelineOptions, workspace: Path) -> Dataset:
    """The recordings; own texts without own audio are synthesised once into the workspace."""
    if options.audio_dir:
        listened, name = sentences.own_audio(options)
        folder = Path(options.audio_dir)
        digest = corpus.digest(audio_folder.find(folder), convert=options.convert)
        return Dataset(label=f"{name}({digest})", folder=folder, sentences=listened)
    folder, name = sentences.SHIPPED, sentences.DATASET
    if options.texts:
        lines, name = sentences.lines(Path(options.texts))
        folder = speak.once(workspace, [one.text for one in lines])
    content = (folder / sentences.MANIFEST).read_bytes()
    known = msgspec.json.decode(content, type=sentences.Manifest)
    label = f"{name}({hashlib.sha256(content).hexdigest()[:12]})"
    return Dataset(label=label, sentences=known.sentences, folder=folder)


def load(dataset: Dataset, limit: int = 0, *, convert: bool = False) -> Recordings:
    """The first ``limit`` sentences, 0 for all. Raises BrokenDataError when none can be used."""
    usable: list[Recording] = []
    problems: dict[str, str] = {}
    for position, one in enumerate(dataset.sentences[:limit] if limit else dataset.sentences):
        if not one.file:
            problems[one.id] = f"{one.id}: {one.problem}"
            continue
        try:
            samples = audio.load(dataset.path(one), convert=convert)
            _check(dataset, one)
        except audio.AudioError as error:
            problems[one.id] = str(error)
            continue
        pcm = np.clip(np.round(samples * 32_768), -32_768, 32_767).astype(np.int16)
        usable.append(Recording(position, one, pcm))
    if not usable:
        first = next(iter(problems.values()))
        raise BrokenDataError(f"no recording can be used; the first: {first}")
    return Recordings(tuple(usable), problems)


def _check(dataset: Dataset, sentence: Sentence) -> None:
    """Raise AudioError when the file is not the one whose hash was recorded."""
    if sentence.sha256 and weights.files_sha256(dataset.path(sentence)) != sentence.sha256:
        raise audio.AudioError(f"{sentence.file}: the file is not the one that was made.")
