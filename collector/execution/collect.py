"""Measure a work list and make one run record of it."""

from __future__ import annotations

import time
import traceback
import uuid
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from collector.execution.runner import Limits, Runner
from collector.planning import declared, plan, preparation, requirements, sampling_options
from collector.results import points, scrub
from collector.suites import registry
from history.project.config import convert_table
from history.words import calibration
from history.words.key import benchmark_id
from history.words.records import Failed, Item, Point, Run, RunRecord

if TYPE_CHECKING:
    from collector.calibrate.calibrate import Calibrator
    from collector.execution.watcher import Watcher
    from collector.host.recorder import Recorder
    from collector.planning.plan import Shard, SuiteWork
    from collector.results.samples import CaseResult
    from history.words.records import Commit, Machine


@dataclass
class Collection:
    """Everything a collection is given beside its work list: one commit in one folder."""

    project: str
    profile: str
    commit: Commit
    machine: Machine
    folder: Path
    """Working folder of the children: where the commit is checked out."""
    cache: Path
    """Folder that suites may keep things in from run to run."""
    watcher: Watcher
    recorder: Recorder
    calibrator: Calibrator | None = None
    limits: Limits = field(default_factory=Limits)
    environment: dict[str, str] = field(default_factory=dict)
    """Added to that of every child."""


@dataclass
class Collected:
    """What a collection gave."""

    record: RunRecord
    interrupted: bool = False


def work_list(
    tables: Sequence[tuple[str, dict[str, Any], str]],
    names: Sequence[str],
    profile: str,
    *,
    folder: Path,
    only: Sequence[str] = (),
    shard: Shard = plan.WHOLE,
) -> tuple[SuiteWork, ...]:
    """Plans of the suites that were asked for.

    ``tables`` are the ``[[suite]]`` tables of the configuration; a suite named without one takes
    its defaults, and with neither names nor tables every known suite does. Suites that lack
    something get every case as an absence that says what and how to get it. Paths in the tables
    start from ``folder``, where the children will work as well.
    """
    with chdir(folder):
        plans = [_planned(*table, profile) for table in _chosen(tables, names)]
    return plan.assemble(plans, only=only, shard=shard)


def _planned(name: str, table: dict[str, Any], where: str, profile: str) -> plan.Planned:
    suite = registry.load(name)
    suite_table, prepared = preparation.split(table, where)
    own_table, sampling = sampling_options.split(suite_table, where)
    options = convert_table(own_table, suite.options, where)
    declared.check_places(options, where)
    suite_plan = sampling_options.apply(sampling, suite.plan(options, profile), where)
    missing = requirements.missing(suite.requirements)
    if missing:
        suite_plan = requirements.without(suite_plan, missing)
    sent: dict[str, Any] = msgspec.to_builtins(options)
    # A suite that may stand in the file several times is told apart by its own name.
    own = str(getattr(options, "name", "") or suite.name)
    return plan.Planned(own, registry.target_of(name), suite, sent, suite_plan, prepared)


@dataclass
class _Gathered:
    """What there is so far."""

    points: list[Point] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    done: int = 0
    """Cases with an end."""


def collect(works: Sequence[SuiteWork], given: Collection) -> Collected:
    """Measure everything; what was measured before a Ctrl-C is kept and the run says so."""
    started, clock = datetime.now(UTC), time.monotonic()
    gathered = _Gathered()
    interrupted = False
    given.recorder.before()
    try:
        for work in works:
            _measure(work, given, gathered)
    except KeyboardInterrupt:
        interrupted = True
        total = sum(work.cases for work in works)
        gathered.warnings.append(
            f"Interrupted after {gathered.done} of {total} benchmarks; what was measured is kept,"
            " the rest is missing from this run: run it again for them."
        )
    finally:
        given.watcher.close()
    if given.calibrator is not None:
        gathered.points += given.calibrator.points()
        gathered.warnings += given.calibrator.warnings()
        given.recorder.add(calibration.GROUP, calibration.encode(given.calibrator.calibration()))
        given.calibrator.close()
    given.recorder.after()
    gathered.warnings += given.recorder.warnings()
    run = Run(
        run_id=uuid.uuid4().hex,
        started_at=started,
        commit=given.commit,
        machine=given.machine,
        project=given.project,
        source="collect",
        profile=given.profile,
        tool_version=tool_version(),
        duration_s=round(time.monotonic() - clock, 3),
        environment=given.recorder.environment(),
        warnings=tuple(scrub.text(warning) for warning in gathered.warnings),
    )
    record = RunRecord(run=run, points=tuple(gathered.points), items=tuple(gathered.items))
    return Collected(record, interrupted)


def _measure(work: SuiteWork, given: Collection, gathered: _Gathered) -> None:
    """One suite between two readings of the machine; a mistake of ours costs its rest only."""
    calibrator = given.calibrator if work.cases else None
    if calibrator is not None:
        calibrator.before(work.name)
    runner = Runner(
        work,
        given.profile,
        given.folder,
        given.cache,
        given.watcher,
        given.limits,
        given.environment,
    )
    given.watcher.suite_started(work)
    for absence in work.plan.absences:
        gathered.points += points.absent(work.name, absence.case, absence.outcome)
    try:
        for result in runner.results():
            made = _points(work, result)
            given.watcher.case_done(work, result.case, made.points)
            given.recorder.case(_label(work, result), result)
            gathered.points += made.points
            gathered.items += made.items
            gathered.done += 1
    except KeyboardInterrupt:
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
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+source"


def _unmeasured(work: SuiteWork, found: Sequence[Point], text: str) -> list[Point]:
    """Failed points of the cases that have none yet."""
    have = {(point.suite, point.benchmark, str(point.params), point.variant) for point in found}
    failed = Failed(reason=f"not measured, the collector failed before: {text}")
    return [
        point
        for case in work.plan.cases
        if (work.name, case.benchmark, str(case.params), case.variant) not in have
        for point in points.absent(work.name, case, failed)
    ]


def _label(work: SuiteWork, result: CaseResult) -> str:
    case = result.case
    name = benchmark_id(work.name, case.benchmark, case.params)
    return f"{name} {case.variant.text()}".strip()


def _points(work: SuiteWork, result: CaseResult) -> points.Made:
    """Points of a case; a mistake in a suite's ``derive`` costs only that case."""
    try:
        return points.make(work.suite, work.name, result)
    except Exception as error:  # noqa: BLE001 - suites of other packages may raise anything
        reason = f"the suite could not derive its metrics: {type(error).__name__}: {error}"
        return points.Made(points.absent(work.name, result.case, Failed(reason=reason)))


def _chosen(
    tables: Sequence[tuple[str, dict[str, Any], str]], names: Sequence[str]
) -> list[tuple[str, dict[str, Any], str]]:
    if not names and not tables:
        names = registry.SUITES.names()
    if not names:
        return list(tables)
    found = []
    for name in names:
        mine = [table for table in tables if name in {table[0], table[1].get("name")}]
        found += mine or [(name, {}, f"suite {name}")]
    return found
