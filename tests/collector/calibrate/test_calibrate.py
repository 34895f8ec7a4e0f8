"""The machine's speed before and after a suite."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from collector.calibrate import calibrate
from collector.calibrate.calibrate import (
    DRIFT,
    NEEDED,
    QUICK_REPEATS,
    REPEATS,
    TRIES,
    Calibrator,
    Gauge,
    gauged,
)
from collector.calibrate.reference import Reference
from collector.protocol import messages
from collector.protocol.process import ChildError
from history.words.calibration import Calibration
from history.words.records import Failed, Measured


def gauge(seconds: float, *, crowded: bool = False) -> Gauge:
    """A reading of the reference work that takes this long, within half a percent."""
    samples = [seconds * (1 + step / 1000) for step in (-5, -3, -1, 0, 1, 3, 5)]
    return gauged(samples, crowded=crowded)


def calibrated(before: Gauge, after: Gauge) -> Calibrator:
    found = Calibrator(Path())
    found._gauges = [
        ("micro", "before", {"compute": before}),
        ("micro", "after", {"compute": after}),
    ]
    return found


def test_a_machine_that_became_slower_marks_the_suite_with_the_size():
    found = calibrated(gauge(1.0), gauge(1.2))
    (reading,) = found.calibration().readings
    assert (reading.suite, reading.work, reading.disturbed) == ("micro", "compute", True)
    assert reading.drift == pytest.approx(0.2)
    (warning,) = found.warnings()
    assert "it became 20 % slower during micro" in warning


def test_a_machine_that_became_faster_is_marked_too():
    (warning,) = calibrated(gauge(1.0), gauge(0.8)).warnings()
    assert "20 % faster" in warning


def test_suites_that_a_moving_machine_marks_share_one_warning():
    found = calibrated(gauge(1.0), gauge(1.2))
    found._gauges += [
        ("tts", "before", {"compute": gauge(1.2)}),
        ("tts", "after", {"compute": gauge(0.9)}),
    ]
    (warning,) = found.warnings()
    assert "20 % slower during micro, 25 % faster during tts" in warning
    assert "measure these suites again" in warning


def test_a_change_within_the_limit_or_within_the_noise_is_stored_and_not_marked():
    small = calibrated(gauge(1.0), gauge(1.03))
    assert small.warnings() == []
    (reading,) = small.calibration().readings
    assert reading.drift == pytest.approx(0.03)
    assert not reading.disturbed


def test_a_crowded_reading_gauges_the_neighbours_and_marks_nothing():
    found = calibrated(gauge(1.0), gauge(1.5, crowded=True))
    assert found.warnings() == []
    (reading,) = found.calibration().readings
    assert (reading.crowded, reading.disturbed) == (True, False)


def test_the_limit_can_be_set():
    found = calibrated(gauge(1.0), gauge(1.03))
    found.drift_limit = 0.02
    assert len(found.warnings()) == 1


FEW = {"compute": NEEDED, "memory": NEEDED}
"""Samples of a reading in tests; one of the memory takes 15 ms."""


@pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")
def test_the_reading_after_one_suite_is_the_one_before_the_next(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(calibrate, "FRESH_S", math.inf)
    found = Calibrator(tmp_path, repeats=FEW)
    found.before("a")
    found.after("a")
    found.before("b")
    found.after("b")
    found.close()
    readings = found.calibration().readings
    assert [(reading.suite, reading.work) for reading in readings] == [
        ("a", "compute"), ("a", "memory"), ("b", "compute"), ("b", "memory"),
    ]  # fmt: skip
    one, other = readings[0], readings[2]
    assert other.before_s == one.after_s
    points = found.points()
    assert {point.metric for point in points} == {
        "calibration_compute_time",
        "calibration_memory_time",
    }
    for point in points:
        assert isinstance(point.outcome, Measured)
        assert set(point.outcome.rounds) == {1, 2, 3}


@pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")
def test_a_quick_reading_takes_fewer_samples_and_enough(tmp_path: Path):
    found = Calibrator(tmp_path, repeats=QUICK_REPEATS)
    found.read()
    found.close()
    taken = {
        point.params["work"]: len(point.outcome.samples)
        for point in found.points()
        if isinstance(point.outcome, Measured)
    }
    for work, repeats in QUICK_REPEATS.items():
        assert NEEDED <= repeats <= REPEATS[work]
        assert taken[work] in {tries * repeats for tries in range(1, TRIES + 1)}


def test_a_reference_child_that_fails_costs_the_calibration_and_nothing_else(tmp_path, monkeypatch):
    def fail(self: Calibrator) -> None:
        raise ChildError("it is gone")

    monkeypatch.setattr(Calibrator, "_opened", fail)
    found = Calibrator(tmp_path)
    found.before("a")
    found.after("a")
    assert found.calibration() == Calibration(limit=DRIFT, failure="it is gone")
    assert {point.outcome for point in found.points()} == {Failed(reason="it is gone")}
    assert found.warnings() == ["The machine was not gauged: it is gone."]


def test_a_reference_child_that_fails_later_leaves_failed_points(tmp_path: Path):
    found = Calibrator(tmp_path, repeats=FEW)
    found.before("a")
    found.close()
    found.failure = "it is gone"
    for result in found._results.values():
        result.blocks.clear()
    assert {point.outcome for point in found.points()} == {Failed(reason="it is gone")}


def test_the_reference_work_is_the_same_work_every_time():
    suite = Reference()
    for case in suite.plan(suite.options(), "quick").cases:
        work = suite.prepare(case)
        timer: object = None
        assert work.run(timer) is not None  # type: ignore[arg-type] # it takes no timer
        message = messages.Prepare(key=0, case=case)
        assert messages.decode_command(messages.encode(message)) == message
