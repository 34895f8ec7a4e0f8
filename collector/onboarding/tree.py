"""The files of a repository, as far as they describe its build and benchmarks."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

_NOT_OURS: Final = frozenset(
    {"node_modules", "target", "build", "dist", "site", "vendor", "third_party", "external",
     "venv", "env", "site-packages", "__pycache__"}
)  # fmt: skip
_LARGEST_BYTES: Final = 1_000_000


class Tree:
    """A folder without the files of git, builds and packages; texts are read on demand."""

    def __init__(self, root: Path) -> None:
        """List the files; nothing is read yet."""
        self._root = root
        self.files = tuple(sorted(_walk(root), key=lambda file: (file.count("/"), file)))
        self.unread: list[str] = []

    def named(self, pattern: str) -> tuple[str, ...]:
        """Files whose name matches the regular expression as a whole, those at the top first."""
        name = re.compile(pattern)
        return tuple(file for file in self.files if name.fullmatch(PurePosixPath(file).name))

    def topmost(self, name: str) -> tuple[str, ...]:
        """Files of that name without one of the same name in a folder above."""
        kept: list[str] = []
        for file in self.named(re.escape(name)):
            if not any(is_below(file, folder_of(other)) for other in kept):
                kept.append(file)
        return tuple(kept)

    def text(self, file: str) -> str:
        """The text of a file; empty, and noted in ``unread``, when it cannot be read."""
        path = self._root / file
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                self._note(file, f"larger than {_LARGEST_BYTES // 1_000_000} MB")
                return ""
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self._note(file, "not UTF-8")
        except OSError as error:
            self._note(file, error.strerror or "cannot be read")
        return ""

    def toml(self, file: str) -> dict[str, Any]:
        """The tables of a TOML file; empty, and noted, when it is none."""
        try:
            return tomllib.loads(self.text(file))
        except tomllib.TOMLDecodeError as error:
            self._note(file, f"not valid TOML: {error}")
        return {}

    def json(self, file: str) -> dict[str, Any]:
        """The object of a JSON file; empty, and noted, when it is none."""
        text = self.text(file)
        try:
            found = json.loads(text) if text else {}
        except json.JSONDecodeError as error:
            self._note(file, f"not valid JSON: {error}")
            return {}
        return found if isinstance(found, dict) else {}

    def has(self, file: str) -> bool:
        """Whether that file or folder exists, ignored or not."""
        return (self._root / file).exists()

    def _note(self, file: str, why: str) -> None:
        line = f"{file}: {why}"
        if line not in self.unread:
            self.unread.append(line)


def folder_of(file: str) -> str:
    """The folder of a file as it is written in a configuration; ``.`` is the top."""
    return PurePosixPath(file).parent.as_posix()


def is_below(file: str, folder: str) -> bool:
    """Whether a file lies in that folder or below it."""
    return folder == "." or PurePosixPath(file).is_relative_to(folder)


def within(folder: str, file: str) -> str:
    """``file`` as seen from ``folder``, which holds it."""
    return PurePosixPath(file).relative_to(folder).as_posix()


def inside(folder: str, command: str) -> str:
    """The command for a shell that stands at the top, to be run in that folder."""
    return command if folder == "." else f"cd {shlex.quote(folder)} && {command}"


def table(value: object) -> dict[str, Any]:
    """The value where it is a table; else an empty one, as for a key that is not there."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """The value where it is a list; else an empty one."""
    return value if isinstance(value, list) else []


def _walk(root: Path) -> Iterator[str]:
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in _NOT_OURS and not name.startswith(".")]
        here = Path(folder).relative_to(root)
        yield from ((here / name).as_posix() for name in names)
