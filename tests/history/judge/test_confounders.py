"""What else changed is named beside a change."""

import pytest

from history.judge import changes
from history.report.wording import confounders as wording
from history.words import calibration
from history.words.calibration import Calibration, Reading
from tests.history.judge.builders import detections, facts, noisy, trend, trends


def calibrated(compute, *disturbed):
    """An environment whose reference work took this long before golden and micro."""
    readings = tuple(
        Reading(suite=suite, work="compute", before_s=compute, disturbed=suite in disturbed)
        for suite in ("golden", "micro")
    )
    return {calibration.GROUP: calibration.encode(Calibration(readings=readings))}


def named(old, new, *series):
    """Suspects of a step after thirty nights, with these environments before and after."""
    nights = [facts(night, environment_key=1 if night < 30 else 2) for night in range(60)]
    history = trends(trend(noisy(1.0, 1.2)), *series, runs=nights, environments={1: old, 2: new})
    found = changes.rows(history, detections(history))
    suspects = next(row.suspects for row in found if row.key.suite == "golden")
    return tuple(map(wording.words, suspects))


def test_nothing_else_changed():
    assert named({"libraries": {"torch": "2.12"}}, {"libraries": {"torch": "2.12"}}) == ()


def test_every_field_that_differs_is_named():
    old = {"system": {"kernel": "6.1"}, "libraries": {"torch": "2.12"}, "image": "a"}
    new = {"system": {"kernel": "6.8"}, "libraries": {"torch": "2.12"}, "image": "b"}
    assert named(old, new) == ("image: a → b", "system.kernel: 6.1 → 6.8")


def test_another_processor_is_the_first_suspect():
    def on(model, cores):
        return {
            "hardware": {"cores": cores, "cpu model": model},
            "libraries": {"torch": f"2.{cores}"},
        } | calibrated(cores / 10)

    assert named(on("EPYC 7763", 4), on("EPYC 9V74", 8)) == (
        "hardware: cpu model EPYC 7763 → EPYC 9V74",
        "hardware: cores 4 → 8",
        "machine: the time of the compute reference changed by +100 %",
        "libraries.torch: 2.4 → 2.8",
    )


def test_hardware_that_earlier_versions_did_not_tell_is_no_news():
    now = {"libraries": {"torch": "2.12"}, "hardware": {"cpu model": "EPYC 7763"}}
    assert named({"libraries": {"torch": "2.12"}}, now) == ()


def test_limits_of_targets_and_single_readings_are_no_cause():
    old = {"targets": {"first_token_time": "120 ms"}} | calibrated(0.300)
    new = {"targets": {"first_token_time": "100 ms"}} | calibrated(0.303)
    assert named(old, new) == ()


def test_what_the_harness_measured_meanwhile_is_no_cause_unless_others_got_busier():
    def load(share):
        return {"load": {"loadavg after": share * 9, "psi cpu share": share}, "sampling": {"n": 9}}

    assert named(load(0.10), load(0.15)) == ()
    assert named(load(0.10), load(0.60)) == (
        "machine: programs waited for the processor 10 % → 60 %",
    )


def test_a_slower_machine_is_suspected_by_its_reference_work():
    assert named(calibrated(0.30), calibrated(0.36)) == (
        "machine: the time of the compute reference changed by +20 %",
    )


def test_a_machine_that_was_disturbed_while_the_suite_ran_is_suspected():
    assert named(calibrated(0.3), calibrated(0.3, "micro", "golden")) == (
        "machine: disturbed while golden ran",
    )
    assert named(calibrated(0.3), calibrated(0.3, "micro")) == ()


@pytest.mark.parametrize(
    ("machine", "found"),
    [
        ("box", ("machine: calibration_compute_time changed by +20 % in the same range",)),
        ("other", ()),
    ],
)
def test_a_change_of_the_reference_work_in_the_same_range_comes_first(machine, found):
    reference = trend(
        noisy(1.0, 1.2, seed=9),
        series_id="cafe",
        series_key=2,
        suite="calibration",
        metric="calibration_compute_time",
        machine=machine,
    )
    assert named({}, {}, reference) == found


def test_the_reference_work_does_not_suspect_itself():
    reference = trend(noisy(1.0, 1.2), suite="calibration", metric="calibration_compute_time")
    history = trends(reference)
    assert [row.suspects for row in changes.rows(history, detections(history))] == [()]
