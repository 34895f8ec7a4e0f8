"""Find the commits of names that other tools record, in a repository."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from history.vcs import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_HASH: Final = re.compile(r"[0-9a-fA-F]{7,64}")
_DIGITS: Final = re.compile(r"\d{1,39}")
"""A revision number, not the beginning of a hash."""
_SEPARATOR: Final = "\x1f"
_FORMAT: Final = _SEPARATOR.join(("%H", "%ct", "%s"))


class Known(NamedTuple):
    """A commit of the repository."""

    sha: str
    """Full hash."""
    time: datetime
    """UTC."""
    subject: str


def may_be_hash(name: str) -> bool:
    """Whether this may be a hash or the start of one; a number alone is taken for a revision."""
    return _HASH.fullmatch(name) is not None and _DIGITS.fullmatch(name) is None


def known(path: Path, names: Iterable[str]) -> dict[str, Known]:
    """Name -> commit, for the names that the repository has.

    A name is a hash or its beginning; an ambiguous beginning is left out. Git is started twice,
    whatever the number of names. Raises GitError and GitMissingError.
    """
    asked = sorted({name for name in names if may_be_hash(name)})
    if not asked:
        return {}
    full = full_hashes(path, asked)
    about = _described(path, set(full.values()))
    return {name: about[sha] for name, sha in full.items() if sha in about}


def full_hashes(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Name -> full hash, for the hashes and beginnings of hashes that are commits here.

    Raises GitError and GitMissingError.
    """
    if not names:
        return {}
    asked = "".join(f"{name}^{{commit}}\n" for name in names)
    answers = git.run(path, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked)
    return {
        name: answer.removesuffix(" commit")
        for name, answer in zip(names, answers.splitlines(), strict=True)
        if answer.endswith(" commit")
    }


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
