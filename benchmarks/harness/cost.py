"""What the harness itself costs per sample: inside the clock, and around it.

Usage: python -m benchmarks.harness.cost
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from collector.contract import StageTimer, WorkOutcome
from collector.measure.clock import system_clock
from collector.measure.loop import CAPACITY, Sampler
from collector.measure.stage_timer import WallTimer

REPEATS = 200


class _Work:
    def __init__(self, run: Callable[[StageTimer], object]) -> None:
        self.run = run

    def finish(self) -> WorkOutcome:
        """Nothing to say."""
        return WorkOutcome()


def _nothing(timer: StageTimer) -> object:
    return timer


def _three_stages(timer: StageTimer) -> object:
    timer.end_stage("a")
    timer.end_stage("b")
    timer.end_stage("c")
    return None


def _item_of_three_stages(timer: StageTimer) -> object:
    timer.begin_item(0)
    timer.end_stage("a")
    timer.end_stage("b")
    timer.end_stage("c")
    timer.end_item()
    return None


def cost(
    run: Callable[[StageTimer], object],
    stages: tuple[str, ...] = (),
    items: int = 0,
    threads: int = 1,
    *,
    rounds: int = REPEATS,
) -> tuple[float, float]:
    """(inside, around) in nanoseconds per sample: what a sample of no work reads, and the rest.

    Medians over so many ``rounds``, each of which fills the buffers once.
    """
    clock = system_clock(threads=threads)
    timer = WallTimer(clock, stages, items, CAPACITY, ())
    sampler = Sampler(_Work(run), timer, clock)
    inside, around = [], []
    sampler.take(CAPACITY, 0.0)
    for _ in range(rounds):
        spent, walls = _round(sampler)
        inside.append(statistics.median(walls))
        around.append((spent - sum(walls)) / CAPACITY)
    return statistics.median(inside), statistics.median(around)


def _round(sampler: Any) -> tuple[int, list[int]]:  # noqa: ANN401 - looks inside
    """Time of the loop alone: the round's garbage collection and clearing are measured apart."""
    before = time.perf_counter_ns()
    sampler.take(1, 0.0)
    fixed = time.perf_counter_ns() - before
    before = time.perf_counter_ns()
    taken = sampler.take(CAPACITY, 0.0)
    spent = time.perf_counter_ns() - before
    return spent - fixed, sampler._wall[:taken].tolist()  # noqa: SLF001 - the instrument's own buffer


KINDS: Final[dict[str, tuple[Any, ...]]] = {
    "one call": (_nothing,),
    "one call, two threads": (_nothing, (), 0, 2),
    "three stages": (_three_stages, ("a", "b", "c")),
    "one item of three stages": (_item_of_three_stages, ("a", "b", "c"), 1),
}
"""What is in a sample, and the arguments of `cost` for it."""


def main() -> None:
    """Print one line per kind of sample."""
    print(f"{'sample':32} {'inside ns':>10} {'around ns':>10} {'together ns':>12}")
    for name, arguments in KINDS.items():
        inside, around = cost(*arguments)
        print(f"{name:32} {inside:10.0f} {around:10.0f} {inside + around:12.0f}")


if __name__ == "__main__":
    main()
