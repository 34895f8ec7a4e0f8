"""Take the samples of one case: the only loop in which anything is timed.

A sample is one call of ``Work.run``, or one block of ``loops`` calls for work too short to be
timed alone. The clocks are read in this order, so that the wall clock is innermost::

    switches, cpu, wall, [run x loops], wall, cpu, switches

The garbage collector runs before a round and is off inside it. Nothing is subtracted: the overhead
of the harness is measured in ``benchmarks/harness`` and published.
"""

from __future__ import annotations

import gc
import itertools
import math
import statistics
from array import array
from typing import TYPE_CHECKING, Final

from collector.measure.clock import UNKNOWN, Clock
from collector.measure.report import Block, Warm

if TYPE_CHECKING:
    from collector.contract import Sampling, Work
    from collector.measure.stage_timer import WallTimer

CAPACITY: Final = 256
"""Most samples of one round; a longer round is cut and the parent asks for another."""
WARM_BLOCK_S: Final = 0.02
"""Shortest warm-up block, in seconds, long enough for a stable median."""
WARM_BLOCK_REPEATS: Final = 3
WARM_SHARE: Final = 1 / 3
"""Warm-up may take this share of the case's ``max_s``."""
ITEM_TOLERANCE: Final = 5.0
"""Items agree within this many half-widths, since each has fewer repeats than the total."""
WAITED: Final = 0.02
"""A program that waited for a core longer than this share of its sample was preempted: the count
of switches says nothing, since every start of a program is one or two. As the target width."""
MAX_LOOPS: Final = 2**24


class Sampler:
    """Repeats one piece of work and keeps the clock readings in buffers allocated once."""

    def __init__(
        self, work: Work, timer: WallTimer, clock: Clock, capacity: int = CAPACITY
    ) -> None:
        self._work, self._timer, self._clock = work, timer, clock
        self._capacity = capacity
        self._wall = array("q", bytes(8 * capacity))
        self._cpu = array("q", bytes(8 * capacity))
        self._switched = array("b", bytes(capacity))
        self._discarded: list[str] = []
        self.loops = 1

    def take(self, repeats: int, max_s: float) -> int:
        """Fill the buffers with up to this many samples and return their number.

        At least one sample is taken; none begins after ``max_s`` seconds (0: no limit). Exceptions
        of the work are not caught.
        """
        self._discarded.clear()
        limit = self._clock.wall_ns() + int(max_s * 1e9) if max_s > 0 else None
        self._timer.clear()
        gc.collect()
        gc.disable()
        try:
            return self._fill(min(repeats, self._capacity), limit)
        finally:
            gc.enable()

    def _fill(self, repeats: int, limit: int | None) -> int:
        """The sampling loop. Every call it makes is part of the sample, so it is one function.

        No sample begins once the wall clock, in nanoseconds, is at the limit.
        """
        run, timer, inner = self._work.run, self._timer, self.loops
        wall_ns, cpu_ns, switches = self._clock
        walls, cpus, switched = self._wall, self._cpu, self._switched
        start, stop = timer.start, timer.stop
        synchronise, accept = timer.synchronise, timer.accept
        again = itertools.repeat(None)
        index = 0
        while index < repeats:
            if synchronise is not None:
                synchronise()
            start(index)
            switches_before = switches()
            cpu_before = cpu_ns()
            before = timer.mark = wall_ns()
            if inner == 1:
                kept = run(timer)
            else:
                for _ in itertools.islice(again, inner):
                    kept = run(timer)
            if synchronise is not None:
                synchronise()
            after = wall_ns()
            cpu_after = cpu_ns()
            switched[index] = switches() != switches_before
            del kept
            stop(index)
            walls[index] = after - before
            cpus[index] = cpu_after - cpu_before
            if timer.used_items or timer.waited_ns is not None:
                self._as_told(index)
            if accept is not None and (reason := accept(repeats)):
                self._discarded.append(reason)
                timer.forget(index)
                continue
            index += 1
            if after >= timer.tell_at:
                timer.progress(index, repeats)
            if limit is not None and after >= limit:
                return index
        return repeats

    def _as_told(self, index: int) -> None:
        """Apply what the work itself reports: the time of its items, the waits of its programs."""
        timer = self._timer
        if timer.used_items:
            self._wall[index] = timer.item_total_ns
            self._cpu[index] = timer.item_cpu_ns
        if timer.waited_ns is not None:
            self._switched[index] = timer.waited_ns > WAITED * self._wall[index]

    def block(self, repeats: int, max_s: float) -> Block:
        """One round as a message."""
        began = self._clock.wall_ns()
        n = self.take(repeats, max_s)
        timer = self._timer
        known = self._clock.switches() != UNKNOWN or timer.waited_ns is not None
        width = len(timer.stage_ns) // self._capacity
        return Block(
            wall_ns=self._wall[:n].tolist(),
            cpu_ns=self._cpu[:n].tolist(),
            preempted=[bool(flag) for flag in self._switched[:n]] if known else None,
            loops=self.loops,
            stage_ns=timer.stage_ns[: n * width].tolist(),
            item_ns=timer.item_ns[: n * timer.items].tolist() if timer.items > 1 else [],
            readings={metric: _told(kept[:n]) for metric, kept in timer.readings.items()},
            item_readings={
                metric: _told(kept[: n * timer.items])
                for metric, kept in timer.item_readings.items()
            },
            discarded=list(self._discarded),
            elapsed_s=(self._clock.wall_ns() - began) / 1e9,
        )

    def warm_up(self, sampling: Sampling) -> Warm:
        """Repeat until the speed is steady, and set ``loops``.

        With a fixed ``warmup`` exactly that many repeats are made. Otherwise blocks are repeated
        until the medians of two consecutive blocks agree within the width of the target interval:
        the total, and with more tolerance every item, so that each input shape is warm. Warm-up
        stops unconverged when a third of the case's time is spent.
        """
        began = self._clock.wall_ns()
        if sampling.warmup is not None:
            done = 0
            while done < sampling.warmup:
                done += self.take(sampling.warmup - done, 0.0)
            self._calibrate(sampling.block_s)
            return self._warm(done, began, converged=True)
        done = self.take(1, 0.0)  # the first call does lazy work and is not typical
        self._calibrate(sampling.block_s)
        size = self._block_size()
        limit = began + int(sampling.max_s * WARM_SHARE * 1e9)
        previous: list[float] = []
        while True:
            taken = self.take(size, 0.0)
            done += taken
            current = self._medians(taken)
            if previous and _agree(previous, current, sampling.half_width):
                return self._warm(done, began, converged=True)
            if self._clock.wall_ns() >= limit:
                return self._warm(done, began, converged=False)
            previous = current

    def _warm(self, repeats: int, began: int, *, converged: bool) -> Warm:
        seconds = (self._clock.wall_ns() - began) / 1e9
        return Warm(repeats=repeats, converged=converged, loops=self.loops, seconds=seconds)

    def _block_size(self) -> int:
        each = max(1, self._wall[0]) / 1e9
        return min(self._capacity, max(WARM_BLOCK_REPEATS, int(WARM_BLOCK_S / each)))

    def _calibrate(self, block_s: float) -> None:
        """Grow ``loops`` until a sample lasts ``block_s`` (torch.utils.benchmark's way: by ten)."""
        self.loops = 1
        while block_s > 0:
            self.take(1, 0.0)
            spent = max(1, self._wall[0]) / 1e9
            if spent >= block_s or self.loops >= MAX_LOOPS:
                return
            # Aim a fifth past the goal, so that most samples reach it; never more than ten times.
            factor = min(10.0, 1.2 * block_s / spent)
            self.loops = min(MAX_LOOPS, max(self.loops + 1, int(self.loops * factor)))

    def _medians(self, n: int) -> list[float]:
        """Median of the total, then of each item when there are several.

        Preempted samples are left out if others exist.
        """
        items = self._timer.items
        kept = [index for index in range(n) if not self._switched[index]] or range(n)
        medians = [statistics.median(self._wall[index] for index in kept)]
        if items > 1:
            times = self._timer.item_ns
            medians += [
                statistics.median(times[index * items + item] for index in kept)
                for item in range(items)
            ]
        return medians


def _agree(previous: list[float], current: list[float], half_width: float) -> bool:
    """Whether two blocks' medians differ by at most the target width (items: more loosely)."""
    total, *items = [
        abs(one - other) / max(1.0, min(one, other))
        for one, other in zip(previous, current, strict=True)
    ]
    return total <= 2 * half_width and all(
        difference <= ITEM_TOLERANCE * half_width for difference in items
    )


def _told(values: array[float]) -> list[float | None]:
    """Readings as sent to the parent: NaN becomes None."""
    return [value if math.isfinite(value) else None for value in values]
