"""Toys whose samples come from several children, one after the other."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from collector.contract import Process, Sampling, WorkOutcome
from tests.collector.toys import Toy


class Fresh(Toy):
    """Samples from three children, each of which keeps a speed of its own."""

    sampling = Sampling(repeats=7, processes=3, rounds=2, warmup=1)
    benchmarks: tuple[str, ...] = ("work", "last")
    metrics: tuple[str, ...] = ("operation_time", "pid", "rss")

    def work(self, timer: Any) -> object:
        timer.record("pid", os.getpid())
        time.sleep(0.005)
        return None

    def last(self, timer: Any) -> object:
        return self.work(timer)


class FreshPair(Fresh):
    """The same with two variants."""

    benchmarks = ("work",)
    sampling = Sampling(repeats=6, processes=3, rounds=2, warmup=1)
    processes: tuple[Process, ...] = (Process(name="a"), Process(name="b"))


class LateCrash(Fresh):
    """One benchmark ends its second child."""

    def work(self, timer: Any) -> object:
        seen = Path("pids")
        pids = set(seen.read_text().split()) if seen.exists() else set()
        seen.write_text(" ".join(pids | {str(os.getpid())}))
        if len(pids | {str(os.getpid())}) == 2:
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().work(timer)

    def last(self, timer: Any) -> object:
        return super().work(timer)


class OtherOutput(Fresh):
    """What comes out differs from child to child."""

    def outcome(self) -> WorkOutcome:
        return WorkOutcome(fingerprint=str(os.getpid()))


class Slower(Fresh):
    """Its work records the process it is in, and how long it says it took there."""

    metrics: tuple[str, ...] = ("operation_time", "pid")
    sampling = Sampling(repeats=4, warmup=1)


class Elsewhere(Toy):
    """It cannot be opened in a folder called base."""

    def open(self, process, options, profile, workspace):
        if "base" in str(workspace):
            raise ImportError("No module named 'speech_project'")
        return super().open(process, options, profile, workspace)


class Broken(Slower):
    """One of its two benchmarks ends its child."""

    def work(self, timer):
        os.kill(os.getpid(), signal.SIGKILL)

    def last(self, timer):
        return super().work(timer)
