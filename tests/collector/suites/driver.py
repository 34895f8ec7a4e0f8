"""Runs a suite in this process with a plain clock, where the harness would start children."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from collector.contract import Case, Process, Session, Suite, WorkOutcome
from collector.measure.stage_timer import NoTimer

if TYPE_CHECKING:
    from collector.contract import Samples


class PlainLaps(NoTimer):
    """Stages and totals of one repeat, summed over its items and kept for each."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.items: dict[int, dict[str, float]] = {}
        self.readings: dict[str, float] = {}
        self._item = 0
        self._begun = self._last = time.perf_counter()

    def begin_item(self, item: int = 0) -> None:
        self._item = item
        self.items.setdefault(item, {})
        self._begun = self._last = time.perf_counter()

    def end_stage(self, stage: str) -> None:
        now = time.perf_counter()
        self._add(stage, now - self._last)
        self._last = now

    def end_item(self) -> None:
        self._add("total_time", time.perf_counter() - self._begun)

    def record(self, metric: str, value: float) -> None:
        self.readings[metric] = value

    def _add(self, stage: str, seconds: float) -> None:
        self.stages[stage] = self.stages.get(stage, 0.0) + seconds
        kept = self.items.setdefault(self._item, {})
        kept[stage] = kept.get(stage, 0.0) + seconds


@dataclass
class Ran:
    """What one case gave."""

    case: Case
    outcome: WorkOutcome
    samples: dict[str, Samples]
    derived: dict[str, Any]
    items: list[dict[int, dict[str, float]]] = field(default_factory=list)


@contextmanager
def opened(
    suite: Suite, process: Process, options: Any, workspace: Path, profile: str = "quick"
) -> Iterator[Session]:
    session = suite.open(process, options, profile, workspace)
    try:
        yield session
    finally:
        session.close()


def drive(suite: Suite, session: Session, case: Case, repeats: int = 2) -> Ran:
    """Prepares a case, repeats it, and derives its metrics."""
    work = session.prepare(case)
    timer = [PlainLaps() for _ in range(repeats)]
    for one in timer:
        started = time.perf_counter()
        work.run(one)
        one.stages.setdefault("total_time", time.perf_counter() - started)
    names = {name for one in timer for name in (*one.stages, *one.readings)}
    samples = {
        name: np.array([{**one.stages, **one.readings}[name] for one in timer]) for name in names
    }
    outcome = work.finish()
    derived = suite.derive(case, samples, outcome)
    return Ran(case, outcome, samples, derived, [one.items for one in timer])


def run_suite(
    suite: Suite,
    options: Any,
    workspace: Path,
    *,
    profile: str = "quick",
    repeats: int = 2,
    chosen: Callable[[Case], bool] = lambda _case: True,
) -> list[Ran]:
    """Every chosen case of a suite, process by process."""
    plan = suite.plan(options, profile)
    ran = []
    for process in plan.processes:
        cases = [case for case in plan.cases if case.process == process.name and chosen(case)]
        if cases:
            with opened(suite, process, options, workspace, profile) as session:
                ran += [drive(suite, session, case, repeats) for case in cases]
    return ran
