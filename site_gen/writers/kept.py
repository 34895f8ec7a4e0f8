"""Remember what each page was made of, so that one made of the same is left alone."""

from __future__ import annotations

from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from site_gen.writers.tree import Tree


class Kept:
    """Files by name: what they were made of, and what was written then."""

    def __init__(self, file: Path, site: Path) -> None:
        """``file`` is where this is kept from one build of ``site`` to the next.

        It is gone until ``save``: after a build that failed nothing is known.
        """
        self._file = file
        self._site = str(site.resolve())
        before = _read(file, self._site)
        self.is_whole = before is not None
        """Whether the last build of this site came to its end and found no fault in it."""
        self._before: Mapping[str, list[str]] = before or {}
        self._now: dict[str, list[str]] = {}
        file.unlink(missing_ok=True)

    def has(self, tree: Tree, name: str, made_of: str) -> bool:
        """Whether the tree has this file as it was written, made of the same; then it is kept."""
        before = self._before.get(name)
        if before is None or before[0] != made_of:
            return False
        there = tree.read(name)
        if there is None or digest(there) != before[1]:
            return False
        tree.keep(name)
        self._now[name] = before
        return True

    def note(self, name: str, made_of: str, content: str) -> None:
        """What a file that is written now is made of, and the digest of what it says."""
        self._now[name] = [made_of, content]

    def make(self, tree: Tree, name: str, made_of: str, write: Callable[[Path], None]) -> None:
        """Have a file written to a path, unless it is there and made of the same."""
        if not self.has(tree, name, made_of):
            self.note(name, made_of, digest(tree.make(name, write)))

    def save(self) -> None:
        """Keep it for the next build."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(orjson.dumps({"site": self._site, "files": self._now}))


def digest(*texts: bytes) -> str:
    """One name for these bytes."""
    found = blake2b(digest_size=16)
    for text in texts:
        found.update(len(text).to_bytes(8, "little"))
        found.update(text)
    return found.hexdigest()


def of_program() -> str:
    """One name for everything that makes words: another version may word the same otherwise."""
    parts = []
    for package in ("history", "site_gen"):
        folder = Path(str(files(package)))
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".html"}:
                parts += [path.relative_to(folder).as_posix().encode(), path.read_bytes()]
    return digest(*parts)


def _read(file: Path, site: str) -> Mapping[str, list[str]] | None:
    try:
        found = orjson.loads(file.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    if not isinstance(found, dict) or found.get("site") != site:
        return None
    files: Mapping[str, list[str]] = found["files"]
    return files
