"""What `benchmarks/gpu/run.py` does without a GPU, and what it makes of planted readings."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gpu import run
from benchmarks.gpu.findings import Leak, Seen, Timed, page, problems
from collector.measure.gpu import open_gpu
from collector.planning import tables as planning

MIB = 2**20


def seen(**changes):
    climb = tuple(100.0 * MIB + 16 * MIB * n for n in range(30))
    whole: dict[str, Any] = {
        "device": "H200",
        "driver": "580.1",
        "libraries": {"torch": "2.13.0"},
        "before": {"sm_mhz": 1980, "throttle reasons": "none"},
        "after": {"sm_mhz": 1755, "throttle reasons": "power cap"},
        "requested": "CUDAExecutionProvider",
        "actual": ["CUDAExecutionProvider", "CPUExecutionProvider"],
        "timed": [Timed("matrix product", (0.010,) * 5, (0.0101,) * 5)],
        "leak": Leak(16 * MIB, climb, climb),
        "collected": 0,
        "took_s": 200.0,
    }
    return Seen(**(whole | changes))


def test_readings_that_agree_are_as_documented():
    assert problems(seen()) == []
    text = page(seen())
    assert "Everything is as documented." in text
    assert "| throttle reasons | none | power cap |" in text
    assert "| matrix product | 10000.0 us | 10100.0 us | -1.0% | 5 |" in text


def test_each_reading_that_does_not_agree_is_named():
    half = tuple(100.0 * MIB + 8 * MIB * n for n in range(30))
    wrong = seen(
        timed=[Timed("sort", (0.001,) * 3, (0.002,) * 3)],
        actual=["CPUExecutionProvider"],
        leak=Leak(16 * MIB, half, seen().leak.allocator),
        collected=1,
    )
    assert problems(wrong) == [
        "sort: events and wall time differ by -50.0%",
        "CUDAExecutionProvider was asked for and CPUExecutionProvider ran",
        "planted leak, NVML: read -50.0% wrong",
        "`soundmark collect` ended with 1",
    ]
    assert "- sort: events" in page(wrong)


def test_it_measures_nothing_but_the_device():
    tables = tomllib.loads(run.CONFIG)["suite"]
    given = [(one["use"], {k: v for k, v in one.items() if k != "use"}, "gpu") for one in tables]
    works = planning.work_list(given, (), "quick", folder=Path())
    cases = [case for work in works for case in work.plan.cases]
    cases += [absence.case for work in works for absence in work.plan.absences]
    assert {case.variant.device for case in cases} == {"cuda"}
    assert {work.name for work in works} == {"micro", "alignment", "whisper", "tts"}
    (aligned,) = (work for work in works if work.name == "alignment")
    planned = (*aligned.plan.cases, *(absence.case for absence in aligned.plan.absences))
    assert {case.variant.runtime for case in planned} == {"torch", "onnxruntime"}


def test_a_session_in_a_process_of_its_own_says_what_it_runs_on():
    assert run.alone(run.providers)[-1] == "CPUExecutionProvider"


def test_versions_are_those_that_are_installed():
    assert list(run.versions(("nothing-of-the-kind", "numpy"))) == ["numpy"]


def test_a_command_keeps_its_exit_code_and_is_ended_when_the_time_is_up(monkeypatch):
    monkeypatch.setattr(run, "GRACE_S", 0.1)  # Ctrl-C is ignored by what runs in the background
    assert run.ended([sys.executable, "-c", "raise SystemExit(3)"], 600) == 3
    assert run.ended(["sleep", "600"], 0.1) == 124


@pytest.mark.skipif(open_gpu() is not None, reason="there is a GPU here")
def test_without_a_device_it_says_so_in_one_line_and_leaves_nothing(tmp_path):
    out = tmp_path / "gpu"
    command = [sys.executable, "-m", "benchmarks.gpu.run", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert line.startswith("Nothing was measured: no NVIDIA GPU")
    assert not out.exists()
