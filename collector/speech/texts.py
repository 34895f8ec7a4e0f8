"""Read a user's sentences, one a line, and name them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 2_000
"""Characters of a sentence; longer ones are most likely a file without line ends."""


def read(path: Path, option: str) -> tuple[dict[str, str], str]:
    """Name -> sentence, and the name of the data set. Raises UsageError.

    The data set is called after the file, with eight hex digits over its sentences.
    """
    if not path.is_file():
        raise UsageError(
            f"{option}: there is no file {path.name}.",
            hint="Expected a text file with one sentence a line.",
        )
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{option}: {path.name} is not UTF-8.") from None
    lines = [" ".join(line.split()) for line in content.splitlines()]
    long = [number for number, line in enumerate(lines, 1) if len(line) > LONGEST]
    if long:
        raise UsageError(
            f"{option}: {path.name}:{long[0]}: expected at most {LONGEST} characters, found"
            f" {len(lines[long[0] - 1])}.",
            hint="Write one sentence a line.",
        )
    found = [line for line in lines if line]
    if not found:
        raise UsageError(
            f"{option}: {path.name} holds no sentence.", hint="Expected one sentence a line."
        )
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()[:8]
    return named(found), f"{path.stem}-{digest}"


def named(sentences: Iterable[str]) -> dict[str, str]:
    """``01``, ``02`` and so on, zero-padded to the width of the last one."""
    every = tuple(sentences)
    width = max(2, len(str(len(every))))
    return {f"{number:0{width}d}": text for number, text in enumerate(every, 1)}
