"""Read the parents of commits from a repository.

A lineage maps hashes to parents. A hash without an entry has unknown parents: a shallow clone ends
there, or the limit was reached. An empty list of parents is a first commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from history.vcs import git
from history.vcs.graph import is_hash
from history.vcs.known import full_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

KEPT: Final = 256
"""Commits along first parents, and as many of the newest others, that a run file stores: a history
needs the commits between two measured ones. 256 take about 6 kB in the file.
"""
_LEARNED: Final = 50_000
"""Most commits read to connect those that a history knows."""

Lineage: TypeAlias = dict[str, tuple[str, ...]]


def before(path: Path, revision: str) -> Lineage:
    """The revision and its nearest ancestors, in a shallow clone too, each with its parents."""
    found: Lineage = {}
    for walk in (("--first-parent",), ()):
        found |= _walked(path, (*walk, f"--max-count={KEPT}"), [revision])
    return _with_hidden(path, found)


def connect(path: Path, names: Iterable[str], known: Mapping[str, Sequence[str]]) -> Lineage:
    """The parents of commits that a history does not know, from this repository.

    ``names`` are the hashes of measured commits, whole or abbreviated, ``known`` the lineage a
    history has. Only connections between measured commits are returned: the parents of a commit are
    replaced by its nearest measured ancestors.
    """
    wanted = {parent for parents in known.values() for parent in parents} | set(names)
    resolved = full_hashes(path, sorted(filter(is_hash, wanted - known.keys())))
    if not resolved:
        return {}
    here = set(resolved.values()) - known.keys()
    measured = {resolved.get(name, name) for name in names}
    walked = _walked(path, ("--topo-order", f"--max-count={_LEARNED}"), sorted(here))
    walked = _with_hidden(path, walked)
    stops = measured | known.keys() | here
    near: dict[str, tuple[str, ...]] = {}
    for sha in reversed(walked):  # parents first
        found: dict[str, None] = {}
        for parent in walked[sha]:
            is_stop = parent in stops or parent not in near
            found.update(dict.fromkeys((parent,) if is_stop else near[parent]))
        near[sha] = tuple(found)
    learned: Lineage = {}
    for sha in here & walked.keys():
        learned[sha] = walked[sha] if sha in measured else near[sha]
        if sha in measured:
            learned |= {one: near[one] for one in walked[sha] if one in near and one not in known}
    return learned


def is_shallow(path: Path) -> bool:
    """Whether this is a clone of which git fetched only the newest commits."""
    return git.run_or_empty(path, "rev-parse", "--is-shallow-repository").strip() == "true"


def _walked(path: Path, options: Iterable[str], revisions: Iterable[str]) -> Lineage:
    text = git.run(
        path,
        "log",
        "--no-show-signature",
        "--format=%H %P",
        *options,
        "--stdin",
        stdin="".join(f"{revision}\n" for revision in revisions),
    )
    return {line.split()[0]: tuple(line.split()[1:]) for line in text.splitlines() if line}


def _with_hidden(path: Path, found: Lineage) -> Lineage:
    """Add the parents that a shallow clone hides, from the commit objects."""
    bare = [sha for sha, parents in found.items() if not parents]
    return found | {sha: tuple(_parents_in(text)) for sha, text in _objects(path, bare)}


def _objects(path: Path, shas: list[str]) -> Iterator[tuple[str, str]]:
    """The commit objects of these hashes as text."""
    for sha in shas:
        yield sha, git.run(path, "cat-file", "commit", sha)


def _parents_in(text: str) -> Iterator[str]:
    header = text.partition("\n\n")[0]
    for line in header.splitlines():
        if line.startswith("parent "):
            yield line.removeprefix("parent ").strip()
