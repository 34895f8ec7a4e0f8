"""Remember what each page was made of, so that one made of the same is left alone."""

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
    """Files by name: what they were made of, and what was written then."""

    def __init__(self, file: Path, site: Path) -> None:
        """``file`` is where this is kept from one build of ``site`` to the next."""
        self._file = file
        self._site = str(site.resolve())
        before = _read(file, self._site)
        self.is_whole = before is not None
        """Whether the last build of this site came to its end and found no fault in it."""
        self._before = before or _Said({}, "", {})
        self._now: dict[str, list[str]] = {}

    def is_same(self, tree: Tree, made_of: str) -> bool:
        """Whether the whole site was made of this, and every file says what was written then."""
        if not self.is_whole or self._before.made_of != made_of:
            return False
        written = self._before.written
        return tree.there() == written.keys() and all(
            digest(tree.read(name) or b"") == one for name, one in written.items()
        )

    def begin(self) -> None:
        """Forget it until ``save``: after a build that failed nothing is known."""
        self._file.unlink(missing_ok=True)

    def has(self, tree: Tree, name: str, made_of: str) -> bool:
        """Whether the tree has this file as it was written, made of the same; then it is kept."""
        before = self._before.files.get(name)
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

    def save(self, tree: Tree, made_of: str) -> None:
        """Keep it for the next build, with all files of the tree as they are now."""
        known = {name: content for name, (_, content) in self._now.items()}
        written = {
            name: known.get(name) or digest(tree.read(name) or b"") for name in sorted(tree.there())
        }
        said = {"site": self._site, "files": self._now, "made_of": made_of, "written": written}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(orjson.dumps(said))


class _Said(NamedTuple):
    """What was kept."""

    files: Mapping[str, list[str]]
    made_of: str
    written: Mapping[str, str]
    """Every file of the site to the digest of what it said."""


def digest(*texts: bytes) -> str:
    """One name for these bytes."""
    found = blake2b(digest_size=16)
    for text in texts:
        found.update(len(text).to_bytes(8, "little"))
        found.update(text)
    return found.hexdigest()


@cache
def of_program() -> str:
    """One name for all that words and draws: another version may do the same otherwise."""
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
