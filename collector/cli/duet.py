"""`soundmark collect --against REV`: measure two commits in one job and judge them."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from collector.cli import profile_with, progress, summary
from collector.cli.checked_out import checkout_of, sweep, works_of_commit
from collector.cli.collect import FINDINGS, FINE, works_of
from collector.cli.keeping import check_writable, ended_like_interrupted, in_job
from collector.execution import checkouts, programs
from collector.execution import duet as execution
from collector.execution.backfill import works_in
from collector.execution.children import Limits
from collector.host import machine
from collector.host.recorder import Recorder
from collector.planning.preparation import check_patterns
from history.cli.duet_output import print_duet
from history.compare import stored_duets
from history.project import config as configuration
from history.report.output import visible
from history.report.terminal import say
from history.vcs import commits, worktrees
from history.vcs.worktrees import Worktrees
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.cli.collect import Request
    from collector.execution.checkouts import Checkout
    from collector.execution.duet import DuetResult
    from collector.planning.plan import SuiteWork
    from history.compare.duet import Duet
    from history.project.workspace import Workspace
    from history.vcs.worktrees import Base
    from history.words.records import RunRecord

_SECONDS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "": 1.0}


class Stored(NamedTuple):
    """A duet that was measured and stored."""

    made: DuetResult
    found: Duet
    file: str


def seconds(text: str, option: str) -> float:
    """``"10m"``, ``"90 s"``, ``"1h"`` or a number of seconds; raises UsageError for others."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|)", text.strip())
    if match is None or not float(match.group(1)):
        raise UsageError(f'{option}: expected a time such as "10m" or "90s", found "{text}".')
    return float(match.group(1)) * _SECONDS[match.group(2)]


def measure_and_store(workspace: Workspace, request: Request) -> int:
    """Measure the working tree against another commit: 0 without a finding, else 1."""
    budget_s = seconds(request.budget, "--budget") if request.budget else None
    profile_with.check(request.profile_with)
    head = commits.current_commit(workspace.root)
    worktrees.top(workspace.root)
    base = worktrees.base_of(workspace.root, "HEAD", request.against)
    sweep(workspace)
    check_writable(workspace.ledger.folder)
    with ended_like_interrupted(), Worktrees(workspace.root) as trees:
        sides = (
            checkout_of(workspace, trees, base.commit, "base"),
            checkout_of(workspace, trees, head, "head"),
        )
        stored = run(workspace, request, sides, about_of(base), budget_s=budget_s)
    say(_header(stored.made.record, base))
    say()
    print_duet(stored.found)
    _report(stored)
    return FINE if stored.found.is_fine and not stored.made.interrupted else FINDINGS


def run(
    workspace: Workspace,
    request: Request,
    sides: tuple[Checkout, Checkout],
    about: dict[str, Any],
    *,
    budget_s: float | None = None,
    source: str = "collect",
) -> Stored:
    """Measure two checkouts, base and head, store the run and judge it."""
    base, head = sides
    works = works_of(workspace, request)
    each = request.harness == "each"
    given = [
        checkouts.give_inputs(
            workspace.root, checkout, works, configuration.FILE_NAME, missing_only=each
        )
        for checkout in sides
    ]
    base_works = works_of_commit(workspace, request, base) if each else works
    if not each:
        _remark_differing(sides, works, request.profile)
    setting = execution.Setting(
        project=workspace.config.project or workspace.root.name,
        profile=request.profile,
        machine=machine.fingerprint(workspace.config.machine.name),
        base=base,
        head=head,
        watcher=progress.watcher(sum(work.cases for work in works)),
        recorder=Recorder(request.profile),
        seed=secrets.randbits(32) if request.seed is None else request.seed,
        source=source,
        about=about | _about(request, head, max(given), budget_s),
        budget_s=budget_s,
        measure_identical=request.measure_identical,
        no_effect=no_effect_of(workspace),
        limits=Limits.of_each_step(request.timeout_s),
    )
    made = execution.measure(base_works, works, setting)
    file = workspace.append([in_job(made.record, request.ci_url)]).file
    with workspace.reading() as connection:
        name = made.record.run.machine.name
        found = stored_duets.judged(connection, made.record.run.run_id, name)
    if request.profile_with and not made.interrupted:
        places = [
            (works_in(one, of_side), profile_with.place_of(one, request.profile, setting.limits))
            for one, of_side in ((base, base_works), (head, works))
        ]
        profile_with.keep(workspace, request.profile_with, made.record.run.run_id, places)
    return Stored(made, found, file)


def _remark_differing(
    sides: tuple[Checkout, Checkout], works: Sequence[SuiteWork], profile: str
) -> None:
    """Add a remark for each program of the head's commands that differs from the base's."""
    base, head = sides
    differing = [name for work in works for name in programs.undeclared(base, head, work, profile)]
    if differing:
        remark = (
            f"{', '.join(differing)} stands in `run` and differs from the base's. If it is no part "
            "of what is measured, name it in `input_files`: both sides then get the head's."
        )
        head.remarks = (*head.remarks, remark)


def _about(request: Request, head: Checkout, inputs: int, budget_s: float | None) -> dict[str, Any]:
    """How the run was measured, stored for its readers."""
    told = {
        "harness": request.harness,
        "inputs": inputs,
        "head from": "working tree" if head.is_working_tree else "commit",
    }
    return told if budget_s is None else told | {"budget s": budget_s}


def no_effect_of(workspace: Workspace) -> tuple[str, ...]:
    """Patterns of files that no suite depends on. Raises ConfigError for one that leads outside."""
    patterns = workspace.config.collect.no_effect
    check_patterns(patterns, f"{workspace.loaded.name}: collect.no_effect")
    return patterns


def about_of(base: Base) -> dict[str, Any]:
    """How the base was found, for the record."""
    return {"against": base.asked, "base is": "merge base" if base.is_merge_base else "revision"}


def _header(record: RunRecord, base: Base) -> str:
    """``base 3f2a1b4c5d6e (merge base of HEAD and main), head 9f8e… with uncommitted changes``."""
    run = record.run
    how = f"merge base of HEAD and {base.asked}" if base.is_merge_base else base.asked
    dirty = ", the working tree with its uncommitted changes" if run.commit.dirty else ""
    return visible(
        f"base {base.commit.sha[:12]} ({how}), head {run.commit.sha[:12]}{dirty}, in one job on"
        f" {run.machine.name}:"
    )


def _report(stored: Stored) -> None:
    """Print failures, possible disturbances, and where the run is stored."""
    record = stored.made.record
    for failure in stored.made.failures:
        say(visible(f"\n{failure.side} cannot run {failure.what}: {failure.reason}"), err=True)
        for line in failure.log:
            say(visible(f"  | {line}"), err=True)
    for warning in summary.warnings(record.run, record.points):
        say(f"Warning: {warning}", err=True)
    rounds = record.run.environment.get("rounds", {})
    say(
        f"\n{sum(rounds.values())} rounds in {progress.clock(record.run.duration_s)}; "
        f"stored as duet {record.run.run_id[:8]}: {stored.file}"
    )
