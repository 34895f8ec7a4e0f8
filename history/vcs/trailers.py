"""Read what commits say in trailers: lines `Key: value` at the end of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.vcs import git

if TYPE_CHECKING:
    from pathlib import Path

ACCEPT: Final = "Soundmark-Accept"
"""Accepts regressions: ``Soundmark-Accept: GLOB: reason``."""


class Trailer(NamedTuple):
    """One of them, and the commit it stands in."""

    sha: str
    value: str


def between(path: Path, base: str, head: str, key: str) -> tuple[Trailer, ...]:
    """Trailers of the commits that ``head`` has and ``base`` has not, newest first.

    Empty where git does not know both.
    """
    text = git.run_or_empty(
        path, "log", "--no-show-signature",
        f"--format=%H%x1f%(trailers:key={key},valueonly,unfold,separator=%x1f)%x1e",
        f"{base}..{head}", "--",
    )  # fmt: skip
    found = []
    for entry in text.split("\x1e"):
        sha, *values = entry.strip("\n").split("\x1f")
        found += [Trailer(sha, value.strip()) for value in values if value.strip()]
    return tuple(found)
