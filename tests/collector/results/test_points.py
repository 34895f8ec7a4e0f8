"""How samples become points: a point never disagrees with its samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.contract import Case, Sampling, WorkOutcome
from collector.measure.report import Block, Finished, Warm
from collector.results import points
from collector.results.samples import CaseResult, Taken
from history.words.metrics import Direction
from history.words.records import Failed, Invalid, Measured, Skipped
from tests.collector.toys import Toy


class Deriving(Toy):
    def derive(self, case: Case, samples: Any, outcome: WorkOutcome) -> dict[str, Any]:
        return {
            "align_time": samples["dp_time"] + samples["group_time"],
            "rtf": samples["total_time"] / 2.0,
            "model_rtf": Invalid(reason="no model"),
        }


def block(wall: Any, *, stages: Any = (), loops: int = 1, preempted: Any = None, **more: Any):
    fields: dict[str, Any] = {
        "cpu_ns": [value // 2 for value in wall],
        "item_ns": [],
        "readings": {},
        "item_readings": {},
        "discarded": [],
        "elapsed_s": 1.0,
    }
    flags = [False] * len(wall) if preempted is None else preempted
    return Block(
        wall_ns=list(wall), stage_ns=list(stages), loops=loops, preempted=flags, **fields | more
    )


def finished(**more: Any) -> Finished:
    fields: dict[str, Any] = {
        "outcome": WorkOutcome(fingerprint="f"),
        "memory": {},
        "facts": {},
        "heavy": (),
        "device": {},
    }
    return Finished(**fields | more)


def result(case: Case, *blocks: Block, **more: Any) -> CaseResult:
    taken = [Taken(number, block) for number, block in enumerate(blocks)]
    return CaseResult(case, blocks=taken, finished=[finished(**more)])


def simple(**more: Any) -> Case:
    fields: dict[str, Any] = {
        "benchmark": "work",
        "process": "main",
        "metrics": ("operation_time",),
    }
    return Case(**fields | more)


def made(case: Case, *blocks: Block, suite: Any = None, **more: Any) -> dict[str, Any]:
    found = points.make(suite or Toy(), "toy", result(case, *blocks, **more))
    return {point.metric: point.outcome for point in found.points}


walls = st.lists(st.integers(1_000, 10**9), min_size=1, max_size=40)


@given(walls, st.data())
def test_an_aggregate_equals_its_recomputation_from_the_stored_samples(wall, data):
    flags = data.draw(st.lists(st.booleans(), min_size=len(wall), max_size=len(wall)))
    outcome = made(simple(), block(wall, preempted=flags))["operation_time"]
    samples = np.array(outcome.samples)
    assert samples == pytest.approx(np.array(wall) / 1e9)
    left_out = outcome.preempted if outcome.n < len(samples) else ()
    counted = np.delete(samples, list(left_out))
    assert counted.size == outcome.n
    assert outcome.value == pytest.approx(float(np.median(counted)))
    assert outcome.minimum == counted.min()
    assert outcome.maximum == counted.max()
    if outcome.low is not None:
        assert outcome.low <= outcome.value <= outcome.high


@given(walls)
def test_the_order_of_samples_does_not_change_the_aggregate(wall):
    one = made(simple(), block(wall))["operation_time"]
    other = made(simple(), block(wall[::-1]))["operation_time"]
    assert (one.value, one.n) == (other.value, other.n)
    if one.interval != "batches":
        assert (one.low, one.high) == (other.low, other.high)


def test_a_machine_that_slows_down_while_it_is_measured_widens_the_interval():
    mixed = [1000 + 7 * place % 60 for place in range(60)]
    found = [made(simple(), block(wall))["operation_time"] for wall in (mixed, sorted(mixed))]
    assert {one.interval for one in found} == {"batches"}
    steady, sliding = (one.high - one.low for one in found)
    assert sliding > 3 * steady


@given(st.lists(st.tuples(*[st.integers(1, 10**8)] * 3), min_size=1, max_size=20))
def test_stages_and_the_unattributed_rest_sum_to_the_total_in_every_repeat(rows):
    case = simple(metrics=("total_time",), stages=("forward_time", "dp_time"))
    found = made(
        case, block([sum(row) for row in rows], stages=[n for row in rows for n in row[:2]])
    )
    parts = [found[name].samples for name in ("forward_time", "dp_time", "unattributed_time")]
    assert np.sum(parts, axis=0) == pytest.approx(np.array(found["total_time"].samples))


def test_preempted_samples_are_kept_marked_and_left_out_when_enough_remain():
    wall = [100] * 12 + [900] * 3
    flags = [False] * 12 + [True] * 3
    outcome = made(simple(), block(wall, preempted=flags))["operation_time"]
    assert outcome.n == 12
    assert len(outcome.samples) == 15
    assert outcome.preempted == (12, 13, 14)
    assert outcome.maximum == pytest.approx(100e-9)


def test_preempted_samples_count_when_too_few_others_remain_and_the_point_says_so():
    wall = [100] * 5 + [900] * 10
    flags = [False] * 5 + [True] * 10
    outcome = made(simple(), block(wall, preempted=flags))["operation_time"]
    assert outcome.n == 15
    assert any("preempted ones count too" in warning for warning in outcome.warnings)


def test_outliers_are_kept():
    outcome = made(simple(), block([100] * 20 + [10_000]))["operation_time"]
    assert outcome.n == 21
    assert outcome.maximum == pytest.approx(10e-6)


def test_every_owed_metric_gets_a_point_even_when_the_suite_forgets_it():
    found = made(simple(metrics=("operation_time", "tokens_per_second", "gpu_used")), block([5, 5]))
    assert isinstance(found["operation_time"], Measured)
    assert isinstance(found["tokens_per_second"], Failed)
    assert isinstance(found["gpu_used"], Skipped), "unreadable memory is missing, not zero"


def test_derived_metrics_are_made_per_repeat():
    case = simple(metrics=("total_time", "rtf"), stages=("dp_time", "group_time"))
    found = made(case, block([10, 20], stages=[4, 1, 8, 2]), suite=Deriving())
    assert found["align_time"].samples == pytest.approx((5e-9, 10e-9))
    assert found["rtf"].samples == pytest.approx((5e-9, 10e-9))
    assert found["model_rtf"] == Invalid(reason="no model")


def test_a_mean_is_a_mean():
    case = simple(sampling=Sampling(aggregate="mean"))
    outcome = made(case, block([100, 100, 400]))["operation_time"]
    assert outcome.aggregate == "mean"
    assert outcome.value == pytest.approx(200e-9)
    assert outcome.low <= outcome.value <= outcome.high


def test_a_failure_is_every_metrics_failure():
    case = simple(metrics=("operation_time", "peak_rss"))
    found = points.make(
        Toy(), "toy", CaseResult(case, absence=Failed(reason="died in /home/ann/x/y.py"))
    )
    assert [point.outcome for point in found.points] == [Failed(reason="died in …/y.py")] * 2


def test_work_that_took_no_time_is_invalid():
    assert isinstance(made(simple(), block([0, 0, 0]))["operation_time"], Invalid)


def test_an_expectation_nobody_spoke_about_is_not_taken_for_met():
    case = simple(expect={"provider": "CUDA"})
    outcome = made(case, block([5, 5]))["operation_time"]
    assert isinstance(outcome, Invalid)
    assert "the suite reported nothing" in outcome.reason


def test_unmet_conditions_and_a_cold_start_become_warnings():
    case = simple()
    found = result(case, block([100] * 10))
    found.unmet = "stopped at 30 s, interval ±4.1 % (wanted ±2.0 %)"
    found.warm = [Warm(repeats=12, converged=False, loops=1, seconds=5.0)]
    (point,) = points.make(Toy(), "toy", found).points
    assert isinstance(point.outcome, Measured)
    first, second, *_ = point.outcome.warnings
    assert first.startswith("Stopped at 30 s, interval ±4.1 %")
    assert second.startswith("Warm-up ended after 12 repeats")


def test_items_carry_their_own_times_facts_and_texts():
    case = simple(metrics=("total_time",), stages=("dp_time",), items=("u1", "u2"))
    outcome = WorkOutcome(
        items={"u1": {"frames": 20}}, texts={"u2": "<b>hi"}, fingerprints={"u1": "aa"}
    )
    found = points.make(
        Toy(),
        "toy",
        result(
            case, block([30, 30], stages=[4, 6, 5, 7], item_ns=[10, 20, 12, 18]), outcome=outcome
        ),
    )
    one, other = found.items
    assert one.item == "u1"
    assert one.facts == {"frames": 20}
    assert one.fingerprint == "aa"
    assert one.samples["total_time"] == pytest.approx((10e-9, 12e-9))
    assert other.samples["dp_time"] == pytest.approx((6e-9, 7e-9))
    assert other.values["dp_time"] == pytest.approx(6.5e-9)
    assert other.text == "<b>hi"


def test_readings_inside_items_become_their_mean():
    case = simple(metrics=("first_token_time", "total_time"), items=("u1", "u2"))
    readings = {"first_token_time": [0.1, 0.3, 0.2, None]}
    found = made(case, block([30, 30], item_ns=[1, 1, 1, 1], item_readings=readings))
    assert found["first_token_time"].samples == pytest.approx((0.2, 0.2))


def test_rounds_are_stored_with_the_samples_of_each():
    outcome = made(simple(), block([10, 10]), block([11]))["operation_time"]
    assert outcome.rounds == (0, 0, 1)


def test_the_peak_of_each_stage_comes_with_its_unit_and_direction():
    case = simple(metrics=("total_time", "peak_rss"), stages=("forward_time",))
    found = points.make(
        Toy(),
        "toy",
        result(case, block([9], stages=[5]), memory={"peak_rss": 2e6, "forward_peak_rss": 1e6}),
    )
    (peak,) = [point for point in found.points if point.metric == "forward_peak_rss"]
    assert (peak.unit, peak.direction) == ("B", Direction.LOWER)


@pytest.mark.parametrize(("whole", "stage"), [(2e6, 1e6), (2e6, 3e6), (2e6, 2e6)])
def test_the_peak_of_the_work_is_never_below_that_of_a_stage(whole, stage):
    case = simple(metrics=("total_time", "peak_rss"), stages=("forward_time",))
    memory = {"peak_rss": whole, "forward_peak_rss": stage, "post_peak_rss": 0.5e6}
    found = made(case, block([9], stages=[5]), memory=memory)
    assert found["peak_rss"].value == max(whole, stage)
    assert found["forward_peak_rss"].value == stage


def test_without_a_peak_of_the_work_none_is_made_of_the_stages():
    case = simple(metrics=("total_time",), stages=("forward_time",))
    assert "peak_rss" not in made(case, block([9], stages=[5]), memory={"forward_peak_rss": 3e6})
