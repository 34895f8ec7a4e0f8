"""Measure a work list and make one run record of it."""

from __future__ import annotations

import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from collector.execution import opening
from collector.execution import spool as spooled
from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.execution.spool import FullError, Left, Spool
from collector.planning import plan
from collector.results import points, scrub
from collector.results.points import Made
from history.words import calibration
from history.words.records import Failed, Item, Point, Run, RunRecord

if TYPE_CHECKING:
    from collector.calibrate.calibrate import Calibrator
    from collector.execution.watcher import Watcher
    from collector.host.recorder import Recorder
    from collector.planning.plan import SuiteWork
    from history.words.records import Commit, Machine


@dataclass
class Collection:
    """The inputs of a collection beside its work list: one commit in one folder."""

    project: str
    profile: str
    commit: Commit
    machine: Machine
    folder: Path
    """Working folder of the children: where the commit is checked out."""
    cache: Path
    """Folder in which suites may cache files from run to run."""
    watcher: Watcher
    recorder: Recorder
    calibrator: Calibrator | None = None
    limits: Limits = field(default_factory=Limits)
    spools: Path | None = None
    """Folder in which every result is kept until the run is stored; None keeps none."""
    options: dict[str, Any] = field(default_factory=dict)
    """Those of the command line, needed to resume the collection."""
    resumed: Left | None = None
    """The interrupted collection that this one goes on with."""


@dataclass
class Collected:
    """The result of a collection."""

    record: RunRecord
    interrupted: bool = False
    spool: Spool | None = None
    """The spool: remove it when the record is stored, close it when storing failed."""


@dataclass
class _Gathered:
    """Points, items and warnings so far."""

    points: list[Point] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    done: int = 0
    """Cases that have ended."""
    spool: Spool | None = None

    def keep(
        self, made: Made, environment: Callable[[], dict[str, Any]], *, counts: bool = True
    ) -> None:
        """Add a result, first on disk. Raises FullError when nothing more can be stored."""
        self.points += made.points
        self.items += made.items
        self.done += counts
        if self.spool is not None:
            self.spool.keep(
                spooled.Result(
                    points=made.points,
                    items=made.items,
                    environment=environment(),
                    at=datetime.now(UTC),
                    counts=counts,
                )
            )


def collect(works: Sequence[SuiteWork], given: Collection) -> Collected:
    """Measure everything.

    After Ctrl-C the results so far are kept and the run has a warning. With ``resumed``, ``works``
    hold only what is still missing.
    """
    clock = time.monotonic()
    run, gathered, total = _begun(works, given)
    interrupted = False
    runners = [_runner(work, given) for work in works]
    try:
        if given.profile == "quick":
            opening.side_by_side(runners, given.watcher.note)
        given.recorder.before()
        for work, runner in zip(works, runners, strict=True):
            _measure(work, runner, given, gathered)
    except (KeyboardInterrupt, FullError) as error:
        interrupted = True
        if isinstance(error, FullError):
            gathered.warnings.append(scrub.text(error.message))
    finally:
        for runner in runners:
            runner.abandon()
        given.watcher.close()
    if interrupted or (given.resumed is not None and gathered.done < total):
        gathered.warnings.append(
            f"Interrupted after {gathered.done} of {total} benchmarks; what was measured is kept,"
            " the rest is missing from this run: run it again for them."
        )
    if given.calibrator is not None:
        gathered.points += given.calibrator.points()
        gathered.warnings += given.calibrator.warnings()
        given.recorder.add(calibration.GROUP, calibration.encode(given.calibrator.calibration()))
        given.calibrator.close()
    given.recorder.after()
    gathered.warnings += given.recorder.warnings()
    run = msgspec.structs.replace(
        run,
        duration_s=round(run.duration_s + time.monotonic() - clock, 3),
        environment=_environment(given, measured=bool(works)),
        warnings=tuple(scrub.text(warning) for warning in gathered.warnings),
    )
    record = RunRecord(run=run, points=tuple(gathered.points), items=tuple(gathered.items))
    return Collected(record, interrupted, gathered.spool)


def _begun(works: Sequence[SuiteWork], given: Collection) -> tuple[Run, _Gathered, int]:
    """The run as far as it is known at its start, its earlier results, and its number of cases."""
    planned = sum(work.cases for work in works)
    if given.resumed is not None:
        left, gathered = given.resumed, _Gathered(spool=Spool.again(given.resumed))
        gathered.done = left.done
        for result in left.results:
            gathered.points += result.points
            gathered.items += result.items
        if works:
            gathered.warnings.append(
                f"Measured in two parts: {left.done} benchmarks, and after an interruption"
                f" {planned} more."
            )
        ends = [result.at for result in left.results]
        before_s = (max(ends) - left.head.run.started_at).total_seconds() if ends else 0.0
        run = msgspec.structs.replace(left.head.run, duration_s=round(before_s, 3))
        return run, gathered, left.head.planned
    run = Run(
        run_id=uuid.uuid4().hex,
        started_at=datetime.now(UTC),
        commit=given.commit,
        machine=given.machine,
        project=given.project,
        source="collect",
        profile=given.profile,
        tool_version=tool_version(),
    )
    gathered = _Gathered()
    if given.spools is not None:
        head = spooled.Head(run=run, options=given.options, planned=planned)
        gathered.spool = Spool.begin(given.spools, head)
    return run, gathered, planned


def _environment(given: Collection, *, measured: bool) -> dict[str, Any]:
    """The environment of the run; for a resumed run, of both parts."""
    kept: dict[str, Any] = {}
    for result in given.resumed.results if given.resumed else ():
        for group, fields in result.environment.items():
            kept[group] = kept.get(group, {}) | fields
    if kept and not measured:
        return kept
    for group, fields in given.recorder.environment().items():
        kept[group] = kept.get(group, {}) | fields
    return kept


def _runner(work: SuiteWork, given: Collection) -> Runner:
    return Runner(
        work,
        given.profile,
        given.folder,
        given.cache,
        given.watcher,
        given.limits,
    )


def _measure(work: SuiteWork, runner: Runner, given: Collection, gathered: _Gathered) -> None:
    """One suite between two calibrations. An error of ours costs only the rest of this suite."""
    calibrator = given.calibrator if work.cases else None
    if calibrator is not None:
        calibrator.before(work.name)

    def environment() -> dict[str, Any]:
        given.recorder.suite(work, runner.facts)
        return given.recorder.environment()

    given.watcher.suite_started(work)
    absent: list[Point] = []
    for absence in work.plan.absences:
        absent += points.absent(work.name, absence.case, absence.outcome)
    if absent:
        gathered.keep(Made(tuple(absent)), environment, counts=False)
    try:
        for result in runner.results():
            made = points.make(work.suite, work.name, result)
            given.recorder.case(work.title(result.case), result)
            gathered.keep(made, environment)
            given.watcher.case_done(work, result.case, made.points)
    except (KeyboardInterrupt, FullError):
        runner.abandon()
        raise
    except Exception as error:  # noqa: BLE001 - an hour of numbers outlives a mistake of ours
        traceback.print_exc()
        text = scrub.text(f"{type(error).__name__}: {error}")
        gathered.warnings.append(f"{work.name} ended early by a mistake of the collector: {text}.")
        gathered.points += _unmeasured(work, gathered.points, text)
    finally:
        given.recorder.suite(work, runner.facts)
    if calibrator is not None:
        calibrator.after(work.name)


def tool_version() -> str:
    """Version of soundmark."""
    try:
        return version("soundmark")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+source"


def _unmeasured(work: SuiteWork, found: Sequence[Point], text: str) -> list[Point]:
    """Failed points of the cases that have none yet."""
    have = plan.identities(found)
    failed = Failed(reason=f"not measured, the collector failed before: {text}")
    return [
        point
        for case in work.plan.cases
        if work.identity(case) not in have
        for point in points.absent(work.name, case, failed)
    ]
