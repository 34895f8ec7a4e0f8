"""`soundmark collect`: from the command line to the stored run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from collector.calibrate.calibrate import QUICK_REPEATS, REPEATS, Calibrator
from collector.cli import file_flags, overrides, profile_with, progress, summary
from collector.cli.keeping import check_writable, ended_like_interrupted, in_job
from collector.contract import Concludes
from collector.execution import collect as collection
from collector.execution import spool
from collector.execution.children import Limits
from collector.execution.profiling import Place
from collector.host import machine
from collector.host.recorder import Recorder
from collector.planning import plan, preparation, shares
from collector.planning.tables import Table, work_list
from history.project.config import suite_tables
from history.report.output import visible
from history.report.terminal import say
from history.vcs import commits
from history.words import temporary
from history.words.errors import BrokenDataError, BrokenEnvironmentError, StoredOnlyError
from history.words.records import SHARD

if TYPE_CHECKING:
    from pathlib import Path

    from history.project.config import LoadedConfig
    from history.project.workspace import Workspace
    from history.words.records import Commit, Machine, RunRecord

FINE, FINDINGS = 0, 1
"""Exit codes."""
ALREADY = "it was there already"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the command line."""

    suites: tuple[str, ...] = ()
    profile: str = "quick"
    only: tuple[str, ...] = ()
    shard: str = "1/1"
    planned: str = ""
    """File that ``--plan json`` was written to; empty asks the history how long things take."""
    seconds: dict[str, float] | None = None
    """Expected duration of each benchmark, once it is known."""
    timeout_s: float | None = None
    calibrate: bool = True
    settings: tuple[str, ...] = ()
    """``KEY=VALUE`` of ``--set``, for the one suite that is named."""
    flags: dict[str, dict[str, Any]] = {}
    """Suite -> option -> value, of the flags that suites declare."""
    keep_empty: bool = False
    """Store a run in which every benchmark was skipped or none was reached."""
    files: tuple[file_flags.Asked, ...] = ()
    """Files that suites write in addition to the record."""
    against: str = ""
    """Revision to measure against, in one job; empty measures one commit."""
    budget: str = ""
    """Time for the rounds of a duet, such as ``10m``; empty gives each benchmark its own."""
    harness: str = "head"
    """``head`` or ``each``: whose configuration and inputs the sides have."""
    measure_identical: bool = False
    seed: int | None = None
    """Seed of the order of a duet; None draws one."""
    commits: str = ""
    """Range of commits to measure, such as ``v1.0..main``; empty measures what is checked out."""
    every: int = 1
    """Of that range the newest and every n-th before it."""
    profile_with: str = ""
    """Profiler to run everything with once more; empty runs it with none."""
    ci_url: str = ""
    """Page of the CI run; empty asks the environment."""


def collect_and_store(workspace: Workspace, request: Request) -> int:
    """Measure and store: 0 when something was measured, 1 when nothing was or when interrupted."""
    # Everything that can be refused is refused before the first minute is spent.
    commit = commits.current_commit(workspace.root)
    remarks = tuple(map(str, commits.remarks(workspace.root, commit)))
    works = works_of(workspace, request)
    file_flags.check(request.files, works)
    profile_with.check(request.profile_with)
    if not works:
        say(f"Nothing of the work list falls to shard {request.shard}; nothing was stored.")
        return FINE
    check_writable(workspace.ledger.folder)
    temporary.sweep(temporary.SCRATCH)
    for remark in remarks:
        say(f"Warning: {remark}", err=True)
    if count := spool.waiting(workspace.spools):
        what = "an earlier collection was" if count == 1 else f"{count} earlier collections were"
        say(
            f"Warning: {what} not finished: `soundmark collect --resume` stores what was measured.",
            err=True,
        )
    given = given_for(workspace, request, commit, works)
    with ended_like_interrupted():
        collected = collection.collect(works, given)
    code = store_and_report(workspace, request, works, collected, remarks)
    if request.profile_with and not collected.interrupted:
        place = Place(workspace.root, workspace.cache, request.profile, given.limits)
        run_id = collected.record.run.run_id
        profile_with.keep(workspace, request.profile_with, run_id, [(works, place)])
    return code


def works_of(workspace: Workspace, request: Request) -> tuple[plan.SuiteWork, ...]:
    """The work list."""
    if not request.suites:
        _say_left_out(suite_tables(workspace.loaded), request.profile)
    return works_planned_by(workspace.loaded, request, workspace.root)


def works_planned_by(
    loaded: LoadedConfig, request: Request, folder: Path
) -> tuple[plan.SuiteWork, ...]:
    """The work list of a configuration, whose paths start from ``folder``."""
    tables = overrides.apply(suite_tables(loaded), request.suites, request.settings, request.flags)
    return work_list(
        tables,
        request.suites,
        request.profile,
        folder=folder,
        only=request.only,
        shard=plan.parse_shard(request.shard),
        seconds=request.seconds,
    )


def _say_left_out(tables: Sequence[Table], profile: str) -> None:
    for name, table, _ in tables:
        if preparation.is_left_out(table, profile):
            own = visible(str(table.get("name", name)))
            why = f"measured with --profile {table['profile']}, or when it is named"
            say(f"note: {own} left out: it is {why}", err=True)


def given_for(
    workspace: Workspace, request: Request, commit: Commit, works: Sequence[plan.SuiteWork]
) -> collection.Collection:
    """The inputs of a collection of the current commit, which `--resume` can continue."""
    here = machine.fingerprint(workspace.config.machine.name)
    given = given_in(workspace.root, workspace, request, commit, works, here)
    given.spools = workspace.spools
    given.options = msgspec.to_builtins(msgspec.structs.replace(request, files=()), enc_hook=str)
    return given


def given_in(
    folder: Path,
    workspace: Workspace,
    request: Request,
    commit: Commit,
    works: Sequence[plan.SuiteWork],
    here: Machine,
) -> collection.Collection:
    """The inputs of a collection of the commit that is checked out in that folder."""
    workspace.cache.mkdir(parents=True, exist_ok=True)
    drift = workspace.loaded.drift
    recorder = Recorder(request.profile)
    repeats = QUICK_REPEATS if request.profile == "quick" else REPEATS
    if plan.parse_shard(request.shard).of > 1:
        recorder.add(SHARD, shares.about(request.shard, request.seconds or {}))
    return collection.Collection(
        project=workspace.config.project or workspace.root.name,
        profile=request.profile,
        commit=commit,
        machine=here,
        folder=folder,
        cache=workspace.cache,
        watcher=progress.watcher(sum(work.cases for work in works)),
        recorder=recorder,
        calibrator=Calibrator(folder, drift, repeats) if request.calibrate else None,
        limits=Limits.of_each_step(request.timeout_s),
    )


def store_and_report(
    workspace: Workspace,
    request: Request,
    works: Sequence[plan.SuiteWork],
    collected: collection.Collected,
    remarks: tuple[str, ...] = (),
) -> int:
    """Store and print what was measured; returns the exit code. Prints even if storing fails.

    Raises BrokenEnvironmentError at the end when the run file or the database could not be written.
    """
    counts = summary.count(summary.of_suites(collected.record.points))
    stored = ""
    trouble: BrokenEnvironmentError | None = None
    try:
        if counts.ran or request.keep_empty:
            record = in_job(_with_warnings(collected.record, remarks), request.ci_url)
            stored = workspace.append([record]).file
            stored = stored or ALREADY
    except StoredOnlyError as error:
        stored, trouble = error.file, error
    except (BrokenDataError, BrokenEnvironmentError) as error:
        trouble = BrokenEnvironmentError(
            f"{error.message} What was measured is kept all the same.",
            hint=f"{error.hint} Then `soundmark collect --resume` stores it.".strip(),
        )
    if collected.spool is not None:
        if trouble is None or stored:
            collected.spool.remove()
        else:
            collected.spool.close()
    _report(collected.record, stored, works, is_kept=trouble is not None)
    for line in file_flags.write(request.files, works, collected.record):
        say(line)
    if trouble is not None:
        raise trouble
    return FINE if counts.measured and not collected.interrupted else FINDINGS


def _with_warnings(record: RunRecord, more: tuple[str, ...]) -> RunRecord:
    """The same run with the warnings printed before it, for its page."""
    run = msgspec.structs.replace(record.run, warnings=(*record.run.warnings, *more))
    return msgspec.structs.replace(record, run=run)


def _report(
    record: RunRecord, file: str, works: Sequence[plan.SuiteWork], *, is_kept: bool
) -> None:
    click.echo(summary.table(record.points), nl=False)
    for work in works:
        if isinstance(work.suite, Concludes):
            text = work.suite.conclude([one for one in record.points if one.suite == work.name])
            if text:
                say(f"\n{text}")
    for warning in summary.warnings(record.run, record.points):
        say(f"Warning: {warning}", err=True)
    run = record.run
    sha = run.commit.sha
    commit = sha if commits.is_unversioned(sha) else sha[:12]
    dirty = " with uncommitted changes" if run.commit.dirty else ""
    say(
        f"{summary.count(record.points).text()} in {progress.clock(run.duration_s)} at"
        f" {commit}{dirty} on {run.machine.name}."
    )
    if file:
        say(f"Stored as run {run.run_id[:8]}: {file}")
    elif not is_kept:
        say(
            "Not stored: no benchmark came to an end, so there is nothing to compare with later."
            " --keep-empty stores such a run.",
            err=True,
        )
