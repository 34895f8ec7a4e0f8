"""Ask git which commit this is and how commits are ordered; the only module that runs git."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from history.words.errors import UsageError
from history.words.records import Commit

if TYPE_CHECKING:
    from pathlib import Path

# Unit separator: cannot occur in a subject line that git prints.
_SEPARATOR: Final = "\x1f"
_FORMAT: Final = _SEPARATOR.join(("%H", "%ct", "%P", "%s"))
UNVERSIONED: Final = "unversioned"


class GitError(UsageError):
    """Git was asked for something this repository does not have."""


def in_repository(path: Path) -> bool:
    """Whether git is installed and the folder belongs to a working tree."""
    try:
        return _git(path, "rev-parse", "--is-inside-work-tree").strip() == "true"
    except GitError:
        return False


def current_commit(path: Path) -> Commit:
    """The commit that is checked out at this folder.

    Without git, or outside a repository, a commit is made up from the clock: its hash starts with
    ``unversioned-``, so such runs still have an order. Raises UsageError in a repository that has
    no commit yet.
    """
    if not in_repository(path):
        now = datetime.now(tz=UTC).replace(microsecond=0)
        return Commit(
            sha=f"{UNVERSIONED}-{now:%Y%m%dT%H%M%SZ}",
            time=now,
            subject="not under version control",
        )
    try:
        _git(path, "rev-parse", "--verify", "--quiet", "HEAD")
    except GitError:
        raise UsageError(
            "this repository has no commits yet, and results are kept by commit.",
            hint="Commit your work (`git commit`), then measure again.",
        ) from None
    branch = _git(path, "branch", "--show-current").strip()
    tag = _git_or_empty(path, "describe", "--tags", "--exact-match", "HEAD").strip()
    # Untracked files do not change what was measured as often as they are left lying about.
    dirty = bool(_git(path, "status", "--porcelain", "--untracked-files=no").strip())
    return _describe(path, "HEAD", branch=branch, tag=tag, dirty=dirty)


def resolve(path: Path, revision: str) -> Commit:
    """The commit a branch, tag or hash names. Raises UsageError when git does not know it."""
    try:
        sha = _git(path, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    except GitError:
        raise UsageError(
            f'git knows no commit called "{revision}" here.',
            hint="Name a branch, a tag or a hash; in a shallow clone fetch more history first.",
        ) from None
    return _describe(path, sha)


def merge_base(path: Path, one: str, other: str) -> str | None:
    """Hash of the best common ancestor, or None when there is none (or the clone is shallow)."""
    return _git_or_empty(path, "merge-base", one, other).strip() or None


def first_parents(path: Path, revision: str, limit: int = 1000) -> tuple[str, ...]:
    """Hashes from the revision backwards along first parents, newest first."""
    text = _git(path, "rev-list", "--first-parent", f"--max-count={limit}", revision, "--")
    return tuple(text.split())


def commits_in(path: Path, commit_range: str) -> tuple[Commit, ...]:
    """Commits of a range such as ``v1.0..main`` along first parents, oldest first."""
    try:
        text = _git(path, "rev-list", "--first-parent", "--reverse", commit_range, "--")
    except GitError as error:
        raise UsageError(f'git cannot read the range "{commit_range}": {error.message}') from None
    return tuple(_describe(path, sha) for sha in text.split())


def remote_url(path: Path) -> str:
    """Web address of the ``origin`` remote without credentials, or an empty text."""
    url = _git_or_empty(path, "config", "--get", "remote.origin.url").strip()
    if url.startswith("git@") and ":" in url:
        host, _, rest = url.removeprefix("git@").partition(":")
        url = f"https://{host}/{rest}"
    if not url.startswith(("https://", "http://")):
        return ""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}".removesuffix(".git").rstrip("/")


def _describe(
    path: Path, revision: str, *, branch: str = "", tag: str = "", dirty: bool = False
) -> Commit:
    text = _git(path, "log", "-1", "--no-show-signature", f"--format={_FORMAT}", revision, "--")
    sha, time, parents, subject = text.rstrip("\n").split(_SEPARATOR, 3)
    count = _git(path, "rev-list", "--count", "--first-parent", revision, "--").strip()
    return Commit(
        sha=sha,
        time=datetime.fromtimestamp(int(time), tz=UTC),
        sequence=int(count),
        parents=tuple(parents.split()),
        subject=subject,
        branch=branch,
        tag=tag,
        dirty=dirty,
    )


def _git(path: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=path,
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError:
        raise GitError("git is not installed.", hint="Install git.") from None
    except subprocess.CalledProcessError as error:
        raise GitError(error.stderr.strip() or f"git {arguments[0]} failed.") from None
    return done.stdout


def _git_or_empty(path: Path, *arguments: str) -> str:
    try:
        return _git(path, *arguments)
    except GitError:
        return ""
