"""Find the commits of an import in the repository, and rename rewritten ones."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.formats import fields
from history.report.wording.numbers import counted
from history.vcs import git, known
from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from history.words.records import Commit, Run

_SHORTEST: Final = 7
"""Digits of a hash by which a file of renamed commits may name one."""
_WHOLE: Final = 40
MARK_DIGITS: Final = 12
"""Of a million pairs of a name and a run, one in 280 million ends alike by chance."""
_HEADERS: Final = frozenset({("old", "new"), ("from", "to")})


class Matched(NamedTuple):
    """The changes to the commits of an import."""

    commits: dict[Commit, Commit]
    """Old -> new commit of those that change."""
    remarks: tuple[str, ...]

    def run(self, run: Run) -> Run:
        """The run at the commit that its own becomes; under another name it is another run."""
        commit = self.commits.get(run.commit)
        if commit is None:
            return run
        return msgspec.structs.replace(run, commit=commit, run_id=renamed_id(run, commit.sha))


def renamed_id(run: Run, sha: str) -> str:
    """The id that a run has under this name of its commit; its own under the name it has.

    It ends with the mark of the name that it had, so that the same run is told from its file under
    that name, also when the file has grown since.
    """
    if sha == run.commit.sha:
        return run.run_id
    mark = name_mark(run.commit.sha)
    made = sha256(f"{run.run_id} {sha}".encode()).hexdigest()
    return made[: len(run.run_id) - len(mark)] + mark


def name_mark(sha: str) -> str:
    """How the ids of all runs end that had this name of their commit before they were renamed."""
    return sha256(f"renamed from {sha}".encode()).hexdigest()[:MARK_DIGITS]


def renamed(path: Path) -> dict[str, str]:
    """Old name to new one, from a file of two columns.

    They stand apart by a comma or by blanks, as in the ``commit-map`` of git-filter-repo; a first
    row ``old,new`` is a header. Raises UsageError for a row of another shape, or where one commit
    has two new names.
    """
    found: dict[str, str] = {}
    text = fields.read_text(path)
    split = "," if "," in text else None
    rows = csv.reader(io.StringIO(text)) if split else map(str.split, text.split("\n"))
    for number, cells in enumerate(rows, start=1):
        pair = tuple(cell.strip() for cell in cells)
        if not any(pair) or (number == 1 and tuple(map(str.lower, pair)) in _HEADERS):
            continue
        if len(pair) != 2 or not all(pair):
            raise UsageError(
                f"{path.name}: line {number}: expected an old and a new name of a commit, found"
                f" {fields.shown(' '.join(pair))}."
            )
        old, new = pair
        if found.setdefault(old, new) != new:
            raise UsageError(f"{path.name}: line {number}: {old} has two new names.")
    return found


def matched(commits: Iterable[Commit], root: Path, told: Mapping[str, str]) -> Matched:
    """Rename the commits of an import by the given map, then complete them from the repository.

    A commit that the repository has gets its whole hash, time and subject; the others keep what
    their file says. Commits that a file describes with parents are left alone.
    """
    open_ = [one for one in dict.fromkeys(commits) if not one.parents and not one.lineage]
    names, remarks = _names(open_, told)
    try:
        here = known.known(root, names.values()) if git.has_repository(root) else None
    except (BrokenEnvironmentError, git.GitError) as error:
        here = None
        remarks.append(f"commits are not looked up in the repository that is here: {error}")
    found = {}
    for commit in open_:
        name = names[commit]
        new = msgspec.structs.replace(commit, sha=name)
        if here and name in here:
            sha, time, subject = here[name]
            new = msgspec.structs.replace(commit, sha=sha, time=time, subject=subject)
        if new != commit:
            found[commit] = new
    if here is not None:
        remarks += _said(set(names.values()), here)
    return Matched(found, tuple(remarks))


def _names(
    commits: Iterable[Commit], told: Mapping[str, str]
) -> tuple[dict[Commit, str], list[str]]:
    """Every commit's name after renaming, and the old names that no commit had."""
    used = set()
    names = {}
    short = {old for old in told if _SHORTEST <= len(old) < _WHOLE}
    for commit in commits:
        old = commit.sha
        if old not in told:
            starts = {old[:length] for length in range(_SHORTEST, min(len(old), _WHOLE))}
            old = min(starts & short, default=old)
        used.add(old)
        names[commit] = told.get(old, commit.sha)
    unused = [old for old in told if old not in used]
    if not unused:
        return names, []
    sentence = f"{counted(len(unused), 'commit')} of --map not in the file, such as {unused[0]}"
    return names, [sentence]


def _said(names: set[str], here: Mapping[str, known.Known]) -> Iterator[str]:
    short = [name for name in names if name in here and name != here[name].sha]
    if short:
        yield (
            f"{counted(len(short), 'commit')} found in the repository by the start of the hash,"
            f" such as {min(short)}"
        )
    lost = sorted(name for name in names if known.may_be_hash(name) and name not in here)
    if lost:
        yield (
            f"{len(lost)} of {counted(len(names), 'commit')} not in the repository here, such as"
            f" {lost[0][:12]}: squashed, rebased, or of another repository; they are ordered by"
            " their time, and --map FILE renames them"
        )
