"""`make ratios` prints its two tables: here for a small site, and for the command alone."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.nightly


def printed(*words):
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_website_has_a_line_for_each_import_and_build():
    shape = ("--shape", "10x4x1", "--shell", "plain", "--asv", "")
    head, _, *lines = printed("benchmarks.site.cost", *shape)
    names = [name.strip() for name in head.split("|")]
    rows = [dict(zip(names, map(str.strip, line.split("|")), strict=True)) for line in lines]
    assert [row["build"] for row in rows] == [
        "import", "from nothing", "import of one night", "one more night", "nothing new",
    ]  # fmt: skip
    assert all(float(row["cpu_s"]) > 0 for row in rows)
    assert int(rows[1]["new_files"]) > int(rows[3]["new_files"]) > int(rows[4]["new_files"]) == 0


def test_a_command_has_a_line_for_each_tool_with_its_ratio_to_ours():
    head, *lines = printed(
        *("benchmarks.harness.peers", "--what", "command", "--trials", "2", "--beside", "nobody")
    )
    assert "/ours" in head
    assert [line.split()[2] for line in lines][:2] == ["soundmark", "soundmark,"]
    medians = [float(re.search(r"([0-9.]+) µs", line)[1]) for line in lines]
    assert min(medians) > 1000
