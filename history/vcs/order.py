"""Sort commits, and find abandoned ones. Pure."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from history.vcs.graph import Graph


class OnBranch(NamedTuple):
    """The facts about a measured commit that decide whether it is abandoned."""

    sha: str
    branch: str
    tag: str
    measured_at: datetime
    """Start of its first run."""


def ordered(names: Sequence[str], keys: Sequence[Any], graph: Graph) -> list[int]:
    """Indices of the commits in order: ancestors first, else by key.

    ``keys`` hold the time first; they decide where the graph does not. Names of one commit, such as
    its hash and an abbreviation, are adjacent.
    """
    nodes: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(names)), key=keys.__getitem__):
        sha = graph.full(names[place])
        # Imports use one short name for several commits: such names are not merged.
        nodes[sha if sha in graph.hashes else f"{place} {sha}"].append(place)
    waiting = dict.fromkeys((*nodes, *sorted(graph.hashes)), 0)
    waiting |= {sha: len(set(parents)) for sha, parents in graph.parents.items()}
    found: list[int] = []
    done: set[str] = set()
    start = (sha for sha in waiting)  # when nothing is ready, a cycle is cut
    ready = _Ready(nodes, keys, [sha for sha, count in waiting.items() if not count])
    while len(done) < len(waiting):
        sha = ready.next() or next(sha for sha in start if sha not in done)
        done.add(sha)
        found += nodes.get(sha, ())
        for child in graph.children.get(sha, ()):
            waiting[child] -= 1
            if not waiting[child] and child not in done:
                ready.add(child)
    return found


class _Ready:
    """Commits that may come next: an unmeasured one first, then the smallest key."""

    def __init__(
        self, nodes: Mapping[str, list[int]], keys: Sequence[Any], shas: Sequence[str]
    ) -> None:
        self._nodes, self._keys = nodes, keys
        self._passing: list[str] = []
        self._heap: list[tuple[Any, str]] = []
        for sha in shas:
            self.add(sha)

    def add(self, sha: str) -> None:
        if sha in self._nodes:
            heappush(self._heap, (self._keys[self._nodes[sha][0]], sha))
        else:
            self._passing.append(sha)

    def next(self) -> str:
        if self._passing:
            return self._passing.pop()
        return heappop(self._heap)[1] if self._heap else ""


def abandoned(commits: Sequence[OnBranch], graph: Graph) -> list[bool]:
    """Which commits are abandoned, as by a forced push.

    ``commits`` are in order. An abandoned commit is known to be no ancestor of the newest commit of
    its branch, nor of any branch or tag. With unknown ancestors or without a branch no commit is
    abandoned.
    """
    by_branch: dict[str, list[OnBranch]] = defaultdict(list)
    for commit in commits:
        if commit.branch:
            by_branch[commit.branch].append(commit)
    tips = {branch: _tip(own, graph) for branch, own in by_branch.items()}
    kept = graph.behind_all([*tips.values(), *(one.sha for one in commits if one.tag)])
    return [
        bool(one.branch)
        and graph.full(one.sha) not in kept
        and graph.cannot_be_behind(one.sha, tips[one.branch])
        for one in commits
    ]


def _tip(commits: Sequence[OnBranch], graph: Graph) -> str:
    """The head of a branch: of its commits without a child on it, the last measured.

    The branch was there at that time, whatever the commit's clock says.
    """
    if len(commits) == 1:
        return commits[0].sha
    lowest = min(graph.generation(one.sha) for one in commits)
    covered: set[str] = set()
    heads = []
    for one in reversed(commits):  # in reverse order, so that children come before their parents
        if graph.full(one.sha) not in covered:
            heads.append(one)
            covered |= graph.behind_all([one.sha], down_to=lowest)
    return max(heads, key=lambda one: one.measured_at).sha
