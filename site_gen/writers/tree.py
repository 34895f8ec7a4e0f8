"""Write files only when they say something new, and remove what no build wrote."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Tree:
    """A folder that holds exactly the files that were put into it since it was opened."""

    def __init__(self, folder: Path) -> None:
        """The folder need not exist."""
        self.folder = folder
        self.changed: set[str] = set()
        """Files that had to be written because they were new or different."""
        self._kept: set[str] = set()
        self._folders: set[Path] = set()

    @property
    def written(self) -> int:
        """How many files had to be written."""
        return len(self.changed)

    @property
    def files(self) -> frozenset[str]:
        """Relative names of everything put so far."""
        return frozenset(self._kept)

    def put(self, name: str, content: str | bytes) -> bool:
        """One file; unchanged content leaves it and its time alone. Answers if it was written."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        path = self.folder / name
        self._kept.add(name)
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        if self.read(name) == data:
            return False
        path.write_bytes(data)
        self.changed.add(name)
        return True

    def read(self, name: str) -> bytes | None:
        """What a file says; None where it is not there."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def make(self, name: str, write: Callable[[Path], None]) -> bytes:
        """One file that something else writes to a path it is given; answers what it says."""
        fresh = self.folder / f"{name}.new"
        fresh.parent.mkdir(parents=True, exist_ok=True)
        write(fresh)
        content = fresh.read_bytes()
        self._kept.add(name)
        if self.read(name) == content:
            fresh.unlink()
        else:
            fresh.replace(self.folder / name)
            self.changed.add(name)
        return content

    def copy(self, name: str, source: Path) -> None:
        """One file from elsewhere."""
        self.put(name, source.read_bytes())

    def keep(self, name: str, *, is_new: bool = False) -> None:
        """A file that something else wrote here, now or before."""
        self._kept.add(name)
        if is_new:
            self.changed.add(name)

    def there(self) -> frozenset[str]:
        """Relative names of every file of the folder, without what is hidden at the top."""
        return frozenset(names_of(self.folder))

    def sweep(self) -> int:
        """Remove every other file and every empty folder; answers how many files went.

        What is hidden at the top stays, as ``.git`` of a branch that the site is published from.
        """
        found = [(here, names) for here, names in _walk(self.folder)]
        gone = {f"{here}{name}" for here, names in found for name in names} - self._kept
        for name in gone:
            (self.folder / name).unlink()
        needed = {name[:end] for name in self._kept for end in _slashes(name)}
        for here in sorted((here[:-1] for here, _ in found if here), reverse=True):
            if here not in needed:
                (self.folder / here).rmdir()
        return len(gone)


def names_of(folder: Path) -> Iterator[str]:
    """Relative names of every file below a folder, without what is hidden at its top."""
    for here, names in _walk(folder):
        yield from (f"{here}{name}" for name in names)


def _slashes(name: str) -> Iterator[int]:
    """Where the names of the folders end that a file lies in."""
    return (place for place, letter in enumerate(name) if letter == "/")


def _walk(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each folder, its relative name ending in a slash, and the names of its files."""
    top = str(folder)
    for found, below, names in os.walk(top):
        if found == top:
            below[:] = [one for one in below if not one.startswith(".")]
            yield "", [one for one in names if not one.startswith(".")]
        else:
            yield found[len(top) + 1 :].replace(os.sep, "/") + "/", names
