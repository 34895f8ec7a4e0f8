"""Split one repeat into stages and items while it runs."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from typing import Final

from collector.measure.clock import Clock

TELL_EVERY_NS: Final = 10**9
"""At most once a second: a message wakes the parent, which shares the cores with the work."""


class UndeclaredStageError(Exception):
    """A suite gave time to a stage, or began an item, that its case does not declare."""


class NoTimer:
    """A ``StageTimer`` that does nothing; base of those that read something else than time."""

    def begin_item(self, item: int = 0) -> None:
        """Nothing."""

    def end_stage(self, stage: str) -> None:
        """Nothing."""

    def end_item(self) -> None:
        """Nothing."""

    def record(self, metric: str, value: float) -> None:
        """Nothing."""

    def waited(self, seconds: float) -> None:
        """Nothing."""

    def progress(self, done: int, total: int) -> None:
        """Nothing."""


class WallTimer:
    """Stage times by the wall clock, for work that is complete when a call returns.

    One instance serves one case; its buffers are allocated once, for ``capacity`` samples, so the
    instrument itself does not grow while memory is watched.
    """

    def __init__(
        self, clock: Clock, stages: Sequence[str], items: int, capacity: int, metrics: Sequence[str]
    ) -> None:
        self._wall, self._cpu = clock.wall_ns, clock.cpu_ns
        self._stage = {name: position for position, name in enumerate(stages)}
        self._columns = len(stages)
        self.items = max(1, items)
        self.stage_ns = array("q", bytes(8 * capacity * self.items * self._columns))
        self.item_ns = array("q", bytes(8 * capacity * self.items))
        self._capacity = capacity
        self.readings = {metric: self._blank(1) for metric in metrics}
        self.item_readings: dict[str, array[float]] = {}
        self.synchronise: Callable[[], None] | None = None
        """Waits for the device; the loop calls it at both ends of a sample."""
        self.accept: Callable[[int], str] | None = None
        """Returns why the sample just taken must be taken again; None accepts every sample."""
        self.tell: Callable[[int, int], None] | None = None
        """Reports progress; called at most once a second."""
        self.tell_at = 0
        """Wall clock, in nanoseconds, of the next progress report."""
        self._index = self._item = self._row = 0
        self._inside = False
        self._began = self._cpu_began = 0
        self.mark = 0
        """Where the current stage began; the loop sets it when the sample's clock starts."""
        self.waited_ns: int | None = None
        """The value of ``waited`` in the current sample; None when it was not called."""
        self.item_total_ns = 0
        """Wall time inside items in the current sample."""
        self.item_cpu_ns = 0
        self.used_items = False
        """Whether the current sample began an item; then only time inside items counts."""

    def clear(self) -> None:
        """Forget all samples and keep the buffers; the next progress report is a second away."""
        self.tell_at = self._wall() + TELL_EVERY_NS
        for buffer in (self.stage_ns, self.item_ns):
            buffer[:] = array("q", bytes(8 * len(buffer)))
        for readings in (self.readings, self.item_readings):
            for metric, kept in readings.items():
                readings[metric] = self._blank(len(kept) // self._capacity)

    def start(self, index: int) -> None:
        """A sample begins; stages without ``begin_item`` count from here."""
        self._index = index
        self._item = 0
        self._row = index * self.items * self._columns
        self._inside = self.used_items = False
        self.item_total_ns = self.item_cpu_ns = 0
        self.waited_ns = None

    def forget(self, index: int) -> None:
        """Discard the times and readings of one sample; it is taken again."""
        for times, width in (
            (self.stage_ns, self.items * self._columns),
            (self.item_ns, self.items),
        ):
            times[index * width : (index + 1) * width] = array("q", bytes(8 * width))
        for readings in (*self.readings.values(), *self.item_readings.values()):
            width = len(readings) // self._capacity
            readings[index * width : (index + 1) * width] = array("d", [math.nan]) * width

    def stop(self, index: int) -> None:
        """A sample has ended; the wall clock needs nothing more."""

    def begin_item(self, item: int = 0) -> None:
        """Start the clock of one item; what happened since the last item is not counted."""
        if not 0 <= item < self.items:
            raise UndeclaredStageError(
                f"item {item} was begun, but the case declares {self.items} item(s)."
            )
        self._item = item
        self._row = (self._index * self.items + item) * self._columns
        self._inside = self.used_items = True
        self._cpu_began = self._cpu()
        self._began = self.mark = self._wall()

    def end_stage(self, stage: str) -> None:
        """Give the time since ``begin_item`` or the last ``end_stage`` to this stage."""
        now = self._wall()
        try:
            self.stage_ns[self._row + self._stage[stage]] += now - self.mark
        except KeyError:
            raise UndeclaredStageError(
                f'time was given to the stage "{stage}", which the case does not declare.'
            ) from None
        self.mark = now

    def end_item(self) -> None:
        """Stop the clock of the item: its total is the time since ``begin_item``."""
        now = self._wall()
        if not self._inside:
            raise UndeclaredStageError("an item was ended that was not begun.")
        spent = now - self._began
        self.item_cpu_ns += self._cpu() - self._cpu_began
        self.item_total_ns += spent
        self.item_ns[self._index * self.items + self._item] += spent
        self._inside = False

    def record(self, metric: str, value: float) -> None:
        """Keep one reading of this repeat; inside an item, one of that item.

        With several calls in one sample, or several readings of one item, the last one counts.
        """
        if self._inside and self.items > 1:
            kept = self.item_readings.get(metric)
            if kept is None:
                kept = self.item_readings[metric] = self._blank(self.items)
            kept[self._index * self.items + self._item] = value
            return
        single = self.readings.get(metric)
        if single is None:
            single = self.readings[metric] = self._blank(1)
        single[self._index] = value

    def waited(self, seconds: float) -> None:
        """Report how long this sample's programs were runnable without a core."""
        self.waited_ns = (self.waited_ns or 0) + round(seconds * 1e9)

    def progress(self, done: int, total: int) -> None:
        """Report the progress of the work, at most once a second."""
        if self.tell is None:
            return
        now = self._wall()
        if now >= self.tell_at:
            self.tell_at = now + TELL_EVERY_NS
            self.tell(done, total)

    def _blank(self, width: int) -> array[float]:
        return array("d", [math.nan]) * (self._capacity * width)
