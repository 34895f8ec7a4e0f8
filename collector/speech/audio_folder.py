"""Find audio files below a folder, with the texts beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from collector.speech import librispeech
from collector.speech.librispeech import Utterance
from history.words.errors import UsageError

SUFFIXES: Final = (".flac", ".mp3", ".ogg", ".wav")


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
