"""The clocks that time a sample; tests pass exact ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

UNKNOWN = -1
"""What ``switches`` gives where preemption cannot be known."""


class Clock(NamedTuple):
    """Three monotonic counters."""

    wall_ns: Callable[[], int]
    cpu_ns: Callable[[], int]
    """Processor time of all threads of this process."""
    switches: Callable[[], int]
    """Involuntary context switches so far (``ru_nivcsw``), or UNKNOWN."""


def system_clock(*, threads: int, spawns: bool = False) -> Clock:
    """The clocks of this computer.

    With one thread only the calling thread's switches count, so that an idle helper thread cannot
    spoil a sample; with several the work is on all of them, and so is the count. Where the work is
    done by programs that are started and waited for, their processor time counts too, and switches
    are unknown: starting a program is a switch or two in itself.
    """
    if spawns:
        return _with_children()
    return Clock(time.perf_counter_ns, time.process_time_ns, _switch_counter(threads=threads))


def _with_children() -> Clock:
    try:
        import resource
    except ImportError:  # Windows
        return Clock(time.perf_counter_ns, time.process_time_ns, lambda: UNKNOWN)
    getrusage, children = resource.getrusage, resource.RUSAGE_CHILDREN
    own_ns = time.process_time_ns

    def cpu_ns() -> int:
        usage = getrusage(children)
        return own_ns() + round((usage.ru_utime + usage.ru_stime) * 1e9)

    return Clock(time.perf_counter_ns, cpu_ns, lambda: UNKNOWN)


def _switch_counter(*, threads: int) -> Callable[[], int]:
    try:
        import resource
    except ImportError:  # Windows
        return lambda: UNKNOWN
    if threads > 1:
        who = resource.RUSAGE_SELF
    elif hasattr(resource, "RUSAGE_THREAD"):  # Linux only
        who = resource.RUSAGE_THREAD
    else:
        return lambda: UNKNOWN
    getrusage = resource.getrusage

    def switches() -> int:
        return getrusage(who).ru_nivcsw

    return switches
