"""Open the children of a whole work list side by side, before anything is timed.

Most of what a child does before it is asked to measure is importing: ten seconds of one core for
torch and transformers, twice in a quick run. Loading the model of its first case takes another. As
long as nothing is timed every core may do it. A child that is open waits on its pipe, and takes
nothing but memory from the one that measures.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from collector.host import control_groups, machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from collector.contract import Case, Process
    from collector.execution.case_execution import OpenChild
    from collector.planning.plan import SuiteWork
    from collector.protocol.process import ChildProcess

ROOM_BYTES: Final = 3 * 2**30
"""Memory that must be free for another child to be opened before its turn."""
TOLD_FROM: Final = 4
"""From this number of children on a note is printed; fewer open quickly."""
SHARED: Final = frozenset({"pss", "uss"})
"""Metrics of memory that processes share: where one is measured, no other child is open."""
LEAST_LIMIT_BYTES: Final = 8 * 2**30
"""A container that may use less opens each child in its turn."""


class Early(NamedTuple):
    """A child started before its turn."""

    channel: ChildProcess
    opened: Future[OpenChild | None]
    """None when memory did not allow opening it: it has only been started."""

    def result(self) -> OpenChild | None:
        """The open child. Raises what opening it raised."""
        return self.opened.result()

    def abandon(self) -> None:
        """Kill the child; the thread that opens it will notice."""
        if self.opened.cancel() or self.opened.done():
            self.channel.kill()
        else:
            self.channel.end()


class Opens(Protocol):
    """The part of a runner that opens children."""

    work: SuiteWork

    def open_ahead(
        self, process: Process, first: Case, pool: Executor, has_room: Callable[[], bool]
    ) -> Early:
        """Start a child, and let the pool open it and make its first case ready."""

    def abandon(self) -> None:
        """End all of them."""


def side_by_side(runners: Sequence[Opens], say: Callable[[str], None]) -> None:
    """Open the children that the runners will need, one per core at a time, and wait for all.

    Each child is started by this thread, whose end would end it (``orphan_guard``); only waiting
    for their answers is left to others. What fails is raised in the turn of the child.
    """
    limit = control_groups.memory_limit_bytes()
    if limit is not None and limit < LEAST_LIMIT_BYTES:
        return
    works = [runner.work for runner in runners]
    owed = {m for work in works for group in work.groups for case in group for m in case.metrics}
    if owed & SHARED:
        return
    pool = ThreadPoolExecutor(max_workers=machine.usable_cores())
    try:
        due = [
            (runner, process, first)
            for runner in runners
            for process, first in may_be_early(runner.work)
        ]
        # Children that may import torch take longest and begin first, so that no core idles at the
        # end.
        due.sort(key=lambda one: one[1].light)
        early = [
            runner.open_ahead(process, first, pool, has_room) for runner, process, first in due
        ]
        if len(early) >= TOLD_FROM:
            say(f"opening {len(early)} processes side by side, before anything is timed")
        wait([one.opened for one in early])
    except BaseException:
        for runner in runners:
            runner.abandon()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def may_be_early(work: SuiteWork) -> list[tuple[Process, Case]]:
    """Processes whose children may be opened before their turn, with the first case of each.

    Those that start programs, or are started by one, wait for their turn as ever, and so do those
    on a device, whose memory in use is read with everybody's on it.
    """
    first: dict[str, Case] = {}
    for case in (case for group in work.groups for case in group):
        first.setdefault(case.process, case)
    on_device = {
        case.process
        for group in work.groups
        for case in group
        if case.variant.device not in {"", "cpu"}
    }
    return [
        (process, first[process.name])
        for process in work.plan.processes
        if process.name in first.keys() - on_device and not (process.spawns or process.under)
    ]


def has_room() -> bool:
    """Whether memory allows another child before its turn."""
    import psutil

    return int(psutil.virtual_memory().available) >= ROOM_BYTES
