"""Read the trailers of commits: lines `Key: value` at the end of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.vcs import git
from history.vcs.graph import is_hash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ACCEPT: Final = "Soundmark-Accept"
"""Accepts regressions: ``Soundmark-Accept: GLOB: reason``."""


class Trailer(NamedTuple):
    """One trailer and its commit."""

    sha: str
    value: str

    @property
    def glob(self) -> str:
        """The glob: everything before the first colon that a space follows."""
        return self.value.partition(": ")[0].strip()

    @property
    def reason(self) -> str:
        """The reason: everything after it; without a reason the trailer has no effect."""
        return self.value.partition(": ")[2].strip()


def between(path: Path, base: str, head: str, key: str) -> tuple[Trailer, ...]:
    """Trailers of the commits of ``head`` that ``base`` lacks, newest first.

    Empty when git does not know both.
    """
    return _read(git.run_or_empty(path, *_log(key), f"{base}..{head}", "--"))


def behind(path: Path, heads: Iterable[str], key: str) -> tuple[Trailer, ...]:
    """Trailers of these commits and of their ancestors, newest first.

    Commits that git does not know are skipped.
    """
    known = sorted(filter(is_hash, set(heads)))
    if not known:
        return ()
    words = (*_log(key), f"--grep=^{key}:", "--regexp-ignore-case", "--ignore-missing", "--stdin")
    try:
        return _read(git.run(path, *words, stdin="\n".join(known) + "\n"))
    except (git.GitError, git.GitMissingError):
        return ()


def within(path: Path, base: str, head: str) -> frozenset[str]:
    """Hashes of the commits of ``head`` that ``base`` lacks, including side branches.

    Empty when git does not know both.
    """
    if not (is_hash(base) and is_hash(head)):
        return frozenset()
    return frozenset(git.run_or_empty(path, "rev-list", f"{base}..{head}", "--").split())


def _log(key: str) -> tuple[str, ...]:
    form = f"--format=%H%x1f%(trailers:key={key},valueonly,unfold,separator=%x1f)%x1e"
    return ("log", "--no-show-signature", form)


def _read(text: str) -> tuple[Trailer, ...]:
    found = []
    for entry in text.split("\x1e"):
        sha, *values = entry.strip("\n").split("\x1f")
        found += [Trailer(sha, value.strip()) for value in values if value.strip()]
    return tuple(found)
