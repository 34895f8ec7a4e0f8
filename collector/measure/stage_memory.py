"""Find the highest memory of each stage in one repeat of its own, outside all timing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from collector.measure import memory
from collector.measure.stage_timer import NoTimer

if TYPE_CHECKING:
    from collector.contract import Work
    from collector.measure.cuda import Cuda

_TIME: Final = "_time"


ItemPeaks = dict[int, dict[str, int]]
"""Item -> ``rss_forward`` and so on: the highest resident memory of each of its stages, bytes."""


@runtime_checkable
class KeepsItemPeaks(Protocol):
    """Work that stores the memory of its items, which saves another repeat."""

    def keep_item_peaks(self, peaks: ItemPeaks) -> None:
        """Keep the item peaks of the repeat that gave the stage peaks; called before ``finish``."""


def stage_peaks(work: Work, stages: Sequence[str], cuda: Cuda | None = None) -> dict[str, float]:
    """``forward_peak_rss`` and so on in bytes, from one more repeat that is not timed.

    Empty where the peak cannot be reset between two stages (Linux can). With a device, torch's
    ``forward_gpu_allocated_peak`` comes along. A stage with several values, one per item, counts
    with the highest. Work with ``keep_item_peaks`` receives the item peaks of this repeat.
    """
    if cuda is None and not memory.reset_peak():
        return {}
    timer = _PeakTimer(stages, cuda)
    work.run(timer)
    if isinstance(work, KeepsItemPeaks):
        work.keep_item_peaks(timer.items)
    return timer.peaks


def item_peaks(work: Work) -> ItemPeaks:
    """The peaks of items alone, for cases that report no stage peaks.

    Empty where the peak cannot be reset.
    """
    if not memory.reset_peak():
        return {}
    timer = _PeakTimer(None, None)
    work.run(timer)
    return timer.items


def whole_peak(work: Work) -> float | None:
    """The peak memory of one more repeat in bytes, by repeated sampling.

    For systems that cannot reset the peak.
    """
    return memory.sampled_peak(lambda: work.run(_PeakTimer((), None)))


class _PeakTimer(NoTimer):
    """A ``StageTimer`` that reads memory instead of a clock."""

    def __init__(self, stages: Sequence[str] | None, cuda: Cuda | None) -> None:
        """``stages`` are those that are read; None reads all."""
        self._stages = None if stages is None else frozenset(stages)
        self._cuda = cuda
        self.peaks: dict[str, float] = {}
        self.items: ItemPeaks = {}
        self._item = 0
        self._reset()

    def begin_item(self, item: int = 0) -> None:
        """The next stage starts here."""
        self._item = item
        self.items[item] = {}
        self._reset()

    def end_stage(self, stage: str) -> None:
        """The stage ends here."""
        name = stage.removesuffix(_TIME)
        if self._stages is None or stage in self._stages:
            peak = memory.peak_rss()
            if peak is not None:
                self._keep(f"{name}_peak_rss", float(peak))
                self.items.setdefault(self._item, {})[f"rss_{name}"] = peak
            if self._cuda is not None:
                self._cuda.synchronise()
                allocated = self._cuda.memory().get("gpu_allocated_peak")
                if allocated is not None:
                    self._keep(f"{name}_gpu_allocated_peak", allocated)
        self._reset()

    def _keep(self, metric: str, value: float) -> None:
        self.peaks[metric] = max(value, self.peaks.get(metric, 0.0))

    def _reset(self) -> None:
        memory.reset_peak()
        if self._cuda is not None:
            self._cuda.synchronise()
            self._cuda.reset_peaks()
