"""BenchmarkDotNet's JSON, written by hand after public reports of version 0.13."""

from __future__ import annotations

import json

import pytest

from history.formats.benchmarkdotnet import BenchmarkDotNet
from history.words.metrics import Direction
from history.words.records import Failed
from tests.history.formats.builders import outcome

FORMAT = BenchmarkDotNet()
NAME = "Speech.Bench.Mel.Compute"

BENCHMARK = {
    "DisplayInfo": "Mel.Compute: Job-ABCDEF(Runtime=.NET 8.0, Toolchain=net8.0) [N=10, Kind=a&b]",
    "Namespace": "Speech.Bench", "Type": "Mel", "Method": "Compute", "MethodTitle": "Compute",
    "Parameters": "N=10&Kind=a&b", "FullName": "Speech.Bench.Mel.Compute(N: 10, Kind: a&b)",
    "Statistics": {"OriginalValues": [100.0, 110.0, 120.0], "N": 3, "Mean": 110.0, "Median": 110.0},
    "Memory": {"Gen0Collections": 1, "TotalOperations": 1000, "BytesAllocatedPerOperation": 64},
    "Metrics": [
        {"Value": 64, "Descriptor": {"Id": "Allocated Memory", "Unit": "B",
                                     "TheGreaterIsBetter": False}},
        {"Value": 0.5, "Descriptor": {"Id": "Gen0Collects", "Unit": "Count",
                                      "TheGreaterIsBetter": False}},
    ],
}  # fmt: skip


def text(**changes):
    host = {
        "BenchmarkDotNetVersion": "0.13.12",
        "ProcessorName": "Intel Xeon",
        "LogicalCoreCount": 4,
    }
    return json.dumps(
        {"Title": "x", "HostEnvironmentInfo": host, "Benchmarks": [BENCHMARK | changes]}
    )


def test_values_are_samples_in_seconds_with_parameters_and_job():
    found = FORMAT.parse(text())
    time = outcome(found, "operation_time", NAME, N="10", Kind="a&b")
    assert time.samples == pytest.approx((100e-9, 110e-9, 120e-9))
    assert found.points[0].variant.features == "Runtime=.NET 8.0, Toolchain=net8.0"


def test_the_plain_job_has_no_name():
    found = FORMAT.parse(text(DisplayInfo="Mel.Compute: DefaultJob [N=10]"))
    assert found.points[0].variant.features == ""


def test_allocations_and_the_metrics_of_diagnosers_are_taken_once():
    found = FORMAT.parse(text())
    assert outcome(found, "allocated_bytes").value == 64
    assert [one.metric for one in found.points] == [
        "operation_time", "allocated_bytes", "gen0collects",
    ]  # fmt: skip
    assert found.points[2].direction == Direction.LOWER


def test_an_older_report_has_its_samples_among_the_measurements():
    measurements = [
        {"IterationMode": "Workload", "IterationStage": stage, "Operations": 2, "Nanoseconds": ns}
        for stage, ns in (("Warmup", 900), ("Actual", 230), ("Result", 220), ("Result", 240))
    ]
    found = FORMAT.parse(text(Statistics={"Median": 115.0, "N": 2}, Measurements=measurements))
    assert outcome(found, "operation_time").samples == pytest.approx((110e-9, 120e-9))


def test_a_brief_report_has_a_stated_median():
    time = outcome(FORMAT.parse(text(Statistics={"Median": 115.0, "N": 9})), "operation_time")
    assert time.value == pytest.approx(115e-9)
    assert (time.n, time.aggregate) == (9, "median")


def test_a_benchmark_without_statistics_failed():
    assert isinstance(outcome(FORMAT.parse(text(Statistics=None)), "operation_time"), Failed)


def test_the_machine_is_that_of_the_report():
    machine = FORMAT.parse(text()).machine
    assert machine is not None
    assert (machine.cpu_model, machine.cores) == ("Intel Xeon", 4)
