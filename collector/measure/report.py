"""Records of a measured case: its warm-up, its blocks of samples, its end.

The records are sent from a child to its parent as they are, hence the tags. Times are whole
nanoseconds as the clock gave them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from collector.contract import WorkOutcome


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the records about a case."""


class Warm(Report, frozen=True, kw_only=True, tag="warm"):
    """The case is warm."""

    repeats: int
    """Repeats before the first sample."""
    converged: bool
    """Whether two consecutive blocks agreed; False when time ran out first, or none were asked."""
    loops: int
    """Calls in each sample from now on."""
    seconds: float


class Block(Report, frozen=True, kw_only=True, tag="block"):
    """The samples of one round, in order of time."""

    wall_ns: list[int]
    """Per sample, over ``loops`` calls."""
    cpu_ns: list[int]
    """Processor time of all threads in the same span."""
    preempted: list[bool] | None
    """Whether the scheduler took the processor away; None where it cannot be known."""
    loops: int
    stage_ns: list[int]
    """(samples, items, stages) in one flat list; empty when the case declares no stages."""
    item_ns: list[int]
    """(samples, items) in one flat list; empty when the case declares no items."""
    readings: dict[str, list[float | None]]
    """Values of ``StageTimer.record``, one per sample; None where it was not called."""
    item_readings: dict[str, list[float | None]]
    """(samples, items) in one flat list per metric recorded inside an item."""
    discarded: list[str]
    """Why samples were thrown away and taken again, one text each; throttled GPU clocks only."""
    elapsed_s: float


class Finished(Report, frozen=True, kw_only=True, tag="finished"):
    """The facts of a case after sampling."""

    outcome: WorkOutcome
    memory: dict[str, float]
    """Metric to bytes; what could not be read is not in here."""
    facts: dict[str, Any]
    """The suite's facts again: some are only known once work was done."""
    heavy: tuple[str, ...]
    """Forbidden packages that a light child has imported."""
    device: dict[str, Any]
    """Clocks, temperature, power and throttling of the device over the case; empty on the CPU."""
