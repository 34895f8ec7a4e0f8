"""Toys whose samples come from several children, one after the other."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from collector.contract import Outcome, Process, Sampling
from tests.collector.toys import Toy


class Fresh(Toy):
    """Samples from three children, each of which keeps a speed of its own."""

    sampling = Sampling(repeats=7, processes=3, rounds=2, warmup=1)
    benchmarks: tuple[str, ...] = ("work", "last")
    metrics = ("operation_time", "pid", "rss")

    def work(self, laps: Any) -> object:
        laps.record("pid", os.getpid())
        time.sleep(0.005)
        return None

    def last(self, laps: Any) -> object:
        return self.work(laps)


class FreshPair(Fresh):
    """The same with two variants."""

    benchmarks = ("work",)
    sampling = Sampling(repeats=6, processes=3, rounds=2, warmup=1)
    processes: tuple[Process, ...] = (Process(name="a"), Process(name="b"))


class LateCrash(Fresh):
    """One benchmark ends its second child."""

    def work(self, laps: Any) -> object:
        seen = Path("pids")
        pids = set(seen.read_text().split()) if seen.exists() else set()
        seen.write_text(" ".join(pids | {str(os.getpid())}))
        if len(pids | {str(os.getpid())}) == 2:
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().work(laps)

    def last(self, laps: Any) -> object:
        return super().work(laps)


class OtherOutput(Fresh):
    """What comes out differs from child to child."""

    def outcome(self) -> Outcome:
        return Outcome(fingerprint=str(os.getpid()))
