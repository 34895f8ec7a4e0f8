"""Time work on a CUDA device: an event per stage, one synchronise at each end of a sample.

Uses ``torch.cuda`` through the narrow ``Cuda`` protocol; tests pass recorded event times.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from collector.measure.clock import Clock
from collector.measure.gpu import SLOW_CLOCK, Gpu, reasons_text
from collector.measure.stage_timer import UndeclaredStageError, WallTimer

if TYPE_CHECKING:
    from collector.contract import Case

_COOL_DOWN_S: Final = 0.05
"""Pause after a sample at a throttled clock, as NVBench makes it."""
_DISCARDS_PER_SAMPLE: Final = 3
"""Samples discarded per wanted sample before throttled ones are accepted."""
_MOST_DISCARDS: Final = 40
"""Most discarded samples in one round: two seconds of pauses."""


class Event(Protocol):
    """A time stamp on the device's own clock."""

    def record(self) -> None:
        """Record it after the work submitted so far."""

    def elapsed_time(self, end_event: Any) -> float:  # noqa: ANN401 - the same kind of event
        """Milliseconds from this event to the other one; both must have been reached."""


class Cuda(Protocol):
    """The part of ``torch.cuda`` that is used."""

    def event(self) -> Event:
        """A new event that takes times."""

    def synchronise(self) -> None:
        """Wait until the device has done everything."""

    def reset_peaks(self) -> None:
        """Reset the memory peaks."""

    def memory(self) -> dict[str, float]:
        """Metric -> bytes: the allocator's peaks."""


class TorchCuda:
    """``Cuda`` by torch, which the suite has imported already."""

    def __init__(self, torch: Any) -> None:  # noqa: ANN401 - torch is imported by suites alone
        """``torch`` is the module."""
        self._cuda = torch.cuda

    def event(self) -> Event:
        """A new event that takes times."""
        event: Event = self._cuda.Event(enable_timing=True)
        return event

    def synchronise(self) -> None:
        """Wait for all streams of the device."""
        self._cuda.synchronize()

    def reset_peaks(self) -> None:
        """Start counting peaks anew."""
        self._cuda.reset_peak_memory_stats()

    def memory(self) -> dict[str, float]:
        """Peaks of torch's caching allocator; other libraries' memory is not in it."""
        return {
            "gpu_allocated_peak": float(self._cuda.max_memory_allocated()),
            "gpu_reserved_peak": float(self._cuda.max_memory_reserved()),
        }


def torch_cuda() -> TorchCuda | None:
    """CUDA through torch, if the suite has imported torch and it has a device."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return TorchCuda(torch)


class EventTimer(WallTimer):
    """Stage times by CUDA events, items and repeats by the wall clock with the device idle.

    Events are taken from a pool that grows in the warm-up, and are read when the repeat is over,
    so that nothing waits for the device between two stages.
    """

    def __init__(
        self,
        cuda: Cuda,
        clock: Clock,
        stages: Sequence[str],
        items: int,
        capacity: int,
        metrics: Sequence[str],
    ) -> None:
        super().__init__(clock, stages, items, capacity, metrics)
        self._cuda = cuda
        self.synchronise = cuda.synchronise
        self._pool: list[Event] = []
        self._taken = 0
        self._pairs: list[tuple[int, Event, Event]] = []
        self._since: Event | None = None

    def start(self, index: int) -> None:
        """A sample begins; the device is idle."""
        super().start(index)
        self._taken = 0
        self._pairs.clear()
        self._since = self._record()

    def begin_item(self, item: int = 0) -> None:
        """Wait for what was submitted before, then start the clock of the item."""
        self._cuda.synchronise()
        super().begin_item(item)
        self._since = self._record()

    def end_stage(self, stage: str) -> None:
        """Record an event after the stage's work."""
        position = self._stage.get(stage)
        if position is None:
            raise UndeclaredStageError(
                f'time was given to the stage "{stage}", which the case does not declare.'
            )
        now = self._record()
        if self._since is not None:
            self._pairs.append((self._row + position, self._since, now))
        self._since = now

    def end_item(self) -> None:
        """Wait for the item's work, then stop its clock."""
        self._cuda.synchronise()
        super().end_item()

    def stop(self, index: int) -> None:
        """Read the events of the repeat that is over; the device has been waited for."""
        del index
        for cell, begin, end in self._pairs:
            self.stage_ns[cell] += round(begin.elapsed_time(end) * 1e6)
        self._pairs.clear()

    def _record(self) -> Event:
        if self._taken == len(self._pool):
            self._pool.append(self._cuda.event())
        event = self._pool[self._taken]
        self._taken += 1
        event.record()
        return event


class Watch:
    """Reads the device after every sample and says which ones ran at a throttled clock."""

    def __init__(self, gpu: Gpu, pause: Callable[[float], None] = time.sleep) -> None:
        """Nothing is read before the first sample."""
        self._gpu, self._pause = gpu, pause
        self._default = gpu.default_sm_mhz()
        self._bits = 0
        self._lowest: int | None = None
        self._hottest: int | None = None
        self._watts: float | None = None
        self._memory_mhz: int | None = None
        self._discarded = self._in_round = 0
        self._kept = 0

    def accept(self, wanted: int) -> str:
        """Why the sample just taken must be taken again; empty when it counts.

        ``wanted`` is the number of samples of this round. When a device never recovers, its samples
        count after all.
        """
        mhz = self._gpu.sm_mhz()
        if mhz is not None:
            self._lowest = mhz if self._lowest is None else min(self._lowest, mhz)
        slow = mhz is not None and self._default and mhz < SLOW_CLOCK * self._default
        if not slow or self._in_round >= min(_DISCARDS_PER_SAMPLE * wanted, _MOST_DISCARDS):
            self._kept += bool(slow)
            return ""
        self._discarded += 1
        self._in_round += 1
        self._pause(_COOL_DOWN_S)
        return f"the GPU ran below {SLOW_CLOCK:.0%} of its default clock".replace("%", " %")

    def look(self) -> None:
        """Read everything else; before each round, never between samples."""
        self._in_round = 0
        reading = self._gpu.read()
        self._bits |= reading.reasons or 0
        self._memory_mhz = reading.memory_mhz
        if reading.celsius is not None:
            self._hottest = max(self._hottest or 0, reading.celsius)
        if reading.watts is not None:
            self._watts = max(self._watts or 0.0, reading.watts)

    def report(self) -> dict[str, Any]:
        """Device readings over the case; what cannot be read is left out."""
        found = {
            "lowest SM MHz": self._lowest,
            "memory MHz": self._memory_mhz,
            "hottest C": self._hottest,
            "highest W": self._watts,
            "held back by": reasons_text(self._bits) or None,
            "samples thrown away": self._discarded or None,
            "throttled samples kept": self._kept or None,
        }
        return {name: value for name, value in found.items() if value is not None}


def on_device(case: Case) -> bool:
    """Whether the case runs on a CUDA device."""
    return case.variant.device.lower().startswith(("cuda", "gpu"))
