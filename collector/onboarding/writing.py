"""Write files into a project.

A file that differs is shown, and kept unless overwriting was asked for.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from history.words.errors import UsageError


class Wanted(NamedTuple):
    """A file that the project should have."""

    name: str
    """Relative to the folder."""
    text: str
    adds: bool = False
    """Whether the content is appended to an existing file instead of replacing it."""


class Settled(NamedTuple):
    """What was done with one file."""

    name: str
    done: str
    """``wrote``, ``same``, ``kept``, ``replaced`` or ``extended``."""
    diff: str = ""
    """Unified diff from the existing to the wanted content; may be empty."""


def settle(folder: Path, wanted: Sequence[Wanted], *, overwrite: bool) -> tuple[Settled, ...]:
    """Write missing files, append what is to be added, replace others only if ``overwrite``.

    Raises UsageError, before anything is written, when a file cannot be read as text.
    """
    there = [_read(folder, want.name) for want in wanted]
    return tuple(
        _settle(folder, want, have, overwrite=overwrite)
        for want, have in zip(wanted, there, strict=True)
    )


def _settle(folder: Path, want: Wanted, have: str | None, *, overwrite: bool) -> Settled:
    if have == want.text:
        return Settled(want.name, "same")
    diff = _difference(want.name, have, want.text) if have is not None else ""
    if have is not None and not (want.adds or overwrite):
        return Settled(want.name, "kept", diff)
    path = folder / want.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(want.text, encoding="utf-8")
    if have is None:
        return Settled(want.name, "wrote")
    return Settled(want.name, "extended" if want.adds else "replaced", diff)


def _read(folder: Path, name: str) -> str | None:
    path = folder / name
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except (UnicodeDecodeError, OSError):
        raise UsageError(
            f"{name}: expected a text file in UTF-8, found something else there.",
            hint="Move it away first; nothing was written.",
        ) from None


def _difference(name: str, have: str, want: str) -> str:
    lines = difflib.unified_diff(
        have.splitlines(), want.splitlines(), f"{name} (there)", f"{name} (wanted)", lineterm=""
    )
    return "\n".join(lines)
