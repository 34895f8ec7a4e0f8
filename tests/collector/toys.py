"""Small suites with known truths: each does one thing a real child may do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from collector.suites.interface import Case, Outcome, Process, Sampling, SuitePlan


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing can be set."""


class Toy:
    """What all toys share; ``run`` of the work is what differs."""

    name = "toy"
    version = 1
    summary = "A toy."
    needs = ()
    options = NoOptions
    sampling = Sampling(repeats=6, warmup=1)
    benchmarks: tuple[str, ...] = ("work",)
    process = Process(name="main")
    expect: ClassVar[dict[str, str]] = {}
    metrics: tuple[str, ...] = ("operation_time",)

    def plan(self, options: Any, profile: str) -> SuitePlan:
        cases = tuple(
            Case(
                benchmark=name,
                process=self.process.name,
                metrics=self.metrics,
                sampling=self.sampling,
                expect=self.expect,
            )
            for name in self.benchmarks
        )
        return SuitePlan(processes=(self.process,), cases=cases)

    def open(self, process: Process, options: Any, profile: str, workspace: Path) -> Toy:
        return self

    def facts(self) -> dict[str, Any]:
        return {"provider": "CPU"}

    def prepare(self, case: Case) -> ToyWork:
        return ToyWork(getattr(self, case.benchmark))

    def close(self) -> None:
        pass

    def derive(self, case: Case, samples: Any, outcome: Outcome) -> dict[str, Any]:
        return {}

    def work(self, laps: Any) -> object:
        return None


class ToyWork:
    def __init__(self, action: Any) -> None:
        self.run = action

    def finish(self) -> Outcome:
        return Outcome(fingerprint="same")


class Sleep(Toy):
    """Sleeps 20 ms."""

    def work(self, laps: Any) -> object:
        time.sleep(0.02)
        return None
