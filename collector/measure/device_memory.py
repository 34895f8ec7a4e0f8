"""Read how much of a device is in use before and after every stage, in a repeat of its own.

Asking the driver takes longer than some stages, so it is kept out of the timed repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from collector.measure.stage_timer import NoTimer

if TYPE_CHECKING:
    from collector.contract import Work
    from collector.measure.cuda import Cuda
    from collector.measure.gpu import Gpu

_TIME: Final = "_time"


def around_stages(work: Work, gpu: Gpu, cuda: Cuda | None = None) -> dict[int, dict[str, int]]:
    """Bytes in use on the device by all processes, from one more repeat that is not timed.

    Item -> ``gpu_used_before`` (its first stage), ``gpu_used_forward`` (after that stage) and so
    on, and ``gpu_total``. What the driver does not say is missing. With ``cuda`` a reading waits
    until the device has done the stage's work.
    """
    timer = _Readings(gpu, cuda)
    work.run(timer)
    return timer.items


class _Readings(NoTimer):
    """``StageTimer`` that ask the driver instead of a clock."""

    def __init__(self, gpu: Gpu, cuda: Cuda | None) -> None:
        self._gpu, self._cuda = gpu, cuda
        self._total = gpu.device().memory_bytes
        self._item = 0
        self.items: dict[int, dict[str, int]] = {}

    def begin_item(self, item: int = 0) -> None:
        """The first stage of an item starts here."""
        self._item = item
        self.items[item] = {"gpu_total": self._total} if self._total else {}
        self._keep("before")

    def end_stage(self, stage: str) -> None:
        """A stage ends here."""
        self._keep(stage.removesuffix(_TIME))

    def _keep(self, what: str) -> None:
        if self._cuda is not None:
            self._cuda.synchronise()
        used = self._gpu.used_bytes()
        if used is not None:
            self.items[self._item][f"gpu_used_{what}"] = used
