"""Store a hash of the inputs of each page, so that unchanged pages are skipped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from site_gen.writers.tree import Tree


class Kept:
    """Files by name, with hashes of inputs and of content."""

    def __init__(self, file: Path, site: Path) -> None:
        """``file`` is where this is kept from one build of ``site`` to the next."""
        self._file = file
        self._site = str(site.resolve())
        before = _read(file, self._site)
        self.is_whole = before is not None
        """Whether the last build of this site finished without a fault."""
        self._before = before or _Said({}, "", {})
        self._now: dict[str, list[str]] = {}

    def is_same(self, tree: Tree, made_of: str) -> bool:
        """Whether the whole site has these inputs and unchanged files."""
        if not self.is_whole or self._before.made_of != made_of:
            return False
        written = self._before.written
        return tree.there() == written.keys() and all(
            digest(tree.read(name) or b"") == one for name, one in written.items()
        )

    def begin(self) -> None:
        """Invalidate the stored state until ``save``, in case the build fails."""
        self._file.unlink(missing_ok=True)

    def has(self, tree: Tree, name: str, made_of: str) -> bool:
        """Whether the tree has this file, unchanged and of the same inputs; then it is kept."""
        before = self._before.files.get(name)
        if before is None or before[0] != made_of:
            return False
        there = tree.read(name)
        if there is None or digest(there) != before[1]:
            return False
        tree.keep(name)
        self._now[name] = before
        return True

    def knows(self, name: str) -> bool:
        """Whether it was written in the build before, made of what is known."""
        return name in self._before.files

    def note(self, name: str, made_of: str, content: str) -> None:
        """Store the hashes of a file's inputs and content."""
        self._now[name] = [made_of, content]

    def make(self, tree: Tree, name: str, made_of: str, write: Callable[[Path], None]) -> None:
        """Write a file unless it exists with the same inputs."""
        if not self.has(tree, name, made_of):
            self.note(name, made_of, digest(tree.make(name, write)))

    def save(self, tree: Tree, made_of: str) -> None:
        """Store the state for the next build, with all present files of the tree."""
        known = {name: content for name, (_, content) in self._now.items()}
        written = {
            name: known.get(name) or digest(tree.read(name) or b"") for name in sorted(tree.there())
        }
        said = {"site": self._site, "files": self._now, "made_of": made_of, "written": written}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(orjson.dumps(said))


class _Said(NamedTuple):
    """The stored state."""

    files: Mapping[str, list[str]]
    made_of: str
    written: Mapping[str, str]
    """Every file of the site -> hash of its content."""


def digest(*texts: bytes) -> str:
    """Hash of these bytes."""
    found = blake2b(digest_size=16)
    for text in texts:
        found.update(len(text).to_bytes(8, "little"))
        found.update(text)
    return found.hexdigest()


@cache
def of_program() -> str:
    """Hash of the program's version and packages, which may change a page."""
    parts = []
    for package in ("history", "site_gen"):
        folder = Path(str(files(package)))
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                parts += [path.relative_to(folder).as_posix().encode(), path.read_bytes()]
    return digest(*parts)


def _read(file: Path, site: str) -> _Said | None:
    try:
        found = orjson.loads(file.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    if not isinstance(found, dict) or found.get("site") != site or "written" not in found:
        return None
    return _Said(found["files"], found["made_of"], found["written"])
