"""A neighbour that takes processor time, for measuring beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

_BUSY = """
import os, sys, time
burst, rest = float(sys.argv[1]), float(sys.argv[2])
started_by = os.getppid()
while os.getppid() == started_by:  # who was killed leaves nobody busy
    end = time.perf_counter() + burst
    while time.perf_counter() < end:
        sum(range(1000))
    time.sleep(rest)
"""


class Neighbours(NamedTuple):
    """What else runs: this many processes, busy for ``burst_s``, then resting for ``rest_s``."""

    name: str
    processes: int = 0
    burst_s: float = 0.03
    """Short bursts and rests, so that the scheduler cannot learn to leave a core to it."""
    rest_s: float = 0.01
    pinned: bool = False
    """Kept on the last core, where the scheduler cannot make room by moving it."""
    shared: bool = False
    """What is measured is kept on that core too, and has to take turns."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


ALONE = Neighbours("nobody")
ONE = Neighbours("one, all the time", 1)
PINNED = Neighbours("one, on another core", 1, pinned=True)
SHARED = Neighbours("one, on the same core", 1, pinned=True, shared=True)
ALL = Neighbours("one per core, all the time", cores())
CHANGING = Neighbours("one per core, 2 s of every 4", cores(), 2.0, 2.0)


@contextmanager
def beside(neighbours: Neighbours) -> Iterator[None]:
    """Keep them running until the block ends."""
    allowed = os.sched_getaffinity(0)
    last = {max(allowed)}
    command = [sys.executable, "-c", _BUSY, str(neighbours.burst_s), str(neighbours.rest_s)]
    with ExitStack() as stack:
        for _ in range(neighbours.processes):
            process = stack.enter_context(subprocess.Popen(command))
            stack.callback(process.kill)
            if neighbours.pinned:
                os.sched_setaffinity(process.pid, last)
        if neighbours.shared:
            stack.callback(os.sched_setaffinity, 0, allowed)
            os.sched_setaffinity(0, last)
        yield
