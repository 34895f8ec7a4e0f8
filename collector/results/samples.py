"""Put the blocks of one case together as arrays in base units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from collector.contract import Case
from collector.measure.report import Block, Finished, Warm
from history.stats.summary import Floats
from history.words.records import Failed, Invalid, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence


class Taken(NamedTuple):
    """The samples of one round of one process."""

    round: int
    block: Block
    process: int = 0
    """Index, from 0, among the successive children that a case is spread over."""


@dataclass(eq=False)
class CaseResult:
    """Everything the child reported about one case, or the reason for its absence."""

    case: Case
    place: tuple[int, int] = (1, 1)
    """(number, of) among the variants it is interleaved with; every second round goes backwards."""
    warm: list[Warm] = field(default_factory=list)
    """One of each process."""
    blocks: list[Taken] = field(default_factory=list)
    """In order of time."""
    finished: list[Finished] = field(default_factory=list)
    """One of each process."""
    absence: Skipped | Failed | Invalid | None = None
    spent_s: float = 0.0
    """Seconds from its preparation to its end, in all processes; cases of one round share its time.
    """
    unmet: str = ""
    """The unmet stopping condition; empty when all were met."""


@dataclass(frozen=True)
class Arrays:
    """The samples of one case; n samples, s stages, i items."""

    total_s: Floats
    """(n,) seconds of one call."""
    cpu_s: Floats
    """(n,) processor seconds of one call."""
    preempted: tuple[int, ...]
    rounds: tuple[int, ...]
    """(n,) round of each sample."""
    processes: tuple[int, ...]
    """(n,) process of each sample."""
    stages: dict[str, Floats]
    """Stage -> (n,) seconds, summed over items."""
    item_total_s: Floats
    """(n, i) seconds; (n, 0) without items."""
    item_stages: dict[str, Floats]
    """Stage -> (n, i) seconds; empty without items."""
    readings: dict[str, Floats]
    """Metric -> (n,) in base units; of readings inside items their mean."""
    item_readings: dict[str, Floats]
    """Metric -> (n, i) in base units; NaN where an item has none."""

    @property
    def n(self) -> int:
        """Samples."""
        return int(self.total_s.size)


def arrays(case: Case, blocks: Sequence[Taken]) -> Arrays:
    """All samples of a case in order of time; times are divided by the calls of each sample."""
    items, stages = len(case.items), len(case.stages)
    several = items > 1
    wall, cpu, stage_parts, item_parts = [], [], [], []
    rounds: list[int] = []
    processes: list[int] = []
    preempted: list[int] = []
    n = 0
    for number, block, process in blocks:
        scale = 1e-9 / block.loops
        taken = len(block.wall_ns)
        wall.append(np.asarray(block.wall_ns, dtype=np.float64) * scale)
        cpu.append(np.asarray(block.cpu_ns, dtype=np.float64) * scale)
        rounds += [number] * taken
        processes += [process] * taken
        cells = np.asarray(block.stage_ns, dtype=np.float64) * scale
        stage_parts.append(cells.reshape(taken, max(1, items), stages))
        totals = np.asarray(block.item_ns, dtype=np.float64) * scale
        item_parts.append(totals.reshape(taken, items if several else 0))
        flags = block.preempted or ()  # none where preemption cannot be known
        preempted += [n + position for position, flag in enumerate(flags) if flag]
        n += taken
    empty = np.empty(0)
    by_stage = np.concatenate(stage_parts) if stage_parts else np.empty((0, 1, stages))
    total = np.concatenate(wall) if wall else empty
    item_total = np.concatenate(item_parts) if item_parts else np.empty((0, 0))
    single = items == 1
    item_readings = _item_readings(blocks, items) if several else {}
    return Arrays(
        total_s=total,
        cpu_s=np.concatenate(cpu) if cpu else empty,
        preempted=tuple(preempted),
        rounds=tuple(rounds),
        processes=tuple(processes),
        stages={name: by_stage[:, :, k].sum(axis=1) for k, name in enumerate(case.stages)},
        item_total_s=total.reshape(-1, 1) if single else item_total,
        item_stages={name: by_stage[:, :, k] for k, name in enumerate(case.stages)}
        if items
        else {},
        readings=_readings(blocks) | {name: _mean(v) for name, v in item_readings.items()},
        item_readings=item_readings,
    )


def _readings(blocks: Sequence[Taken]) -> dict[str, Floats]:
    """Readings of whole repeats; a metric without a single one is left out."""
    names = dict.fromkeys(name for _, block, _ in blocks for name in block.readings)
    found = {}
    for name in names:
        parts = [
            np.asarray(block.readings.get(name, [np.nan] * len(block.wall_ns)), dtype=np.float64)
            for _, block, _ in blocks
        ]
        joined = np.concatenate(parts)
        if not np.isnan(joined).all():
            found[name] = joined
    return found


def _item_readings(blocks: Sequence[Taken], items: int) -> dict[str, Floats]:
    names = dict.fromkeys(name for _, block, _ in blocks for name in block.item_readings)
    found = {}
    for name in names:
        parts = [
            np.asarray(
                block.item_readings.get(name, [np.nan] * (len(block.wall_ns) * items)),
                dtype=np.float64,
            ).reshape(-1, items)
            for _, block, _ in blocks
        ]
        found[name] = np.concatenate(parts)
    return found


def _mean(values: Floats) -> Floats:
    """Mean over items, (n, i) -> (n,); NaN only where no item has a reading."""
    counted = (~np.isnan(values)).sum(axis=1)
    sums = np.nansum(values, axis=1)
    return np.where(counted > 0, sums / np.maximum(counted, 1), np.nan)
