"""Find utterances and their texts in a folder laid out as LibriSpeech is.

``<root>/<subset>/<speaker>/<chapter>/<speaker>-<chapter>-<utterance>.flac`` beside
``<speaker>-<chapter>.trans.txt`` with one ``ID TEXT IN CAPITALS`` a line. Subset folders may be
flat, and files may be ``.wav``. Reading the list touches no audio.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from history.words.errors import UsageError

SUFFIXES: Final = (".flac", ".wav")


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a transcript file, with the path of its audio."""

    id: str
    text: str
    path: Path
    """May not exist: a missing file is that utterance's own failure."""


def find(root: Path, *, subsets: tuple[str, ...] = (), limit: int = 0) -> tuple[Utterance, ...]:
    """Utterances below ``root`` in order of id; ``limit`` 0 takes all.

    ``subsets`` keeps only these folders (``test-clean``), directly below ``root`` or below a
    ``LibriSpeech`` folder in it. Raises UsageError when a folder is missing or holds none.
    """
    if not root.is_dir():
        raise UsageError(
            f"dataset_root: expected a folder, found nothing at {root.name}/.",
            hint="Unpack LibriSpeech there, or leave the option out for generated speech.",
        )
    folders = [_subset(root, name) for name in subsets] or [root]
    found = {
        utterance.id: utterance
        for folder in folders
        for listing in sorted(folder.rglob("*.trans.txt"))
        for utterance in _read(listing)
    }
    if not found:
        raise UsageError(
            f"dataset_root: expected transcripts (*.trans.txt) below {root.name}/, found none.",
            hint="The layout is <subset>/<speaker>/<chapter>/<speaker>-<chapter>.trans.txt.",
        )
    ordered = [found[key] for key in sorted(found)]
    return tuple(ordered[:limit] if limit else ordered)


def write(folder: Path, chapter: str, texts: dict[str, str]) -> None:
    """Write the transcript file of a chapter such as ``1000-1``; ids stay in the given order."""
    speaker, number = chapter.split("-")
    target = folder / speaker / number / f"{chapter}.trans.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{key} {text}\n" for key, text in texts.items())
    target.write_text("".join(lines), encoding="utf-8")


def _subset(root: Path, name: str) -> Path:
    for folder in (root / name, root / "LibriSpeech" / name):
        if folder.is_dir():
            return folder
    there = sorted(path.name for path in root.iterdir() if path.is_dir())
    raise UsageError(
        f'subset "{name}" is not in {root.name}/.', hint=f"Found: {', '.join(there) or 'nothing'}."
    )


def _read(listing: Path) -> list[Utterance]:
    found = []
    for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, text = line.strip().partition(" ")
        if key:
            audio = next(
                (path for suffix in SUFFIXES if (path := listing.parent / (key + suffix)).exists()),
                listing.parent / (key + SUFFIXES[0]),
            )
            found.append(Utterance(id=key, text=text.strip(), path=audio))
    return found
