"""Run git, and distinguish a broken or refused repository from a folder without one."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Git's message when it found no repository; it also passes over a broken one with these words.
_NOWHERE: Final = "not a git repository (or any"


class GitError(UsageError):
    """A git command failed."""


class RepositoryError(BrokenEnvironmentError):
    """Git cannot, or refuses to, read the repository."""


class GitMissingError(BrokenEnvironmentError):
    """The program git is not installed."""


def has_repository(path: Path) -> bool:
    """Whether the folder belongs to the working tree of a repository.

    False only without any repository. Raises GitMissingError where git is missing
    beside a repository, and RepositoryError where git refuses to read the one that is there.
    """
    place = _marked(path)
    try:
        inside = run(path, "rev-parse", "--is-inside-work-tree").strip() == "true"
    except GitMissingError:
        if place is None:
            return False
        raise GitMissingError(
            f"git is not installed, and {place} belongs to a repository: the commit that is "
            "measured here cannot be told.",
            hint="Install git (`sudo apt-get install git`).",
        ) from None
    except GitError as error:
        if place is None and _NOWHERE in error.message and "GIT_DIR" not in os.environ:
            return False
        raise refusal(error, place) from None
    if not inside:
        raise RepositoryError(
            f"{path} lies in a repository, but outside of its working tree.",
            hint="Work in a checkout of it (`git worktree add FOLDER`).",
        )
    return True


def knowledge(path: Path) -> str:
    """A text that identifies the state of a folder's repository; empty without one.

    It has branches and tags, the checked-out commit, the number of objects, and the ends of a
    shallow clone.
    """
    asked = (
        ("rev-parse", "--verify", "--quiet", "HEAD"),
        ("for-each-ref", "--format=%(objectname) %(refname)"),
        ("count-objects", "--verbose"),
    )
    said = [run_or_empty(path, *words) for words in asked]
    ends = run_or_empty(path, "rev-parse", "--git-path", "shallow").strip()
    with suppress(OSError):
        said.append((path / ends).read_text("utf-8") if ends else "")
    return "\n".join(said) if any(said) else ""


def refusal(error: GitError, place: Path | None = None) -> RepositoryError:
    """Git's own sentence as an error of the environment, with git's remedy if it names one.

    ``place`` is the ``.git`` beside which git found no repository.
    """
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    sentence = lines[0].removeprefix("fatal: ") if lines else "git failed"
    where = f" {place} is there, but" if place and _NOWHERE in sentence else ""
    remedy = " ".join(lines[1:]) or (
        "Mend the repository (`git fsck` says what is damaged) or clone it again; only a folder "
        "without any .git is measured without version control."
    )
    return RepositoryError(f"git cannot read this repository:{where} {sentence}.", hint=remedy)


def run(
    path: Path,
    *arguments: str,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """The output of git in a folder; ``env`` is added to the environment.

    Raises GitError with git's output when it fails, and GitMissingError without git.
    """
    given = None if stdin is None else stdin.encode("utf-8", errors="surrogateescape")
    return run_bytes(path, *arguments, stdin=given, env=env).decode("utf-8", errors="replace")


def run_bytes(
    path: Path,
    *arguments: str,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """As ``run``, for binary output."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=path,
            check=True,
            capture_output=True,
            input=stdin,
            env=os.environ | {"LC_ALL": "C"} | dict(env or {}),  # its messages are parsed
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", errors="replace").strip()
        raise GitError(said or f"git {arguments[0]} failed.") from None
    except OSError as error:
        if not path.is_dir():
            raise UsageError(f"there is no folder {path}.") from None
        raise GitMissingError(
            f"git cannot be started: {error.strerror}.", hint="Install git."
        ) from None
    return done.stdout


def run_or_empty(path: Path, *arguments: str) -> str:
    """As ``run``, but an empty text when git fails or is missing."""
    try:
        return run(path, *arguments)
    except (GitError, GitMissingError):
        return ""


def _marked(path: Path) -> Path | None:
    """The nearest ``.git`` at or above the folder, as far up as git itself would look."""
    folder = path.resolve()
    ceilings = {
        Path(text).resolve()
        for text in os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep)
        if text
    }
    try:
        device = folder.stat().st_dev
        for place in (folder, *folder.parents):
            if (place in ceilings and place != folder) or place.stat().st_dev != device:
                return None
            if (place / ".git").exists() or (place / ".git").is_symlink():
                return place / ".git"
    except OSError:
        return None
    return None
