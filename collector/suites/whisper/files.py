"""Find the audio files to transcribe, and their reference texts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from collector.speech import corpus, librispeech
from collector.speech.librispeech import Utterance
from history.words.errors import UsageError

SUFFIXES: Final = (".flac", ".mp3", ".ogg", ".wav")
DEFAULT_COUNT: Final = 3
"""Generated files: short enough for a nightly run, and more than one length of speech."""


def names(audio_dir: str, kind: str, count: int | None) -> tuple[tuple[str, ...], str]:
    """Names of the files and of the data set, without generating or reading audio."""
    if audio_dir:
        found = find(Path(audio_dir), count or 0)
        return tuple(one.id for one in found), corpus.name(Path(audio_dir).name, len(found))
    ids = corpus.ids(DEFAULT_COUNT if count is None else count)
    return tuple(f"{key}.flac" for key in ids), corpus.name(kind or corpus.kind_here(), len(ids))


def load(
    workspace: Path, audio_dir: str, kind: str, count: int | None, *, convert: bool = False
) -> corpus.Corpus:
    """The files with the hash of their samples; generated ones are made when they are missing."""
    if audio_dir:
        found = find(Path(audio_dir), count or 0)
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


def find(folder: Path, limit: int = 0) -> tuple[Utterance, ...]:
    """Audio files below a folder in order of name; 0 takes all. Raises UsageError without any.

    The id is the path inside the folder. The text is that of ``<name>.txt`` beside the file, else
    that of a LibriSpeech transcript, else empty.
    """
    if not folder.is_dir():
        raise UsageError(
            f'audio_dir: expected a folder, found nothing called "{folder.name}".',
            hint="Leave it out for generated speech.",
        )
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise UsageError(
            f"audio_dir: {folder.name}/ holds no audio.",
            hint=f"Expected files ending in {', '.join(SUFFIXES)}.",
        )
    spoken = _listed(folder)
    return tuple(
        Utterance(
            id=path.relative_to(folder).as_posix(),
            text=_beside(path) or spoken.get(path, ""),
            path=path,
        )
        for path in (paths[:limit] if limit else paths)
    )


def _beside(path: Path) -> str:
    text = path.with_suffix(".txt")
    return text.read_text(encoding="utf-8", errors="replace").strip() if text.is_file() else ""


def _listed(folder: Path) -> dict[Path, str]:
    if next(folder.rglob("*.trans.txt"), None) is None:
        return {}
    return {one.path: one.text for one in librispeech.find(folder)}
