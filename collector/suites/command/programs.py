"""Detect when a variant's program is replaced by a later build.

All variants are built before any is measured. If two builds write the same file, both variants
would be measured with the program of the second.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from history.words.errors import SoundmarkError


class ReplacedProgramError(SoundmarkError):
    """The program is not the one that this variant built."""


class Seen(NamedTuple):
    """Facts that show cheaply whether a file has been written since."""

    inode: int
    size: int
    changed_ns: int


def program_of(argv: tuple[str, ...], folder: Path, env: Mapping[str, str]) -> Path | None:
    """The file that a build may have made: the program, or the script given to an interpreter.

    A program outside of the working folder is an interpreter or a launcher, so the first argument
    that names a file in the folder counts instead; None when there is none.
    """
    named = shutil.which(
        folder / argv[0] if os.sep in argv[0] else argv[0], path=env.get("PATH", os.defpath)
    )
    if named is not None and Path(named).resolve().is_relative_to(folder):
        return Path(named).resolve()
    inside = ((folder / word).resolve() for word in argv[1:] if word)
    return next((path for path in inside if path.is_relative_to(folder) and is_file(path)), None)


def is_file(path: Path) -> bool:
    """Whether there is such a file; False too for a text that is too long for a name."""
    try:
        return path.is_file()
    except OSError:
        return False


class OwnProgram:
    """The program of one build; its hash is kept in the file that marks the build as done."""

    def __init__(self, path: Path, mark: Path) -> None:
        """Hash the program after its build, unless a child of this collection has done so before.

        Raises ReplacedProgramError when it has been replaced since.
        """
        self._path, self._mark = path, mark
        self._seen: Seen | None = None
        known = self._known()
        if str(path) not in known:
            known[str(path)] = _digest(path)
            mark.write_text(json.dumps(known), encoding="utf-8")
        self.check()

    def check(self) -> None:
        """Raise ReplacedProgramError when the file differs from the one that the build wrote."""
        seen = _look(self._path)
        if seen is not None and self._seen == seen:
            return
        if seen is None or _digest(self._path) != self._known().get(str(self._path)):
            raise ReplacedProgramError(
                f"{self._path.name} is not the program that this variant built: a later build"
                " replaced it.",
                hint="Let every variant build into a place of its own, such as cargo's"
                " --target-dir target/NAME, and run it from there.",
            )
        self._seen = seen

    def _known(self) -> dict[str, str]:
        text = self._mark.read_text(encoding="utf-8") if self._mark.is_file() else ""
        return {str(name): str(value) for name, value in json.loads(text or "{}").items()}


def _look(program: Path) -> Seen | None:
    try:
        facts = program.stat()
    except OSError:
        return None
    return Seen(facts.st_ino, facts.st_size, facts.st_mtime_ns)


def _digest(program: Path) -> str:
    with program.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
