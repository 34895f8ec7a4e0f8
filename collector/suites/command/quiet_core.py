"""Find the core with the least other load, on which a program waits and may stay.

A program that is moved to another core as it starts, or by a busy neighbour, loses its warm caches:
5 to 10 % of a run of 20 ms on two cores.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

LOOK_S: Final = 0.5
"""Seconds between two readings; the kernel counts in steps of 10 ms."""
FIRST_LOOK_S: Final = 0.2
WORTH_MOVING: Final = 0.1
"""Another core is chosen when its load is lower by this share of the time, since moving costs warm
caches. A busy neighbour takes at most half of the time, because it shares the core with the
program.
"""
_BUSY: Final = (0, 1, 2, 5, 6, 7)
"""Columns of /proc/stat: user, nice, system, irq, softirq, steal."""


class QuietCore:
    """Watches the cores this process may use. Raises OSError without Linux's /proc/stat."""

    def __init__(self, cores: Iterable[int]) -> None:
        self._cores = sorted(cores)
        self.core = self._cores[-1]  # the first one mostly serves the devices
        self._at = time.monotonic()
        self._busy, self._own = _busy_s(), _own_s()
        if len(self._cores) > 1:
            time.sleep(FIRST_LOOK_S)
            self._look()

    def choose(self) -> int:
        """Choose the core for the next run."""
        if time.monotonic() - self._at >= LOOK_S:
            self._look()
        return self.core

    def _look(self) -> None:
        at, busy, own = time.monotonic(), _busy_s(), _own_s()
        took = at - self._at
        others = {core: (busy[core] - self._busy[core]) / took for core in self._cores}
        # What we used ourselves, we used there: this process stays on it with its programs.
        others[self.core] -= (own - self._own) / took
        self.core = quietest(others, self.core)
        self._at, self._busy, self._own = at, busy, own


@cache
def of_process(cores: frozenset[int]) -> QuietCore:
    """The single watcher of this process: two would count each other's programs as other load."""
    return QuietCore(cores)


def quietest(others: Mapping[int, float], core: int) -> int:
    """The core where others took the smallest share, unless staying on ``core`` is as good."""
    best = min(others, key=lambda one: others[one])
    return best if others[core] - others[best] > WORTH_MOVING else core


def _busy_s() -> dict[int, float]:
    per_s = os.sysconf("SC_CLK_TCK")
    lines = (line.split() for line in Path("/proc/stat").read_text().splitlines())
    return {
        int(name[3:]): sum(int(columns[place]) for place in _BUSY) / per_s
        for name, *columns in lines
        if name.startswith("cpu") and name != "cpu"
    }


def _own_s() -> float:
    programs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + programs.ru_utime + programs.ru_stime
