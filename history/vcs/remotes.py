"""Resolve a name to a commit in a remote repository, without fetching."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from history.vcs import git

_HASH: Final = re.compile(r"[0-9a-f]{40}")
_PATIENCE: Final = ("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=10")
"""Git options that give up on a silent server after ten seconds."""


def commit_of(url: str, name: str = "") -> str:
    """Hash of the commit of a tag or branch of that repository; empty if unknown.

    Without a name the newest commit of its default branch. A whole hash is returned unchecked.
    """
    if _HASH.fullmatch(name):
        return name
    refs = (f"refs/tags/{name}^{{}}", f"refs/tags/{name}", f"refs/heads/{name}")
    wanted = refs if name else ("HEAD",)
    try:
        listed = git.run(
            Path.cwd(),
            *_PATIENCE,
            "ls-remote",
            "--",
            url,
            *wanted,
            env={"GIT_TERMINAL_PROMPT": "0"},
        )
    except (git.GitError, git.GitMissingError):
        return ""
    found = {ref: sha for sha, _, ref in (line.partition("\t") for line in listed.splitlines())}
    return next((found[ref] for ref in wanted if ref in found), "")
