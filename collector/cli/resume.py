"""`soundmark collect --resume`: complete a collection that was killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from collector.cli.collect import FINDINGS, Request, given_for, store_and_report, works_of
from collector.cli.keeping import check_writable, ended_like_interrupted
from collector.execution import collect as collection
from collector.execution import spool
from collector.planning import plan
from history.report.terminal import say
from history.vcs import commits

if TYPE_CHECKING:
    from collector.execution.spool import Left
    from collector.planning.plan import SuiteWork
    from history.project.workspace import Workspace
    from history.words.records import Commit


def resume(workspace: Workspace) -> int:
    """Complete every collection that was left: 0 when all are whole, 1 when something lacks."""
    check_writable(workspace.ledger.folder)
    commit = commits.current_commit(workspace.root)
    found = code = 0
    for left in spool.left(workspace.spools):
        with left:
            found += 1
            code = max(code, _complete(workspace, left, commit))
    if not found:
        say("There is no collection to complete.")
    return code


def _complete(workspace: Workspace, left: Left, commit: Commit) -> int:
    run = left.head.run
    say(
        f"Run {run.run_id[:8]} of {run.started_at:%Y-%m-%d %H:%M} UTC at {run.commit.sha[:12]}: "
        f"{left.done} of {left.head.planned} benchmarks were measured."
    )
    request = msgspec.convert(left.head.options, Request, strict=False)
    works: tuple[SuiteWork, ...] = ()
    if left.done < left.head.planned:
        if (commit.sha, commit.dirty, run.commit.dirty) == (run.commit.sha, False, False):
            points = [point for result in left.results for point in result.points]
            works = plan.remaining(works_of(workspace, request), points)
        else:
            say(
                "The others are not measured: what is checked out is not surely what was measured.",
                err=True,
            )
    given = given_for(workspace, request, commit, works)
    if given.machine != run.machine and works:
        say("The others are not measured: this is another machine.", err=True)
        works = ()
    given.resumed = left
    if not works:
        given.calibrator = None
    with ended_like_interrupted():
        collected = collection.collect(works, given)
    code = store_and_report(workspace, request, works, collected)
    return code if works or left.done == left.head.planned else max(code, FINDINGS)
