"""`soundmark bisect`: find the commit of a change by duets."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from collector.cli import checked_out, duet
from collector.cli.collect import FINDINGS, FINE, Request, works_of
from collector.cli.keeping import check_writable, ended_like_interrupted
from collector.execution.bisect import CHANGES, Answer, Bisection, locate
from collector.planning import plan
from history import sql
from history.report.output import visible
from history.report.terminal import say
from history.report.wording import duets as wording
from history.report.wording import numbers
from history.vcs import commits, worktrees
from history.vcs.worktrees import Worktrees
from history.words.errors import UsageError
from history.words.key import benchmark_id, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.execution.checkouts import Checkout
    from collector.planning.plan import SuiteWork
    from history.compare.duet import Line
    from history.project.workspace import Workspace
    from history.words.records import Commit


class Target(NamedTuple):
    """The series whose change is searched for."""

    suite: str
    only: str
    """Glob that matches its case and no other."""
    metric: str
    """Empty: the first metric of the case."""


class _Search(NamedTuple):
    """The settings that all steps of one search share."""

    workspace: Workspace
    request: Request
    trees: Worktrees
    good: Checkout
    target: Target
    budget_s: float | None


def search(
    workspace: Workspace, series: str, ends: tuple[str, str], metric: str, request: Request
) -> int:
    """Find the first commit with the change: 0 when it was found, 1 when there is none."""
    worktrees.top(workspace.root)
    good, bad = (commits.resolve(workspace.root, name) for name in ends)
    line = commits.commits_in(workspace.root, f"{good.sha}..{bad.sha}")
    if commits.merge_base(workspace.root, good.sha, bad.sha) != good.sha or not line:
        raise UsageError(
            f"{ends[0]} does not lie before {ends[1]}: there are no commits between them.",
            hint="Name the older commit first.",
        )
    target = _target(workspace, series, metric, works_of(workspace, request))
    request = msgspec.structs.replace(request, only=(target.only,))
    budget_s = duet.seconds(request.budget, "--budget") if request.budget else None
    checked_out.sweep(workspace)
    check_writable(workspace.ledger.folder)
    with ended_like_interrupted(), Worktrees(workspace.root) as trees:
        base = checked_out.checkout_of(workspace, trees, good, "good")
        given = _Search(workspace, request, trees, base, target, budget_s)
        return _halve(given, line)


def _halve(given: _Search, line: Sequence[Commit]) -> int:
    """Compare the two ends first; without a difference between them there is nothing to find."""
    ends = _duet(given, line[-1])
    say(visible(f"{_short(line[-1])} against {given.good.commit.sha[:12]}: {_shown(ends)}"))
    if ends is None or ends.verdict not in CHANGES or ends.ratio is None:
        say("The two ends do not differ beyond the noise of this job: nothing to bisect.")
        return FINDINGS
    bisection = Bisection(len(line), {len(line) - 1: Answer.AFTER})
    steps = numbers.counted(bisection.left, "step")
    say(f"{numbers.counted(len(line), 'commit')}, about {steps}")
    duets, unsure = 1, 0
    while (at := bisection.next_one()) is not None:
        found = _duet(given, line[at])
        duets += 1
        answer, is_sure = locate(found, ends.ratio)
        if not is_sure:
            again = _duet(given, line[at])
            duets += 1
            if again is not None and again.ratio and found is not None and found.ratio:
                mean = (log(again.ratio) + log(found.ratio)) / 2
                answer = Answer.AFTER if mean / log(ends.ratio) > 1 / 2 else Answer.BEFORE
            unsure += 1
        bisection.tell(at, answer)
        doubt = "" if is_sure else ", which is close: measured twice"
        say(visible(f"{_short(line[at])}: {_shown(found)}: {answer} the change{doubt}"))
    _conclude(bisection, line, ends)
    close = f"; {numbers.counted(unsure, 'answer')} close to the middle" if unsure else ""
    say(numbers.counted(duets, "duet") + close)
    return FINE


def _conclude(bisection: Bisection, line: Sequence[Commit], ends: Line) -> None:
    first, last = line[bisection.first], line[bisection.last]
    size = f"{wording.change(ends)} ({wording.interval(ends)})"
    if first is last:
        say(visible(f"\nFirst commit with the change of {size}: {last.sha} {last.subject}"))
        return
    count = bisection.last - bisection.first + 1
    say(
        visible(
            f"\nThe change of {size} came with one of {count} commits, {first.sha[:12]} to"
            f" {last.sha[:12]}; those before the last cannot be measured."
        )
    )


def _duet(given: _Search, commit: Commit) -> Line | None:
    """The line of the series in a duet of the good end and a commit; None without one."""
    checkout = checked_out.checkout_of(given.workspace, given.trees, commit, "head")
    about = {"against": given.good.commit.sha, "base is": "revision"}
    try:
        stored = duet.run(
            given.workspace,
            given.request,
            (given.good, checkout),
            about,
            budget_s=given.budget_s,
            source="bisect",
        )
    finally:
        checked_out.remove(given.trees, checkout)
    if stored.made.interrupted:
        raise KeyboardInterrupt
    name = given.target.metric
    lines = [one for one in stored.found.lines if one.key.suite == given.target.suite]
    chosen = (one for one in lines if (one.key.metric == name if name else one.is_headline))
    return next((one for one in chosen if one.pairs != 1), None)


def _shown(line: Line | None) -> str:
    if line is None:
        return "nothing was measured"
    if line.ratio is None:
        return f"{line.verdict}, {wording.why(line)}" if line.why else str(line.verdict)
    return f"{wording.change(line)} ({wording.interval(line)})"


def _short(commit: Commit) -> str:
    return f"{commit.sha[:12]} {commit.subject}"


def _target(workspace: Workspace, series: str, metric: str, works: Sequence[SuiteWork]) -> Target:
    """What a series id of the history, or a benchmark of the plan, names.

    Raises UsageError unless it is exactly one.
    """
    stored = _stored(workspace, series)
    globs = [stored.only] if stored else [series]
    found = [
        (work.name, work.label(case))
        for work in works
        for case in work.plan.cases
        if plan.matches(work.name, case, globs) and not case.once
    ]
    if len(found) != 1:
        named = "; ".join(name for _, name in found[:5]) or "none"
        raise UsageError(
            f'expected one series, found {len(found)} benchmarks that "{series}" names: {named}.',
            hint="Write the id of a series, or a benchmark with its parameters and its variant as "
            "`soundmark suites` has them.",
        )
    suite, only = found[0]
    return Target(suite, only, metric or (stored.metric if stored else ""))


def _stored(workspace: Workspace, series: str) -> Target | None:
    """The series of the history whose id begins so, if it is one."""
    if workspace.is_empty:
        return None
    with workspace.judging() as connection:
        rows = connection.execute(sql.query("series_named"), {"start": series}).fetchall()
    if len(rows) != 1:
        return None
    suite, benchmark, params, variant, metric = map(str, rows[0])
    name = f"{benchmark_id(suite, benchmark, parse_pairs(params))} {variant}".strip()
    return Target(suite, name, metric)
