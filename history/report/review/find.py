"""Find the review of a commit: of its newest duet, else of its run against an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.compare import stored_duets
from history.judge import judge
from history.read import runs as reading
from history.read import view
from history.report.review import acceptance, from_duet, from_history
from history.report.review.tidy import Tidy
from history.report.wording import review_notes
from history.vcs import commits, git, revisions, trailers
from history.words.commit_names import called
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from history.compare.stored_duets import StoredDuet
    from history.project.workspace import Workspace
    from history.read.runs import Run
    from history.report.review.result import Review


def review(workspace: Workspace, head: str = "", base: str = "") -> Review:
    """The review of ``head``, against ``base`` if one is named.

    The default head is the checked-out commit, or outside a repository the newest measured commit.
    Raises UsageError when nothing was measured there.
    """
    root, tidy = workspace.root, Tidy()
    with workspace.judging() as connection:
        runs = reading.read(connection)
        every = stored_duets.of_head(connection)
        sha = _head(head, runs, every, root)
        own = [one for one in every if one.head == sha]
        fitting = [one for one in own if not base or _is_against(one, base, root)]
        if fitting:
            notes = [note] if (note := review_notes.other_duets(len(own) - 1)) else []
            found = stored_duets.judged(connection, fitting[0].run_id, fitting[0].machine)
            targets = workspace.loaded.targets
            made = from_duet.review(found, fitting[0], targets, tidy, notes)
            return _accepted(made, root, tidy)
        if not any(run.commit.sha == sha for run in runs):
            raise _no_such_duet(sha, base) if own else _nothing(sha)
        known = view.read(connection, as_of=sha, root=root)
        sided = from_history.sides(known, sha, base, root)
        judged = judge.judge(connection, workspace.loaded, known)
        notes = [note] if (note := review_notes.other_duets(len(own))) else []
        made = from_history.review(connection, judged, workspace.loaded, sided, tidy, notes)
        return _accepted(made, root, tidy)


def _accepted(made: Review, root: Path, tidy: Tidy) -> Review:
    """The review with the regressions accepted by its own commits."""
    if made.base is None:
        return made
    said = trailers.between(root, made.base.sha, made.head.sha, trailers.ACCEPT)
    return acceptance.apply(made, said, tidy) if said else made


def _head(name: str, runs: Sequence[Run], duets: Sequence[StoredDuet], root: Path) -> str:
    """The commit of a name, measured or not."""
    measured = {run.commit.sha for run in runs} | {one.head for one in duets}
    if name in measured:
        return name
    if name:
        begun = [sha for sha in measured if sha.startswith(name)]
        if len(begun) == 1:
            return begun[0]
        try:
            return revisions.in_history(runs, name).commit
        except UsageError:
            if not git.has_repository(root):
                raise
        return commits.resolve(root, name).sha
    if git.has_repository(root):
        return commits.resolve(root, "HEAD").sha
    newest = [(one.started_at, one.head) for one in duets]
    newest += [(run.started_at, run.commit.sha) for run in runs]
    if not newest:
        raise UsageError(
            "nothing was measured yet.", hint="Measure with `soundmark collect`, then report."
        )
    return max(newest)[1]


def _is_against(duet: StoredDuet, base: str, root: Path) -> bool:
    """Whether a duet was measured against that commit, or against its merge base with the head."""
    if base in {duet.base, duet.asked} or (len(base) >= 7 and duet.base.startswith(base)):
        return True
    if not git.has_repository(root):
        return False
    sha = commits.resolve(root, base).sha
    return duet.base in {sha, commits.merge_base(root, sha, duet.head)}


def _nothing(sha: str) -> UsageError:
    return UsageError(
        f"nothing was measured at {called(sha)}.",
        hint="Measure it with `soundmark collect --against REV`, or name another commit with "
        "--head; `soundmark history list` shows what was measured.",
    )


def _no_such_duet(sha: str, base: str) -> UsageError:
    return UsageError(
        f'{called(sha)} was measured in a duet, but not against "{base}".',
        hint="Leave --base out to report that duet; `soundmark history list` shows its base.",
    )
