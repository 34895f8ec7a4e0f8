"""Toys that hold memory, and toys whose work is not what was asked for."""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from typing import Any, ClassVar

from collector.contract import Process, Sampling, WorkOutcome
from tests.collector.toys import Toy


class Memory(Toy):
    """Holds 40 MiB more in the work than before it, and 80 MiB at its peak."""

    metrics = ("operation_time", "peak_rss", "rss", "forward_time", "dp_time")
    stages = ("forward_time", "dp_time")
    sampling = Sampling(repeats=3, warmup=1)

    def work(self, timer: Any) -> object:
        self.kept = b""
        self.kept = bytes([os.getpid() % 256]) * (40 * 2**20)
        timer.end_stage("forward_time")
        passing = bytes([os.getpid() % 256]) * (40 * 2**20)
        timer.end_stage("dp_time")
        return len(passing)


class Empty(Toy):
    """Holds nothing; what ``Memory`` is compared with."""

    metrics = Memory.metrics
    stages = Memory.stages
    sampling = Memory.sampling

    def work(self, timer: Any) -> object:
        timer.end_stage("forward_time")
        timer.end_stage("dp_time")
        return None


class OtherProvider(Toy):
    """Was asked for CUDA and ran on the CPU."""

    expect: ClassVar[dict[str, str]] = {"provider": "CUDA"}


class LateProvider(OtherProvider):
    """Only says where it ran once it has run."""

    said: ClassVar[dict[str, Any]] = {}

    def outcome(self) -> WorkOutcome:
        self.said = {"provider": ["CPU", "other"]}  # type: ignore[misc] # this instance's own
        return WorkOutcome()


class Idle(Toy):
    """Says itself that it did not do the work."""

    def outcome(self) -> WorkOutcome:
        return WorkOutcome(invalid="only 3 of 32 tokens were generated.")


class LightImports(Toy):
    """A light child that imports what would be measured along."""

    processes = (Process(name="main", light=True),)

    def work(self, timer: Any) -> object:
        sys.modules.setdefault("transformers", sys)
        return None


class SaysGoodbye(Toy):
    """Has asked Python to be called at its end."""

    def open(self, process: Process, options: Any, profile: str, workspace: Path) -> Toy:
        atexit.register((workspace / "goodbye").write_text, "said")
        return super().open(process, options, profile, workspace)

    def work(self, timer: Any) -> object:
        return None
