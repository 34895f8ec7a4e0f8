"""The GPU's side of measuring, on recorded answers: no test here needs a device.

The answers were written down after the library's documentation (nvidia-ml-py 13.615, NVML 12 and
13); whatever an H200 really said is noted in docs/method/measuring.md.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from collector.contract import WorkOutcome
from collector.measure.clock import Clock
from collector.measure.cuda import EventTimer, Watch
from collector.measure.gpu import Device, Gpu, reasons_text
from collector.measure.loop import Sampler
from collector.measure.stage_timer import UndeclaredStageError


class NotSupportedError(Exception):
    pass


class Recorded:
    """A library with recorded answers; what is not in them is not supported."""

    NVMLError = NotSupportedError
    NVML_CLOCK_SM = 1
    NVML_CLOCK_MEM = 2
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, name: str) -> Any:
        if name not in self.answers and name.endswith("EventReasons"):
            raise AttributeError(name)

        def ask(*arguments: Any) -> Any:
            if name not in self.answers:
                raise NotSupportedError(name)
            answer = self.answers[name]
            return answer(*arguments) if callable(answer) else answer

        return ask


H200 = {
    "nvmlDeviceGetName": "NVIDIA H200",
    "nvmlSystemGetDriverVersion": b"570.133.20",
    "nvmlDeviceGetMemoryInfo": SimpleNamespace(total=150_754_820_096, used=616_562_688),
    "nvmlDeviceGetMaxClockInfo": 1980,
    "nvmlDeviceGetClockInfo": lambda _, kind: {1: 1980, 2: 3201}[kind],
    "nvmlDeviceGetTemperature": 31,
    "nvmlDeviceGetPowerUsage": 118_345,
    "nvmlDeviceGetCurrentClocksThrottleReasons": 0x4 | 0x40,
    "nvmlDeviceGetMigMode": [0, 0],
    "nvmlDeviceGetComputeRunningProcesses": [
        SimpleNamespace(pid=11, usedGpuMemory=None),
        SimpleNamespace(pid=12, usedGpuMemory=536_870_912),
    ],
}


def gpu(**more: Any) -> Gpu:
    return Gpu(Recorded(**H200 | more), "handle")


def test_a_device_is_named_with_its_driver_and_memory():
    assert gpu().device() == Device("NVIDIA H200", "570.133.20", 150_754_820_096)


def test_what_the_driver_does_not_say_is_missing_and_not_zero():
    silent = Gpu(Recorded(nvmlDeviceGetName="X"), "handle")
    assert silent.read() == (None, None, None, None, None)
    assert silent.used_bytes() is None
    assert silent.process_used_bytes(12) is None
    assert silent.settings() == {"name": "X"}


def test_a_process_the_driver_does_not_charge_has_no_memory_rather_than_none_in_use():
    assert gpu().process_used_bytes(12) == 536_870_912
    assert gpu().process_used_bytes(11) is None
    assert gpu().process_used_bytes(99) is None


def test_older_libraries_say_throttle_where_newer_ones_say_event():
    assert gpu().read().reasons == 0x44
    newer = gpu(nvmlDeviceGetCurrentClocksEventReasons=0x1)
    assert newer.read().reasons == 0x1


def test_reasons_are_told_in_words_and_idleness_is_none():
    assert reasons_text(0x44) == "power cap, thermal (hardware)"
    assert reasons_text(0x1 | 0x2) == ""


def test_a_sample_at_a_throttled_clock_is_thrown_away_and_said_so():
    clocks = iter([1980, 1200, 1980, 1980])
    watch = Watch(
        gpu(nvmlDeviceGetClockInfo=lambda _, kind: next(clocks) if kind == 1 else 0),
        pause=lambda seconds: None,
    )
    told = [watch.accept(3) for _ in range(4)]
    assert told == ["", "the GPU ran below 75 % of its default clock", "", ""]
    watch._gpu = gpu()
    watch.look()
    report = watch.report()
    assert report["lowest SM MHz"] == 1200
    assert report["samples thrown away"] == 1
    assert report["held back by"] == "power cap, thermal (hardware)"
    assert report["highest W"] == 118.345


def test_a_device_that_never_recovers_gives_samples_after_all_and_says_so():
    watch = Watch(gpu(nvmlDeviceGetClockInfo=345), pause=lambda seconds: None)
    told = [watch.accept(2) for _ in range(8)]
    assert sum(bool(text) for text in told) == 6
    assert watch.report()["throttled samples kept"] == 2


def test_many_samples_on_a_device_that_never_recovers_are_not_waited_for():
    watch = Watch(gpu(nvmlDeviceGetClockInfo=345), pause=lambda seconds: None)
    assert sum(bool(watch.accept(60)) for _ in range(100)) == 40


class Stream:
    """A device that does work in order, behind the program that submits it."""

    def __init__(self) -> None:
        self.host = 0
        self.done_at = 0
        self.waits = 0

    def submit(self, device_ns: int, host_ns: int = 10) -> None:
        self.host += host_ns
        self.done_at = max(self.done_at, self.host) + device_ns

    def event(self) -> RecordedEvent:
        return RecordedEvent(self)

    def synchronise(self) -> None:
        self.waits += 1
        self.host = max(self.host, self.done_at)

    def reset_peaks(self) -> None:
        pass

    def memory(self) -> dict[str, float]:
        return {}

    def clock(self) -> Clock:
        return Clock(lambda: self.host, lambda: self.host, lambda: 0)


class RecordedEvent:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.at = 0

    def record(self) -> None:
        self.at = max(self.stream.host, self.stream.done_at)

    def elapsed_time(self, other: RecordedEvent) -> float:
        return (other.at - self.at) / 1e6


class Work:
    def __init__(self, step: Any) -> None:
        self.run = step

    def finish(self) -> WorkOutcome:
        return WorkOutcome()


def sampled(stream: Stream, step: Any, stages: Any = (), items: int = 0):
    timer = EventTimer(stream, stream.clock(), stages, items, 8, ())
    return Sampler(Work(step), timer, stream.clock(), 8)


def test_a_kernel_is_charged_to_the_stage_that_submitted_it_without_waiting_between_stages():
    stream = Stream()

    def step(timer: Any) -> None:
        stream.submit(1_000_000)
        timer.end_stage("forward_time")
        stream.submit(2_000)
        timer.end_stage("post_time")

    taken = sampled(stream, step, ("forward_time", "post_time"))
    block = taken.block(3, 0.0)
    assert block.stage_ns[:2] == pytest.approx([1_000_010, 2_000], abs=20)
    # By the wall clock alone forward would have cost 10 ns, and post nothing.
    assert block.wall_ns[0] == pytest.approx(1_002_010, abs=40)
    assert stream.waits == 6, "one at each end of every repeat"


def test_work_on_the_host_between_two_stages_is_charged_too():
    stream = Stream()

    def step(timer: Any) -> None:
        stream.submit(5_000)
        timer.end_stage("forward_time")
        stream.synchronise()
        stream.host += 70_000
        timer.end_stage("dp_time")

    block = sampled(stream, step, ("forward_time", "dp_time")).block(1, 0.0)
    assert block.stage_ns == pytest.approx([5_010, 70_000], abs=20)


def test_items_are_timed_with_the_device_idle_at_both_ends():
    stream = Stream()

    def step(timer: Any) -> None:
        for item in range(2):
            stream.submit(9_000)
            timer.begin_item(item)
            stream.submit(1_000 * (item + 1))
            timer.end_stage("forward_time")
            timer.end_item()

    block = sampled(stream, step, ("forward_time",), 2).block(1, 0.0)
    assert block.item_ns == pytest.approx([1_010, 2_010], abs=20)
    assert block.stage_ns == pytest.approx([1_010, 2_010], abs=20)
    assert block.wall_ns == pytest.approx([3_020], abs=40)


def test_an_undeclared_stage_is_named_on_a_device_too():
    stream = Stream()
    with pytest.raises(UndeclaredStageError, match="dp_time"):
        sampled(stream, lambda timer: timer.end_stage("dp_time")).block(1, 0.0)


def test_a_sample_that_is_taken_again_leaves_neither_time_nor_reading_behind():
    stream = Stream()
    first = iter([True])

    def step(timer: Any) -> None:
        stream.submit(1_000, host_ns=0)
        timer.end_stage("forward_time")
        if next(first, False):
            timer.record("rtf", 0.5)

    taken = sampled(stream, step, ("forward_time",))
    answers = iter(["too slow", "", ""])
    taken._timer.accept = lambda wanted: next(answers)
    block = taken.block(2, 0.0)
    assert block.stage_ns == [1_000, 1_000]
    assert block.readings == {"rtf": [None, None]}
    assert block.discarded == ["too slow"]
    assert len(block.wall_ns) == 2
