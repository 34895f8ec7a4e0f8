"""Find the commits of names that other tools record, in a repository."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from history.vcs import git

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HASH: Final = re.compile(r"[0-9a-fA-F]{7,64}")
_DIGITS: Final = re.compile(r"\d{1,39}")
"""A revision number, not the beginning of a hash."""
_SEPARATOR: Final = "\x1f"
_FORMAT: Final = _SEPARATOR.join(("%H", "%ct", "%s"))
_COMMIT: Final = "commit"


class Known(NamedTuple):
    """A commit of the repository."""

    sha: str
    """Full hash."""
    time: datetime
    """UTC."""
    subject: str


def is_hash(name: str) -> bool:
    """Whether the name may be a hash or the start of one, of at least seven digits."""
    return _HASH.fullmatch(name) is not None and _DIGITS.fullmatch(name) is None


def known(path: Path, names: Iterable[str]) -> dict[str, Known]:
    """Name -> commit, for the names that the repository has.

    A name is a hash or its beginning; an ambiguous beginning is left out. Git is started twice,
    whatever the number of names. Raises GitError and GitMissingError.
    """
    asked = sorted({name for name in names if is_hash(name)})
    if not asked:
        return {}
    text = git.run(
        path,
        "cat-file",
        "--batch-check=%(objectname) %(objecttype)",
        stdin="".join(f"{name}^{{commit}}\n" for name in asked),
    )
    answers = zip(asked, text.splitlines(), strict=True)
    full = {
        name: answer.removesuffix(f" {_COMMIT}")
        for name, answer in answers
        if answer.endswith(f" {_COMMIT}")
    }
    about = _described(path, set(full.values()))
    return {name: about[sha] for name, sha in full.items() if sha in about}


def _described(path: Path, shas: set[str]) -> dict[str, Known]:
    if not shas:
        return {}
    text = git.run(
        path,
        "log",
        "--no-walk=unsorted",
        "--no-show-signature",
        f"--format={_FORMAT}",
        "--stdin",
        stdin="".join(f"{sha}\n" for sha in sorted(shas)),
    )
    found = {}
    for line in text.split("\n"):
        if line:
            sha, seconds, subject = line.split(_SEPARATOR, 2)
            found[sha] = Known(sha, datetime.fromtimestamp(int(seconds), tz=UTC), subject)
    return found
