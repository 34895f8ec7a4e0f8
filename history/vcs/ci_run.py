"""Find the page of the current CI run from the service's variables."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final = (
    "CI_JOB_URL",  # GitLab
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "BUILD_URL",  # Jenkins
)
_GITHUB: Final = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
VARIABLES: Final = (*_NAMES, *_GITHUB)
"""All variables that are read."""
_MOST_LETTERS: Final = 500
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[!#-;=?-~]*)?")
"""Host, and printable letters without quotes or angles; no user and no password in front."""


def is_address(text: str) -> bool:
    """Whether it is an address of the web that may be stored and linked."""
    return len(text) <= _MOST_LETTERS and _ADDRESS.fullmatch(text) is not None


def checked(text: str) -> str:
    """A given address. Raises UsageError for an invalid one."""
    if not is_address(text):
        raise UsageError(
            "--ci-url: expected an address that begins with https:// or http://, has at most "
            f"{_MOST_LETTERS} letters, and no user or password, found something else.",
            hint="It is stored with the run and published.",
        )
    return text


def of_job(variables: Mapping[str, str] | None = None) -> str:
    """The page of the run on GitHub, Gitea, GitLab, Buildkite, CircleCI or Jenkins.

    Empty when no service names one that may be published. ``variables`` are those of the
    environment unless given.
    """
    known = os.environ if variables is None else variables
    server, repository, run = (known.get(name, "") for name in _GITHUB)
    told = [f"{server}/{repository}/actions/runs/{run}"] if server and repository and run else []
    told += [known[name] for name in _NAMES if known.get(name)]
    return next((text for text in told if is_address(text)), "")
