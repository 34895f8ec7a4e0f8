"""The step that installs soundmark in a workflow: by its own action, or by a copy of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from collector.onboarding.scaffold import template
from collector.onboarding.writing import Wanted
from history.vcs import remotes

PATH: Final = ".github/actions/soundmark"
HERE: Final = f"$/{PATH}"
"""The action in the workflow's own repository, at the workflow's commit."""
_ON_GITHUB: Final = re.compile(
    r"soundmark @ git\+(https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?)(?:@([^@#]+))?"
)
_HASH: Final = re.compile(r"[0-9a-f]{40}")


class Action(NamedTuple):
    """The step that installs soundmark in every job."""

    uses: str
    """The value of ``uses:``; for another repository a commit, with the tag as a comment."""
    source: str = ""
    """The requirement for pip; empty where the action is part of soundmark's repository."""
    constraints: str = ""
    """File of constraints for pip; may be empty."""
    why_copied: str = ""
    """Why workflows cannot use the action at its own address; empty where they do."""


def of(wanted: str) -> Action:
    """The action for this requirement of pip: at its address on GitHub, pinned to a commit.

    Where GitHub cannot use it, or nobody can say which commit it is, it is a copy in the
    repository of the project, which asks pip for the requirement.
    """
    found = _ON_GITHUB.fullmatch(wanted)
    if found is None:
        return copy(wanted, "GitHub uses actions of repositories on GitHub alone")
    url, repository, version = found.groups()
    commit = remotes.commit_of(url, version or "")
    if not commit:
        named = version or "its default branch"
        return copy(wanted, f"{url} does not say which commit {named} is")
    return Action(f"{repository}/{PATH}@{commit}{_comment(version)}")


def copy(wanted: str, why: str = "") -> Action:
    """The action as a file of the project, which installs ``wanted``."""
    return Action(HERE, source=wanted, why_copied=why)


def files(action: Action) -> tuple[Wanted, ...]:
    """The copy, where one is used."""
    if not action.source:
        return ()
    return (Wanted(f"{PATH}/action.yml", template("action.yml")),)


def yaml(action: Action, extras: Sequence[str] = ()) -> str:
    """As a step of a job of GitHub Actions, indented by six."""
    inputs = {
        "source": "${{ env.SOUNDMARK }}" if action.source else "",
        "constraints": action.constraints,
        "extras": ",".join(extras),
    }
    given = [f"          {name}: {value}" for name, value in inputs.items() if value]
    return "\n".join(
        [f"      - uses: {action.uses}", *(["        with:", *given] if given else [])]
    )


def _comment(version: str | None) -> str:
    if not version:
        return " # the newest when this was written"
    return "" if _HASH.fullmatch(version) else f" # {version}"
