"""Run a toy suite in real children and give back what the runner found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning import plan
from collector.planning.plan import SuiteWork
from collector.results import points
from collector.results.samples import CaseResult
from history.words.records import Point

FAST = Limits(open_s=300.0, prepare_s=300.0, repeat_s=1.0, finish_s=300.0)
"""Long where a machine under load may be slow, short for a repeat that hangs."""


class Quiet:
    """Watches without a word."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def suite_started(self, work: Any) -> None:
        self.seen.append(f"suite {work.name}")

    def group_started(self, work: Any, group: Any) -> None:
        pass

    def phase(self, case: Any, text: str) -> None:
        self.seen.append(f"{case.variant.implementation} {case.benchmark} {text}")

    def progress(self, case: Any, done: int, total: int) -> None:
        self.seen.append(f"{case.variant.implementation} {case.benchmark} {done}/{total}")

    def case_done(self, work: Any, case: Any, points: Any) -> None:
        self.seen.append(f"done {case.benchmark}")

    def note(self, text: str) -> None:
        pass

    def close(self) -> None:
        self.seen.append("closed")


def work_of(toy: Any) -> SuiteWork:
    """The work list of one toy."""
    suite = toy()
    options = suite.options()
    target = f"{toy.__module__}:{toy.__qualname__}"
    sent: dict[str, Any] = msgspec.to_builtins(options)
    (work,) = plan.assemble(
        [plan.Planned(suite.name, target, suite, sent, suite.plan(options, "quick"))]
    )
    return work


def run(
    toy: Any, folder: Path, *, limits: Limits = FAST, watcher: Quiet | None = None
) -> list[CaseResult]:
    """Every case of a toy, measured in real children."""
    return list(Runner(work_of(toy), "quick", folder, folder, watcher or Quiet(), limits).results())


def points_of(toy: Any, folder: Path, *, limits: Limits = FAST) -> list[Point]:
    """Every point of a toy."""
    work = work_of(toy)
    results = Runner(work, "quick", folder, folder, Quiet(), limits).results()
    return [point for result in results for point in points.make(work.suite, "toy", result).points]


def outcome_of(found: list[Point], benchmark: str, metric: str = "operation_time") -> Any:
    """The outcome of the one point with these names."""
    (point,) = [point for point in found if (point.benchmark, point.metric) == (benchmark, metric)]
    return point.outcome
