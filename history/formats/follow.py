"""Remember imported files, so that following a folder reads only new ones."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from history.formats.interface import HoldsFiles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from history.formats.interface import Importable
    from history.project.workspace import Workspace

_FILE: Final = "followed.json"


class Stamps(NamedTuple):
    """The files of one path, each with size and time."""

    files: dict[Path, list[int]]
    unread: frozenset[Path]
    """Those that were taken before, and did not change since."""

    @property
    def is_known(self) -> bool:
        """Whether nothing is left to read."""
        return bool(self.files) and len(self.unread) == len(self.files)


class Followed:
    """Files that were imported with the same options, with their state then."""

    def __init__(self, workspace: Workspace, options: str) -> None:
        """Read the memory that lies beside the history; it does not count where that is empty."""
        self._file = workspace.cache / _FILE
        self._options = sha256(options.encode()).hexdigest()[:16]
        self._known: dict[str, list[int]] = {}
        if not workspace.is_empty and self._file.is_file():
            self._known = _read(self._file)

    def look(self, format_: Importable, path: Path) -> Stamps:
        """The files of a path as they are now, and which of them are unchanged."""
        now = {file: _stamp(file) for file in _files(format_, path)}
        old = {file for file, stamp in now.items() if self._known.get(self._key(file)) == stamp}
        return Stamps(now, frozenset(old))

    def remember(self, stamps: Stamps) -> None:
        """Remember that these files were imported, in the state in which they were looked at."""
        self._known |= {self._key(file): stamp for file, stamp in stamps.files.items()}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = self._file.with_suffix(".new")
        made.write_text(json.dumps(self._known))
        made.replace(self._file)

    def _key(self, file: Path) -> str:
        return f"{self._options} {file}"


def _files(format_: Importable, path: Path) -> frozenset[Path]:
    found: Iterable[Path] = format_.files(path) if isinstance(format_, HoldsFiles) else [path]
    return frozenset(one.resolve() for one in found if one.is_file())


def _stamp(file: Path) -> list[int]:
    """Size in bytes, and when it was last written in nanoseconds."""
    about = file.stat()
    return [about.st_size, about.st_mtime_ns]


def _read(file: Path) -> dict[str, list[int]]:
    """The content of the memory; empty where it is damaged, so that everything is read again."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
