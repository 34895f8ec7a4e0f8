"""Find the runs, and the number of points of each series, as of a commit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from history.vcs import revisions
from history.vcs.order import OnBranch, abandoned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from history.read.runs import Run
    from history.vcs.graph import Graph
    from history.words.records import Commit


def resolved(runs: Sequence[Run], name: str, root: Path | None) -> Commit:
    """The commit of a name, as its newest run has it. Raises UsageError without a run."""
    found = revisions.exactly(runs, name, root) if root else revisions.in_history(runs, name)
    own = [run for run in runs if run.commit.sha == found.commit]
    return max(own, key=lambda run: run.place).commit


def known_at(runs: Sequence[Run], commit: Commit, graph: Graph) -> tuple[Run, ...]:
    """The runs that are not later than a commit, with commits abandoned as of then."""
    known = runs[: _not_later(runs, commit)]  # runs are sorted by commit
    first = {run.commit.sha: run for run in reversed(known)}
    commits = [
        OnBranch(run.commit.sha, run.commit.branch, run.commit.tag, run.started_at)
        for run in dict.fromkeys(first[run.commit.sha] for run in known)
    ]
    left = {
        commit.sha
        for commit, is_left in zip(commits, abandoned(commits, graph), strict=True)
        if is_left
    }
    return tuple(replace(run, abandoned=run.commit.sha in left) for run in known)


def _not_later(runs: Sequence[Run], commit: Commit) -> int:
    """Number of runs at commits that are not later than this one."""
    last = max(run.place for run in runs if run.commit.sha == commit.sha)
    return sum(run.place <= last for run in runs)


def kept(runs: Sequence[Run], as_of: Commit) -> Callable[[NDArray[np.int64]], int]:
    """A function from the run positions of a series to the number of its points that are kept."""
    at = np.array([run.position for run in runs if run.commit.sha == as_of.sha])
    not_later = _not_later(runs, as_of)

    def counted(positions: NDArray[np.int64]) -> int:
        own = np.flatnonzero(np.isin(positions, at))
        if own.size:
            return int(own[-1]) + 1
        return int(np.searchsorted(positions, not_later))

    return counted
