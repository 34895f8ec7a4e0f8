"""Files that the real tools wrote, read back: samples/README.md says how each was made."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

import pytest

from history.formats import registry, take_in
from history.formats.criterion import Criterion
from history.formats.google_benchmark import GoogleBenchmark
from history.formats.interface import Recognises
from history.words.records import Failed, Measured
from tests.history.formats.builders import CONTEXT

RECOGNISE = registry.Ability[Recognises]((Recognises,), "recognised")
SAMPLES = Path(__file__).with_name("samples")
NAMES = {
    "google-benchmark": "google_benchmark.json",
    "pytest-benchmark": "pytest_benchmark.json",
    "hyperfine": "hyperfine.json",
}


def points(name, path):
    imported = take_in.read(registry.find(name, registry.IMPORT), path, CONTEXT)
    assert imported.refused == ()
    (record,) = imported.records
    return {
        (point.benchmark, *point.params.values(), point.metric): point.outcome
        for point in record.points
    }


@pytest.mark.parametrize("name", [*NAMES, "asv"])
def test_a_real_file_is_recognised_by_its_own_importer_alone(name):
    file = NAMES.get(name, "asv/ci/7f73e2e7-existing-py_python3.11.json")
    head = (SAMPLES / file).read_text()[:65536]
    assert [
        one for one in registry.names(RECOGNISE) if registry.find(one, RECOGNISE).recognise(head)
    ] == [name]


@pytest.mark.parametrize("width", ["50", "3200"])
def test_samples_of_criterion_agree_with_what_criterion_says_of_them(width):
    folder = SAMPLES / "criterion"
    found = points("criterion", folder)
    stated = json.loads((folder / "sampling_best" / width / "new/estimates.json").read_text())
    time = found[f"sampling/best/{width}", "operation_time"]
    assert len(time.samples) == 10
    assert time.value == pytest.approx(stated["median"]["point_estimate"] * 1e-9, rel=1e-9)
    assert statistics.mean(time.samples) == pytest.approx(
        stated["mean"]["point_estimate"] * 1e-9, rel=1e-9
    )
    rate = found[f"sampling/best/{width}", "throughput"]
    assert rate.value == pytest.approx(int(width) / time.value, rel=0.02)
    assert Criterion().parse_folder(folder).flagged == ()
    assert len(found) == 4  # the folder of the run before, "base", and "change" are left alone


def test_repetitions_of_google_benchmark_agree_with_its_own_median():
    path = SAMPLES / NAMES["google-benchmark"]
    found = points("google-benchmark", path)
    rows = json.loads(path.read_text())["benchmarks"]
    for width in (50, 3200):
        (stated,) = [
            row for row in rows
            if row["run_name"] == f"best/{width}" and row.get("aggregate_name") == "median"
        ]  # fmt: skip
        time = found[f"best/{width}", "operation_time"]
        assert len(time.samples) == 3
        assert time.value == pytest.approx(stated["real_time"] * 1e-6, rel=1e-12)
        assert found[f"best/{width}", "throughput"].value == pytest.approx(
            stated["items_per_second"], rel=1e-12
        )
        assert found[f"best/{width}", "width"].value == width
    assert found["on_a_device", "operation_time"] == Failed(reason="there is no device")
    assert "debug build" in take_in.read(GoogleBenchmark(), path, CONTEXT).flagged[0]


def test_what_is_odd_in_a_file_of_google_benchmark_is_counted_row_by_row():
    path = SAMPLES / "google_benchmark_odd.json"
    rows = json.loads(path.read_text())["benchmarks"]
    found = GoogleBenchmark().parse(path.read_text(), path.name)
    outcomes: dict[tuple[str, str], Any] = {
        (point.benchmark, point.metric): point.outcome for point in found.points
    }
    names = ["counters", "sometimes", "grows/64", "grows/256"]
    assert {name for name, _ in outcomes} == {f"{name}/iterations:20" for name in names}
    assert ("counters/iterations:20", "hits") not in outcomes
    assert ("counters/iterations:20", "width") in outcomes
    assert "hits is no finite number" in found.flagged[0]
    time = outcomes["sometimes/iterations:20", "operation_time"]
    assert (time.n, time.warnings) == (2, ("1 of 3 repetitions failed: the device is gone.",))
    of = {place: row["run_name"].partition("/")[0] for place, row in enumerate(rows, start=1)}
    assert {of[one.row] for one in found.refused} == {"twin"}
    assert len(found.refused) == list(of.values()).count("twin") == 14
    assert {of[one.row] for one in found.left_out} == {"counters", "sometimes", "grows"}
    fits = [one.reason for one in found.left_out if "BigO" in one.reason]
    assert len(fits) == 2
    assert found.rows_taken == 11  # four times three repetitions, and one of them failed


def test_aggregates_alone_of_google_benchmark_are_of_three_repetitions():
    found = points("google-benchmark", SAMPLES / "google_benchmark_aggregates.json")
    time = found["counters/iterations:20", "operation_time"]
    assert (time.n, time.aggregate, time.samples) == (3, "median", ())


def test_rounds_of_pytest_benchmark_agree_with_its_own_median():
    path = SAMPLES / NAMES["pytest-benchmark"]
    found = points("pytest-benchmark", path)
    for row in json.loads(path.read_text())["benchmarks"]:
        params = [str(value) for value in (row["params"] or {}).values()]
        time = found[row["fullname"].partition("[")[0], *params, "operation_time"]
        assert isinstance(time, Measured)
        assert time.samples == tuple(row["stats"]["data"])
        assert time.value == row["stats"]["median"]


def test_objects_of_pytest_benchmark_go_by_their_ids():
    found = points("pytest-benchmark", SAMPLES / "pytest_benchmark_objects.json")
    how = [(width, name) for width in ("50", "3200") for name in ("fast", "slow")]
    assert {name[1:] for name in found} == {
        *((*one, metric) for one in how for metric in ("operation_time", "width_squared")),
        ("clean/clip1.wav", "operation_time"),
        ("noisy/clip1.wav", "operation_time"),
        ("[1, 2]", "operation_time"),
        ("operation_time",),
    }
    assert found["objects.py::test_how", "50", "fast", "width_squared"].value == 2500


def test_times_of_hyperfine_agree_with_its_own_median_and_failures_are_failures():
    path = SAMPLES / NAMES["hyperfine"]
    found = points("hyperfine", path)
    for row in json.loads(path.read_text())["results"]:
        wall = found[row["command"], *row.get("parameters", {}).values(), "wall_time"]
        if any(row["exit_codes"]):
            assert isinstance(wall, Failed)
        else:
            assert wall.samples == tuple(row["times"])
            assert wall.value == pytest.approx(row["median"], rel=1e-12)


def test_hyperfine_keeps_two_tools_of_one_name_and_leaves_crashes_out():
    path = SAMPLES / "hyperfine_crashes.json"
    found = points("hyperfine", path)
    assert {name[0] for name in found} == {"old/bin/tool --x", "new/bin/tool --x"}
    for row in json.loads(path.read_text())["results"]:
        name = row["command"].removeprefix("/p/")
        assert row["exit_codes"] == [0, 0, 139]
        assert found[name, "wall_time"].samples == tuple(row["times"][:2])
        assert (name, "user_time") not in found
