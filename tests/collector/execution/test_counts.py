"""A planted change of instructions is flagged between two commits, and in a duet."""

import json
import shutil

import pytest

from tests.collector.execution.projects import project

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("valgrind") and shutil.which("cc")), reason="needs valgrind and cc"
    ),
]
TABLE = """
[[suite]]
use = "command"
name = "loop"
build = "cc -O1 -o built/program program.c"
run = "built/program"
counts = "callgrind"
repeats = 1
warmup = 0
"""
PROGRAM = """
#include <stdlib.h>
int main(void) {{
    volatile long sum = 0;
    for (long i = 0; i < {added}; i++) sum += i;
    for (int i = 0; i < {asked}; i++) {{ void *volatile p = malloc(10); free(p); }}
    return 0;
}}
"""


def program(added, asked=7):
    return {"program.c": PROGRAM.format(added=added, asked=asked), "built/.keep": ""}


@pytest.fixture
def slower(tmp_path, monkeypatch):
    """Two commits, of which the second does more."""
    found = project(tmp_path / "project", TABLE)
    found.write(".gitignore", ".soundmark/\nbuilt/program\n")
    for name, text in program(500_000).items():
        found.write(name, text)
    found.commit("counts")
    monkeypatch.chdir(found.path)
    return found


@pytest.mark.nightly
def test_a_planted_change_of_instructions_is_flagged_and_an_equal_count_is_not(slower):
    assert slower.run("collect", "--no-calibration").exit_code == 0
    for name, text in program(520_000).items():
        slower.write(name, text)
    slower.commit("four percent more to add")
    assert slower.run("collect", "--no-calibration").exit_code == 0
    found = slower.run("compare", "HEAD~1", "HEAD", "--format", "json")
    rows = {row["metric"]: row for row in json.loads(found.stdout)}
    assert rows["instructions"]["verdict"] == "regression"
    assert rows["instructions"]["reason"] == "counted, and the same in every repeat"
    assert rows["allocations"]["verdict"] == "no difference shown"
    assert rows["wall_time"]["verdict"] == "not enough data"


def test_a_duet_counts_each_side_once_and_flags_what_was_planted(slower):
    for name, text in program(500_000, asked=8).items():
        slower.write(name, text)
    slower.commit("asks for memory once more")
    slower.duet("--budget", "2s")
    line = slower.line("allocations", "loop")
    assert (line["verdict"], line["before"], line["after"]) == ("regression", 7, 8)
    assert slower.line("instructions", "loop")["verdict"] == "no difference shown"
