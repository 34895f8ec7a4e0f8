"""Find the files that are transcribed: generated ones, or those of the user's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from collector.speech import audio_folder, corpus
from collector.speech.librispeech import Utterance

DEFAULT_COUNT: Final = 3
"""Generated files: short enough for a nightly run, and more than one length of speech."""


def names(audio_dir: str, kind: str, count: int | None) -> tuple[tuple[str, ...], str]:
    """Names of the files and of the data set, without generating or reading audio."""
    if audio_dir:
        found = audio_folder.find(Path(audio_dir), count or 0)
        return tuple(one.id for one in found), corpus.name(Path(audio_dir).name, len(found))
    ids = corpus.ids(DEFAULT_COUNT if count is None else count)
    return tuple(f"{key}.flac" for key in ids), corpus.name(kind or corpus.kind_here(), len(ids))


def load(
    workspace: Path, audio_dir: str, kind: str, count: int | None, *, convert: bool = False
) -> corpus.Corpus:
    """The files with the hash of their samples; generated ones are made when they are missing."""
    if audio_dir:
        found = audio_folder.find(Path(audio_dir), count or 0)
        return corpus.Corpus(
            kind=Path(audio_dir).name,
            digest=corpus.digest(found, convert=convert),
            utterances=found,
        )
    made = corpus.synthetic(workspace, DEFAULT_COUNT if count is None else count, kind)
    named = tuple(
        Utterance(id=f"{one.id}.flac", text=one.text, path=one.path) for one in made.utterances
    )
    return corpus.Corpus(kind=made.kind, digest=made.digest, utterances=named)
