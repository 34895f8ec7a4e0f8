"""The texts and recordings: ten sentences of ours with their audio, or the user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from collector.speech import audio_folder, corpus, texts

if TYPE_CHECKING:
    from collector.suites.pipeline.options import PipelineOptions

TEXTS: Final = (
    "She left her blue umbrella on the bus.",
    "The chef whisked egg yolks with saffron.",
    "The last train leaves at a quarter past eleven.",
    "Two divers photographed an octopus in a jar.",
    "Most of the shops in this street are closed on Sunday afternoon.",
    "Volcanic ash grounded flights for nearly a week.",
    "We will paint the garden fence next weekend.",
    "The committee postponed the vote until Friday.",
    "The bakery on the corner sells warm pretzels every morning.",
    "Please call me back before lunch on Thursday.",
)
"""Everyday sentences and harder ones, 85 words; the recogniser's usual search gets one in twelve
wrong. Their audio lies in ``data``; ``speak`` made it, once."""
SHIPPED: Final = Path(__file__).with_name("data")
DATASET: Final = "ten-sentences"
MANIFEST: Final = "manifest.json"
FEW: Final = 3
"""Number of sentences that are streamed as one text, and that run through all stages."""


class Word(msgspec.Struct, frozen=True, array_like=True):
    """One word with the time the synthesiser gave it."""

    word: str
    start_s: float
    end_s: float


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One utterance."""

    id: str
    text: str = ""
    """The transcript; may be empty."""
    file: str = ""
    """Audio inside the folder of the manifest; empty when the text could not be spoken."""
    sha256: str = ""
    """Of the file."""
    words: tuple[Word, ...] = ()
    """Empty where the times are not known."""
    problem: str = ""
    """Why there is no audio."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of a folder of synthesised sentences, and its maker."""

    made_with: dict[str, str]
    sentences: tuple[Sentence, ...]


def shipped() -> Manifest:
    """The ten sentences as they lie in the package."""
    return msgspec.json.decode((SHIPPED / MANIFEST).read_bytes(), type=Manifest)


def spoken(options: PipelineOptions) -> tuple[tuple[Sentence, ...], str]:
    """The texts to synthesise, and the name of the data set; empty when own audio has no texts."""
    if options.texts:
        return lines(Path(options.texts))
    if options.audio_dir:
        found, dataset = own_audio(options)
        return tuple(one for one in found if one.text), dataset
    return tuple(Sentence(id=name, text=text) for name, text in texts.named(TEXTS).items()), DATASET


def listened(options: PipelineOptions) -> tuple[tuple[Sentence, ...], str]:
    """The recordings to recognise, by name and text, and the name of the data set."""
    return own_audio(options) if options.audio_dir else spoken(options)


def lines(path: Path) -> tuple[tuple[Sentence, ...], str]:
    """The sentences of a file, one a line, and the name of the data set. Raises UsageError."""
    found, dataset = texts.read(path, "suite pipeline: texts")
    return tuple(Sentence(id=name, text=text) for name, text in found.items()), dataset


def own_audio(options: PipelineOptions) -> tuple[tuple[Sentence, ...], str]:
    """Files of the folder with their texts, and the name of the data set. Raises UsageError."""
    folder = Path(options.audio_dir)
    found = audio_folder.find(folder)
    return (
        tuple(Sentence(id=one.id, text=one.text, file=one.id) for one in found),
        corpus.name(folder.name, len(found)),
    )
