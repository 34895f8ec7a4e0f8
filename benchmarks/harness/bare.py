"""A suite that only repeats its work, measured without anything stored or shown."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from collector.contract import WorkOutcome
from collector.execution.runner import Runner
from collector.planning import plan

if TYPE_CHECKING:
    from collector.contract import Case
    from collector.results.samples import CaseResult


class BareSuite:
    """The suite is its own work. A subclass adds name, summary, options, plan, open and run."""

    version = 1
    requirements = ()

    def facts(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def prepare(self, case: Case) -> BareSuite:
        """The work is the suite itself."""
        del case
        return self

    def finish(self) -> WorkOutcome:
        """Nothing to say."""
        return WorkOutcome()

    def close(self) -> None:
        """Nothing is held."""

    def derive(self, case: Case, samples: Any, outcome: WorkOutcome) -> dict[str, Any]:  # noqa: ANN401
        """Nothing beyond the time."""
        del case, samples, outcome
        return {}


class _Silent:
    def group_started(self, work: object, group: object) -> None:
        """Nothing is shown."""

    def phase(self, case: object, text: str) -> None:
        """Nothing is shown."""

    def progress(self, case: object, done: int, total: int) -> None:
        """Nothing is shown."""


def results(suite: Any, target: str, options: msgspec.Struct) -> list[CaseResult]:  # noqa: ANN401 - any suite
    """Every case of a suite, measured in real children; ``target`` is its ``module:Class``."""
    planned = plan.Planned(
        suite.name, target, suite, msgspec.to_builtins(options), suite.plan(options, "quick")
    )
    (work,) = plan.assemble([planned])
    with tempfile.TemporaryDirectory() as folder:
        return list(Runner(work, "quick", Path(folder), Path(folder), _Silent()).results())
