"""Find a measured commit by hash, tag, branch, or any git revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.vcs import commits, git
from history.words.commit_names import called
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from history.read.runs import Run

_ANCESTORS: Final = 1000


class Named(NamedTuple):
    """A measured commit and how it was found."""

    commit: str
    label: str
    """Its label in headings."""
    steps: int = 0
    """First-parent steps between it and the named commit."""


def in_history(runs: Sequence[Run], name: str) -> Named:
    """The commit of a hash, its beginning, a tag, or a branch (its newest commit).

    Raises UsageError when no run was made at such a commit, or at several.
    """
    known = {run.commit.sha for run in runs}
    if name in known:
        return Named(name, called(name))
    tagged = {run.commit.sha for run in runs if run.commit.tag == name}
    begun = tagged or {sha for sha in known if sha.startswith(name)}
    if len(begun) == 1:
        return Named(begun.pop(), name)
    branch = [run.commit.sha for run in runs if run.commit.branch == name]
    if branch:
        return Named(branch[-1], f"{name} ({called(branch[-1])})")
    if begun:
        shown = ", ".join(sorted(begun)[:5])
        raise UsageError(f'several commits begin with "{name}": {shown}.', hint="Write more of it.")
    raise UsageError(
        f'nothing was measured at a commit called "{name}".',
        hint="`soundmark history list` shows the commits that were.",
    )


def exactly(runs: Sequence[Run], name: str, root: Path) -> Named:
    """As ``in_history``, else the commit that git resolves the name to, if it was measured."""
    try:
        return in_history(runs, name)
    except UsageError:
        if not git.has_repository(root):
            raise
    sha = commits.resolve(root, name).sha
    if any(run.commit.sha == sha for run in runs):
        return Named(sha, f"{name} ({sha[:12]})")
    raise UsageError(
        f'nothing was measured at "{name}" ({sha[:12]}).',
        hint="Measure it with `soundmark collect`; `soundmark history list` shows what was.",
    )


def nearest(runs: Sequence[Run], name: str, root: Path) -> Named:
    """As ``exactly``, else its nearest measured ancestor, which the label states."""
    try:
        return in_history(runs, name)
    except UsageError:
        if not git.has_repository(root):
            raise
    sha = commits.resolve(root, name).sha
    known = {run.commit.sha for run in runs}
    for steps, ancestor in enumerate(commits.first_parents(root, sha, _ANCESTORS)):
        if ancestor in known:
            how = f", nearest measured ancestor, {steps} back" if steps else ""
            return Named(ancestor, f"{name} ({ancestor[:12]}{how})", steps)
    raise UsageError(
        f'nothing was measured at "{name}" nor at one of its ancestors.',
        hint="`soundmark history list` shows the commits that were.",
    )
