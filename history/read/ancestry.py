"""Find the runs at ancestors of a run's commit: by the graph, and by branches where it has gaps."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from history.vcs.graph import Answer, Graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from history.read.runs import Run

_MAIN: Final = frozenset({"main", "master", "trunk"})
"""Usual names of a main branch, even when it was measured only once."""


class Ancestry:
    """The ancestry of the runs of one history."""

    def __init__(self, runs: Sequence[Run], graph: Graph | None = None) -> None:
        """Without a graph nothing is known of ancestors."""
        self._runs = runs
        self.graph = graph or Graph({})
        self._answers: dict[str, NDArray[np.uint8]] = {}
        self._presumed: dict[int, NDArray[np.bool_]] = {}

    @cached_property
    def main_branch(self) -> str:
        """The branch that was measured most often."""
        counts = Counter(run.commit.branch for run in self._runs).most_common(1)
        return counts[0][0] if counts else ""

    def parents(self, run: Run) -> Sequence[str]:
        """The parents of the commit of a run; empty when they are not known."""
        return run.commit.parents or self.graph.parents.get(self.graph.full(run.commit.sha), ())

    def knows_parents(self, run: Run) -> bool:
        """Whether the parents of the commit of a run are known; a first commit has none."""
        return bool(run.commit.parents) or self.graph.full(run.commit.sha) in self.graph.parents

    def behind(self, position: int) -> NDArray[np.uint8]:
        """(runs,) an ``Answer`` each: whether its commit is the run's or an ancestor of it."""
        sha = self._runs[position].commit.sha
        if sha not in self._answers:
            graph = self.graph
            answers = [graph.is_behind(one, sha) for one in self._shas]
            self._answers[sha] = np.array(answers, dtype=np.uint8)[self._commit_of_run]
        return self._answers[sha]

    def presumed(self, position: int) -> NDArray[np.bool_]:
        """(runs,) which runs are at ancestors, or are presumed to be.

        Unknown ancestry is presumed for the same branch, the main branch, and no branch.
        """
        if position not in self._presumed:
            does = self._answered(position, Answer.YES)
            may = self._answered(position, Answer.UNKNOWN)
            found = does | (may & self._same_line(position)) if may.any() else does
            found.flags.writeable = False  # the array is returned again
            self._presumed[position] = found
        return self._presumed[position]

    def counted(self, position: int) -> NDArray[np.bool_]:
        """(runs,) as ``presumed``, unless branch names are useless.

        That is the case when most commits, and that of the run, have their own branch: then every
        possible ancestor counts.
        """
        if self._has_branch_alone(position) and self._most_are_alone:
            return ~self._answered(position, Answer.NO)
        return self.presumed(position)

    def _answered(self, position: int, answer: Answer) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.behind(position) == answer
        return found

    def _same_line(self, position: int) -> NDArray[np.bool_]:
        own = {self._runs[position].commit.branch, "", self.main_branch}
        codes = [code for name, code in self._codes.items() if name in own]
        return np.isin(self._branch_of_run, codes)

    def _has_branch_alone(self, position: int) -> bool:
        branch = self._runs[position].commit.branch
        return branch not in _MAIN and self._commits_on[branch] == 1

    @cached_property
    def _commits_on(self) -> Counter[str]:
        """Branch -> number of its measured commits."""
        on_branch = {(run.commit.branch, run.commit.sha) for run in self._runs}
        return Counter(branch for branch, _ in on_branch)

    @cached_property
    def _most_are_alone(self) -> bool:
        counts = self._commits_on.values()
        return 2 * sum(count == 1 for count in counts) > sum(counts)

    @cached_property
    def _shas(self) -> list[str]:
        return list(dict.fromkeys(run.commit.sha for run in self._runs))

    @cached_property
    def _commit_of_run(self) -> NDArray[np.int64]:
        places = {sha: place for place, sha in enumerate(self._shas)}
        return np.array([places[run.commit.sha] for run in self._runs], dtype=np.int64)

    @cached_property
    def _codes(self) -> dict[str, int]:
        """Branch -> its code."""
        names = dict.fromkeys(run.commit.branch for run in self._runs)
        return {name: code for code, name in enumerate(names)}

    @cached_property
    def _branch_of_run(self) -> NDArray[np.int64]:
        codes = self._codes
        return np.array([codes[run.commit.branch] for run in self._runs], dtype=np.int64)
