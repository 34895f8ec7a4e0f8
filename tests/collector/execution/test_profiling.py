"""Under a profiler everything is run once more: counted is nothing, kept are its stacks."""

import json
import sys

import pytest

from collector.execution import profilers, profiling
from history.words.errors import BrokenEnvironmentError
from tests.collector.execution.projects import project

TABLE = """
[[suite]]
use = "command"
name = "busy"
run = "{python} -S busy.py"
repeats = 1
warmup = 0
"""
BUSY = """
import time
def spin():
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass
spin()
"""


def may(tool):
    try:
        profilers.check(tool)
    except BrokenEnvironmentError:
        return False
    return True


@pytest.fixture
def busy(tmp_path, monkeypatch):
    found = project(tmp_path / "project", TABLE.format(python=sys.executable))
    found.write("busy.py", BUSY)
    found.commit("spins")
    monkeypatch.chdir(found.path)
    return found


def profiles(found):
    (run,) = (found.path / ".soundmark/profiles").iterdir()
    return run, json.loads((run / "index.json").read_text())


@pytest.mark.parametrize("tool", profilers.TOOLS)
def test_a_run_has_the_stacks_of_one_more_execution_that_no_point_knows(busy, tool):
    if not may(tool):
        pytest.skip(f"{tool} is not here or may not look")
    found = busy.run("collect", "--no-calibration", "--profile-with", tool)
    assert found.exit_code == 0, found.output
    assert "not counted: 1 of 1 benchmark" in found.stdout
    run, (profile,) = profiles(busy)
    text = (run / profile["file"]).read_text()
    assert profile["samples"] > 0
    if tool == "py-spy":
        assert "spin" in text
    assert str(busy.path) not in text
    wall = next(one for one in busy.shown()["points"] if one["metric"] == "wall_time")
    assert wall["n"] == 1


@pytest.mark.nightly
def test_both_sides_of_a_duet_are_profiled(busy):
    if not may("perf"):
        pytest.skip("perf is not here or may not look")
    busy.write("busy.py", BUSY + "spin()\n")
    busy.commit("spins twice")
    busy.duet("--budget", "1s", "--profile-with", "perf")
    _, found = profiles(busy)
    assert [(one["side"], bool(one["file"])) for one in found] == [("base", True), ("head", True)]


def test_a_suite_that_runs_in_its_own_child_is_looked_at_there(tmp_path, monkeypatch):
    if not may("perf"):
        pytest.skip("perf is not here or may not look")
    monkeypatch.setattr(profiling, "LOOK_S", 0.3)
    table = '[[suite]]\nuse = "tests.collector.toys:Toy"\n'
    found = project(tmp_path / "project", table)
    monkeypatch.chdir(found.path)
    done = found.run("collect", "--no-calibration", "--profile-with", "perf")
    assert "Profiled by perf, not counted" in done.stdout, done.output


def test_a_profiler_that_is_missing_refuses_in_one_line_before_anything_is_measured(
    busy, monkeypatch
):
    monkeypatch.setattr(profilers, "_program", lambda tool: None)
    found = busy.run("collect", "--profile-with", "py-spy")
    assert found.exit_code == 3
    assert "there is no py-spy here" in " ".join(found.output.split())
    assert not (busy.path / ".soundmark/runs").exists()
