"""Classify the address of a remote, and print it without secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from history.store.transport.objects import place
from history.vcs import git
from history.words.errors import UsageError

_OF_GIT: Final = re.compile(r"https?|ftps?|git|ssh|git\+ssh|ssh\+git")
"""Schemes that fsspec may know too, and that mean a repository here."""


def address(remote: str, project: Path) -> str:
    """Where a remote is: the address of one that the project names, a folder from its root.

    Raises UsageError when it is empty, which git would take for the project itself.
    """
    if not remote.strip():
        raise UsageError(
            "expected a remote, found an empty name.",
            hint="Name an address, a folder or a remote; a variable that holds it may be unset.",
        )
    named = git.run_or_empty(project, "remote", "get-url", remote).strip()
    if named:
        remote = named
    folder = project / remote
    return str(folder.resolve()) if "://" not in remote and folder.is_dir() else remote


def is_place(remote: str) -> bool:
    """Whether fsspec reaches it and git does not; a folder is git's where it is a repository.

    Raises BrokenEnvironmentError when only fsspec may know, and is not installed.
    """
    scheme, mark, _ = remote.partition("://")
    if not mark or _OF_GIT.fullmatch(scheme):
        return False
    if scheme == "file" and _is_repository(Path(unquote(urlsplit(remote).path))):
        return False
    return place.knows(remote)


def _is_repository(folder: Path) -> bool:
    return folder.suffix == ".git" or any(
        (inner / "HEAD").is_file() and (inner / "objects").is_dir()
        for inner in (folder, folder / ".git")
    )
