from types import SimpleNamespace

from collector.contract import WorkOutcome
from collector.measure.cuda import TorchCuda
from collector.measure.device_memory import around_stages
from collector.measure.gpu import Gpu
from tests.collector.measure.test_gpu import Recorded


class TwoItems:
    """Work whose second item has fewer stages."""

    def run(self, timer):
        timer.begin_item(3)
        timer.end_stage("forward_time")
        timer.end_stage("dp_time")
        timer.end_item()
        timer.begin_item(5)
        timer.end_stage("dp_time")
        timer.end_item()

    def finish(self):
        return WorkOutcome()


class Waited(TorchCuda):
    """A device that counts how often it was waited for."""

    def __init__(self):
        super().__init__(SimpleNamespace(cuda=None))
        self.times = 0

    def synchronise(self):
        self.times += 1


def device(*used):
    left = iter((0, *used))  # the first answer tells the size
    return Gpu(
        Recorded(
            nvmlDeviceGetMemoryInfo=lambda _: SimpleNamespace(total=1_000, used=next(left)),
            nvmlDeviceGetName="a device",
        ),
        None,
    )


def test_memory_is_read_before_the_first_stage_and_after_each():
    waited = Waited()
    assert around_stages(TwoItems(), device(100, 300, 250, 250, 260), waited) == {
        3: {
            "gpu_total": 1_000, "gpu_used_before": 100, "gpu_used_forward": 300, "gpu_used_dp": 250,
        },
        5: {"gpu_total": 1_000, "gpu_used_before": 250, "gpu_used_dp": 260},
    }  # fmt: skip
    assert waited.times == 5


def test_what_the_driver_does_not_say_is_missing():
    assert around_stages(TwoItems(), Gpu(Recorded(), None)) == {3: {}, 5: {}}
