"""Find the highest memory of each stage in one repeat of its own, outside all timing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from collector.measure import memory
from collector.measure.stage_timer import NoTimer

if TYPE_CHECKING:
    from collector.contract import Work
    from collector.measure.cuda import Cuda

_TIME: Final = "_time"


def stage_peaks(work: Work, stages: Sequence[str], cuda: Cuda | None = None) -> dict[str, float]:
    """``forward_peak_rss`` and so on in bytes, from one more repeat that is not timed.

    Empty where the peak cannot be reset between two stages (Linux can). With a device, torch's
    ``forward_gpu_allocated_peak`` comes along. A stage met several times, once per item, counts
    with the highest.
    """
    if cuda is None and not memory.reset_peak():
        return {}
    timer = _PeakTimer(stages, cuda)
    work.run(timer)
    return timer.peaks


def item_peaks(work: Work) -> dict[int, dict[str, int]]:
    """Item -> ``rss_forward`` and so on: the highest resident memory of each of its stages, bytes.

    From one more repeat that is not timed; empty where the peak cannot be reset.
    """
    if not memory.reset_peak():
        return {}
    timer = _ItemPeaks()
    work.run(timer)
    return timer.items


def whole_peak(work: Work) -> float | None:
    """The highest memory of one more repeat, by looking again and again; bytes.

    For systems that cannot reset the peak.
    """
    return memory.sampled_peak(lambda: work.run(_PeakTimer((), None)))


class _ItemPeaks(NoTimer):
    """``StageTimer`` that keeps the peak of every stage of every item."""

    def __init__(self) -> None:
        self._item = 0
        self.items: dict[int, dict[str, int]] = {}

    def begin_item(self, item: int = 0) -> None:
        """The first stage of an item starts here."""
        self._item = item
        self.items[item] = {}
        memory.reset_peak()

    def end_stage(self, stage: str) -> None:
        """The stage ends here."""
        peak = memory.peak_rss()
        if peak is not None:
            self.items[self._item][f"rss_{stage.removesuffix(_TIME)}"] = peak
        memory.reset_peak()


class _PeakTimer(NoTimer):
    """``StageTimer`` that read memory instead of a clock."""

    def __init__(self, stages: Sequence[str], cuda: Cuda | None) -> None:
        self._stages, self._cuda = frozenset(stages), cuda
        self.peaks: dict[str, float] = {}
        self._reset()

    def begin_item(self, item: int = 0) -> None:
        """The next stage starts here."""
        del item
        self._reset()

    def end_stage(self, stage: str) -> None:
        """The stage ends here."""
        name = stage.removesuffix(_TIME)
        if stage in self._stages:
            peak = memory.peak_rss()
            if peak is not None:
                self._keep(f"{name}_peak_rss", float(peak))
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
