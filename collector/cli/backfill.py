"""`soundmark collect --commits RANGE`: measure older commits that have no run yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collector.cli import checked_out, summary
from collector.cli.collect import FINDINGS, FINE, given_in, works_of
from collector.cli.keeping import check_writable, ended_like_interrupted, in_job
from collector.execution import backfill, checkouts
from collector.execution import collect as collection
from collector.host import machine
from history.project import config as configuration
from history.report.output import visible
from history.report.terminal import say
from history.report.wording import numbers
from history.vcs import commits, worktrees
from history.vcs.worktrees import Worktrees
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collector.cli.collect import Request
    from collector.planning.plan import Identity, SuiteWork
    from history.project.workspace import Workspace
    from history.words.records import Commit, Machine


def measure_and_store(workspace: Workspace, request: Request) -> int:
    """Measure a range of commits, newest first: 0 when each has something measured, else 1.

    What a clean run on this machine has measured already is left out. So the same command, run
    again, continues where it was interrupted.
    """
    worktrees.top(workspace.root)
    found = commits.commits_in(workspace.root, request.commits)
    if not found:
        raise UsageError(
            f'--commits: the range "{request.commits}" holds no commit.',
            hint="Write the older end first: v1.0..main.",
        )
    due = backfill.chosen(found, request.every)
    works = works_of(workspace, request)
    here = machine.fingerprint(workspace.config.machine.name)
    checked_out.sweep(workspace)
    check_writable(workspace.ledger.folder)
    chosen = f"{len(due)} of the " if request.every > 1 else ""
    say(f"{chosen}{numbers.counted(len(found), 'commit')} in {request.commits}")
    counts = {"measured": 0, "known": 0, "nothing": 0}
    with ended_like_interrupted(), Worktrees(workspace.root) as trees:
        for number, commit in enumerate(due, 1):
            label = f"[{number}/{len(due)}] {commit.sha[:12]} {commit.subject}"
            if backfill.planned(works) <= _known(workspace, commit, here, request.profile):
                say(visible(f"{label}: measured already"))
                counts["known"] += 1
                continue
            say(visible(label))
            done = _measure(workspace, request, trees, works, (commit, here))
            counts["measured" if done else "nothing"] += 1
            if done is None:
                say("Interrupted: run the same command again to continue.", err=True)
                return FINDINGS
    say(
        f"{numbers.counted(counts['measured'], 'commit')} measured, {counts['known']} measured"
        f" already, {counts['nothing']} of which nothing could be measured."
    )
    return FINDINGS if counts["nothing"] else FINE


def _measure(
    workspace: Workspace,
    request: Request,
    trees: Worktrees,
    works: tuple[SuiteWork, ...],
    at: tuple[Commit, Machine],
) -> bool | None:
    """One commit: whether anything was measured; None when it was interrupted."""
    commit = commits.past(workspace.root, at[0].sha)
    checkout = checked_out.checkout_of(workspace, trees, commit, commit.sha[:12])
    each = request.harness == "each"
    own = checked_out.works_of_commit(workspace, request, checkout) if each else works
    checkouts.give_inputs(workspace.root, checkout, own, configuration.FILE_NAME, missing_only=each)
    given = given_in(checkout.folder, workspace, request, checkout.commit, own, at[1])
    record = collection.collect(backfill.works_in(checkout, own), given)
    checked_out.remove(trees, checkout)
    points = record.record.points
    counts = summary.count(summary.of_suites(points))
    keeps = counts.ran or request.keep_empty
    stored = "not stored, nothing was run"
    if keeps:
        stored = workspace.append([in_job(record.record, request.ci_url)]).file
    for warning in [*checkout.remarks, *summary.warnings(record.record.run, points)]:
        say(visible(f"Warning: {warning}"), err=True)
    say(f"  {counts.text()}: {stored}")
    return None if record.interrupted else counts.measured > 0


def _known(workspace: Workspace, commit: Commit, here: Machine, profile: str) -> set[Identity]:
    """What the history has of a commit; nothing where there is no history yet."""
    if workspace.is_empty:
        return set()
    with workspace.judging() as connection:
        return backfill.measured(connection, commit, here, profile)
