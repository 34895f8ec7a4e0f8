"""The sampling loop on a clock that only moves when the work says so: exact to the nanosecond."""

from __future__ import annotations

from typing import Any

import pytest

from collector.contract import Sampling, WorkOutcome
from collector.measure.clock import UNKNOWN, Clock
from collector.measure.loop import Sampler
from collector.measure.stage_timer import UndeclaredStageError, WallTimer


class FakeTime:
    """Wall and processor time in nanoseconds, and a count of preemptions."""

    def __init__(self) -> None:
        self.wall = 1_000
        self.cpu = 500
        self.switched = 0

    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.cpu, lambda: self.switched)

    def pass_(self, wall: int, cpu: int = 0) -> None:
        self.wall += wall
        self.cpu += cpu


class FakeWork:
    """Each repeat does what the next step says."""

    def __init__(self, step: Any) -> None:
        self.step = step
        self.calls = 0

    def run(self, timer: Any) -> object:
        self.calls += 1
        self.step(self.calls, timer)
        return None

    def finish(self) -> WorkOutcome:
        return WorkOutcome()


def sampler(
    time: FakeTime, step: Any, *, stages=(), items=0, metrics=(), capacity=64
) -> tuple[Sampler, FakeWork]:
    work = FakeWork(step)
    timer = WallTimer(time.clock(), stages, items, capacity, metrics)
    return Sampler(work, timer, time.clock(), capacity), work


def test_a_long_round_says_about_once_a_second_how_far_it_is():
    time, told = FakeTime(), []
    timer = WallTimer(time.clock(), (), 0, 64, ())
    timer.tell = lambda done, total: told.append((done, total))
    work = FakeWork(lambda n, timer: time.pass_(400_000_000))
    Sampler(work, timer, time.clock(), 64).take(8, 0.0)
    assert told == [(3, 8), (6, 8)]


def test_what_a_suite_says_about_a_long_repeat_is_passed_on_about_once_a_second():
    time, told = FakeTime(), []
    timer = WallTimer(time.clock(), (), 0, 64, ())
    timer.tell = lambda done, total: told.append((done, total))
    timer.clear()
    for done in range(25):
        timer.progress(done, 25)
        time.pass_(100_000_000)
    assert told == [(10, 25), (20, 25)]


def test_a_program_that_waited_for_a_core_was_preempted_and_one_that_hardly_did_was_not():
    time = FakeTime()

    def step(n: int, timer: Any) -> None:
        time.pass_(10_000_000)
        timer.waited((0.0, 0.0001, 0.0003, 0.005)[n - 1])

    taken, _ = sampler(time, step)
    assert taken.block(4, 0.0).preempted == [False, False, True, True]


def test_a_sample_is_exactly_what_passed_inside_the_call():
    time = FakeTime()
    taken, _ = sampler(time, lambda n, timer: time.pass_(1_000 * n, 700 * n))
    block = taken.block(4, 0.0)
    assert block.wall_ns == [1_000, 2_000, 3_000, 4_000]
    assert block.cpu_ns == [700, 1_400, 2_100, 2_800]
    assert block.preempted == [False] * 4


def test_a_planted_slowdown_of_3_percent_is_exactly_3_percent():
    time = FakeTime()
    one, _ = sampler(time, lambda n, timer: time.pass_(100_000))
    other, _ = sampler(time, lambda n, timer: time.pass_(103_000))
    ratio = sum(other.block(10, 0.0).wall_ns) / sum(one.block(10, 0.0).wall_ns)
    assert ratio == 1.03


def test_only_the_sample_that_was_preempted_is_marked():
    time = FakeTime()

    def step(n: int, timer: Any) -> None:
        time.pass_(10)
        if n in {2, 5}:
            time.switched += 3

    taken, _ = sampler(time, step)
    assert taken.block(6, 0.0).preempted == [False, True, False, False, True, False]


def test_preemption_that_cannot_be_known_is_not_called_absent():
    time = FakeTime()
    time.switched = UNKNOWN
    taken, _ = sampler(time, lambda n, timer: time.pass_(10))
    assert taken.block(2, 0.0).preempted is None


def test_a_sample_of_many_calls_keeps_their_number():
    time = FakeTime()
    taken, work = sampler(time, lambda n, timer: time.pass_(5))
    taken.loops = 20
    block = taken.block(3, 0.0)
    assert block.wall_ns == [100, 100, 100]
    assert block.loops == 20
    assert work.calls == 60


def test_stages_and_the_rest_make_up_the_total():
    time = FakeTime()

    def step(n: int, timer: Any) -> None:
        time.pass_(10)
        timer.end_stage("forward_time")
        time.pass_(3)
        timer.end_stage("dp_time")
        time.pass_(2)

    taken, _ = sampler(time, step, stages=("forward_time", "dp_time"))
    block = taken.block(2, 0.0)
    assert block.stage_ns == [10, 3, 10, 3]
    assert block.wall_ns == [15, 15]


def test_only_time_inside_items_counts():
    time = FakeTime()

    def step(n: int, timer: Any) -> None:
        time.pass_(1_000, 900)
        for item in range(2):
            timer.begin_item(item)
            time.pass_(10 * (item + 1), 5)
            timer.end_stage("forward_time")
            time.pass_(1, 1)
            timer.end_item()
            time.pass_(500, 400)

    taken, _ = sampler(time, step, stages=("forward_time",), items=2)
    block = taken.block(1, 0.0)
    assert block.wall_ns == [32]
    assert block.cpu_ns == [12]
    assert block.item_ns == [11, 21]
    assert block.stage_ns == [10, 20]


def test_readings_belong_to_their_sample_and_gaps_stay_gaps():
    time = FakeTime()

    def step(n: int, timer: Any) -> None:
        time.pass_(1)
        if n != 2:
            timer.record("first_token_time", n / 10)

    taken, _ = sampler(time, step, metrics=("first_token_time",))
    assert taken.block(3, 0.0).readings == {"first_token_time": [0.1, None, 0.3]}


def test_a_second_round_does_not_remember_the_first():
    time = FakeTime()

    def step(n: int, timer: Any) -> None:
        time.pass_(7)
        timer.end_stage("forward_time")

    taken, _ = sampler(time, step, stages=("forward_time",))
    taken.block(3, 0.0)
    assert taken.block(3, 0.0).stage_ns == [7, 7, 7]


def test_no_sample_begins_after_the_time_limit_but_one_is_always_taken():
    time = FakeTime()
    taken, _ = sampler(time, lambda n, timer: time.pass_(400_000_000))
    assert len(taken.block(10, 1.0).wall_ns) == 3
    assert len(taken.block(10, 0.1).wall_ns) == 1


def test_a_time_given_to_an_unknown_stage_is_refused_by_name():
    time = FakeTime()
    taken, _ = sampler(time, lambda n, timer: timer.end_stage("dp_time"), stages=("forward_time",))
    with pytest.raises(UndeclaredStageError, match="dp_time"):
        taken.block(1, 0.0)


def test_the_garbage_collector_is_off_inside_and_on_again_after_a_failure():
    import gc

    time = FakeTime()
    seen: list[bool] = []

    def step(n: int, timer: Any) -> None:
        seen.append(gc.isenabled())
        raise ValueError

    taken, _ = sampler(time, step)
    with pytest.raises(ValueError):  # noqa: PT011 - the work's own
        taken.block(1, 0.0)
    assert seen == [False]
    assert gc.isenabled()


class TestWarmUp:
    def test_a_fixed_warm_up_is_exactly_that_long(self):
        time = FakeTime()
        taken, work = sampler(time, lambda n, timer: time.pass_(1_000_000))
        warm = taken.warm_up(Sampling(warmup=10))
        assert (warm.repeats, warm.converged, work.calls) == (10, True, 10)

    def test_warming_up_ends_when_two_blocks_agree(self):
        time = FakeTime()
        # Each call is faster than the one before, down to 10 ms from the 30th on.
        taken, _ = sampler(time, lambda n, timer: time.pass_(max(10, 40 - n) * 1_000_000))
        warm = taken.warm_up(Sampling(max_s=60.0))
        assert warm.converged
        # One call, then blocks of 3: the two that agree within 4 % lie behind the 30th.
        assert 30 <= warm.repeats <= 40

    def test_one_slow_item_keeps_the_warm_up_going(self):
        time = FakeTime()

        def step(n: int, timer: Any) -> None:
            timer.begin_item(0)
            time.pass_(100_000_000)
            timer.end_item()
            timer.begin_item(1)
            time.pass_(max(1, 21 - n) * 1_000_000)
            timer.end_item()

        taken, _ = sampler(time, step, items=2)
        warm = taken.warm_up(Sampling(max_s=60.0))
        assert warm.converged
        assert warm.repeats >= 20

    def test_preemption_does_not_keep_a_warm_work_warming(self):
        time = FakeTime()

        def step(n: int, timer: Any) -> None:
            disturbed = n % 3 == 0
            time.switched += disturbed
            time.pass_(10_000_000 * (n if disturbed else 1))

        taken, _ = sampler(time, step)
        assert taken.warm_up(Sampling(max_s=60.0)).repeats == 7

    def test_a_work_that_never_steadies_is_stopped_and_says_so(self):
        time = FakeTime()
        taken, _ = sampler(time, lambda n, timer: time.pass_(1_000_000 * n))
        warm = taken.warm_up(Sampling(max_s=3.0))
        assert not warm.converged
        assert warm.seconds < 3.0

    def test_short_calls_are_gathered_until_a_sample_lasts_long_enough(self):
        time = FakeTime()
        taken, _ = sampler(time, lambda n, timer: time.pass_(5_000))
        warm = taken.warm_up(Sampling(block_s=0.001))
        assert warm.loops >= 200
        assert taken.block(1, 0.0).wall_ns[0] >= 1_000_000
        assert warm.loops <= 400
