"""Decide ancestry of commits from their known parents.

Pure. Parents may be unknown: a shallow clone ends somewhere, an import names no parents. So a
question about ancestry has three answers: yes, no, and unknown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SHORTEST: Final = 7
_WHOLE: Final = 40
"""Digits of the shortest accepted abbreviation, and of a whole hash."""


class Answer(IntEnum):
    """Whether one commit is an ancestor of another."""

    NO = 0
    YES = 1
    UNKNOWN = 2


class Graph:
    """Commits and their parents."""

    def __init__(self, parents: Mapping[str, Sequence[str]]) -> None:
        """``parents``: hash -> parents; the parents of a hash without an entry are unknown."""
        self.parents = parents
        self._behind: dict[str, frozenset[str]] = {}

    @cached_property
    def hashes(self) -> frozenset[str]:
        """Every commit, including parents without an entry."""
        return frozenset(self.parents).union(*self.parents.values())

    @cached_property
    def children(self) -> Mapping[str, Sequence[str]]:
        """Hash -> its children."""
        found = defaultdict(list)
        for sha, parents in self.parents.items():
            for parent in dict.fromkeys(parents):
                found[parent].append(sha)
        return found

    def full(self, name: str) -> str:
        """The known hash with this abbreviation, if there is exactly one; else the name itself."""
        if name in self.hashes or not _SHORTEST <= len(name) < _WHOLE:
            return name
        place = bisect_left(self._sorted, name)
        found = [one for one in self._sorted[place : place + 2] if one.startswith(name)]
        return found[0] if len(found) == 1 else name

    def is_behind(self, one: str, other: str) -> Answer:
        """Whether ``one`` is an ancestor of ``other``, or the same commit.

        The answer is no if every ancestor of ``other`` with unknown parents is an ancestor of
        ``one`` as well: unknown commits are older than ``one`` then, and all others are known.
        """
        if self.full(one) in self.behind(other):
            return Answer.YES
        return Answer.NO if self.cannot_be_behind(one, other) else Answer.UNKNOWN

    def cannot_be_behind(self, one: str, other: str) -> bool:
        """Whether ``one`` is no ancestor of ``other``, whatever the unknown parents are.

        For commits that are not known to be ancestors. A name that is no hash, such as one invented
        by an import, may mean any commit.
        """
        seen, own = self._facts.get(self.full(other)), self._facts.get(self.full(one))
        if seen is None or (own is None and not is_hash(one)):
            return False
        return not seen[0] & ~(own[0] if own else 0)

    def behind(self, name: str) -> frozenset[str]:
        """Every known ancestor of a commit, and itself."""
        sha = self.full(name)
        if sha not in self._behind:
            self._behind[sha] = frozenset(self.behind_all([sha]))
        return self._behind[sha]

    def behind_all(self, names: Iterable[str], down_to: int = 0) -> set[str]:
        """Every known ancestor of several commits, and these, down to a generation."""
        left = [self.full(name) for name in names]
        found = set(left)
        facts = self._facts if down_to > 0 else {}
        while left:
            for parent in self.parents.get(left.pop(), ()):
                if parent not in found and (down_to <= 0 or facts[parent][1] >= down_to):
                    found.add(parent)
                    left.append(parent)
        return found

    def generation(self, name: str) -> int:
        """A number greater than that of each known ancestor."""
        facts = self._facts.get(self.full(name))
        return facts[1] if facts else 0

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.hashes)

    @cached_property
    def _facts(self) -> dict[str, tuple[int, int]]:
        """For each commit its ancestors with unknown parents, one bit each, and its generation."""
        found: dict[str, tuple[int, int]] = {}
        hole = 1
        for sha in _in_topological_order(self):
            parents = self.parents.get(sha)
            facts = None if parents is None else _joined(found, parents)
            if facts is None:
                facts, hole = (hole, 0), hole << 1
            found[sha] = facts
        return found


def _joined(found: Mapping[str, tuple[int, int]], parents: Sequence[str]) -> tuple[int, int] | None:
    """The facts of a commit from its parents; None in a cycle, which no real graph has."""
    holes = highest = 0
    for parent in parents:
        facts = found.get(parent)
        if facts is None:
            return None
        holes |= facts[0]
        highest = max(highest, facts[1])
    return holes, highest + 1


def is_hash(name: str) -> bool:
    """Whether this may be a hash, whole or abbreviated."""
    return len(name) >= _SHORTEST and all(digit in "0123456789abcdef" for digit in name)


def _in_topological_order(graph: Graph) -> list[str]:
    """Every hash, parents first; those of cycles last."""
    waiting = {sha: len(set(parents)) for sha, parents in graph.parents.items()}
    ready = [sha for sha in sorted(graph.hashes) if not waiting.get(sha)]
    children = graph.children
    for sha in ready:  # grows while it is read
        for child in children.get(sha, ()):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    if len(ready) < len(graph.hashes):
        ready += sorted(graph.hashes.difference(ready))
    return ready
