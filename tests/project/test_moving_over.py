"""The commands of docs/moving-over.md do what it says, each on a small history of that tool."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from soundmark import main
from tests.conftest import ROOT
from tests.history.vcs.repository import NOON, repository

PAGE = ROOT / "docs" / "moving-over.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
NIGHTS = 16


def value(night):
    """Slower by a half since the tenth night."""
    return 0.003 if night >= 10 else 0.002


def commands(tool):
    """All that is to be typed in the section of a tool, in order."""
    _, _, rest = PAGE.read_text().partition(f"<!-- run: {tool} -->")
    return "\n".join(BLOCK.findall(rest.partition("\n## ")[0]))


def asv(made, shas):
    folder = made.path / "results" / "ci"
    folder.mkdir(parents=True)
    (folder / "machine.json").write_text(json.dumps({"machine": "ci", "version": 1}))
    about = {"name": "a.time_mel", "type": "time", "unit": "seconds", "params": [], "version": "1"}
    listed = {"version": 2, "a.time_mel": about}
    (folder.parent / "benchmarks.json").write_text(json.dumps(listed))
    for night, sha in enumerate(shas):
        data = {
            "version": 2, "commit_hash": sha, "date": (NOON + night * 86_400) * 1000,
            "params": {"machine": "ci", "python": "3.11"}, "python": "3.11", "requirements": {},
            "result_columns": ["result", "params", "version"],
            "results": {"a.time_mel": [[value(night)], [], "1"]},
        }  # fmt: skip
        (folder / f"{sha[:8]}-py3.11.json").write_text(json.dumps(data))


def data_js(made, shas):
    entries = [
        {
            "commit": {"id": sha, "message": f"night {night}", "timestamp": "2026-01-05T10:00:00Z"},
            "date": (NOON + night * 86_400) * 1000,
            "tool": "cargo",
            "benches": [{"name": "mel", "unit": "ns/iter", "value": str(value(night) * 1e9)}],
        }
        for night, sha in enumerate(shas)
    ]
    text = json.dumps({"lastUpdate": 1, "entries": {"Benchmark": entries}})
    (made.path / "dev" / "bench").mkdir(parents=True)
    (made.path / "dev" / "bench" / "data.js").write_text(f"window.BENCHMARK_DATA = {text}")
    made.git("checkout", "--quiet", "-b", "gh-pages")
    made.git("add", "dev")
    made.git("commit", "--quiet", "-m", "pages")
    made.git("update-ref", "refs/remotes/origin/gh-pages", "gh-pages")
    made.git("checkout", "--quiet", "main")
    (made.path / "dev" / "bench").mkdir(parents=True, exist_ok=True)


def bmf(made, shas):
    (made.path / "results").mkdir()
    for night, sha in enumerate(shas):
        measures = {"latency": {"value": value(night) * 1e9}, "Max Bytes": {"value": 1000 + night}}
        (made.path / "results" / f"{sha}.json").write_text(json.dumps({"mel": measures}))


@pytest.mark.parametrize(
    ("tool", "fill", "nights"),
    [("asv", asv, NIGHTS), ("github-action-benchmark", data_js, NIGHTS), ("bmf", bmf, 2)],
)
def test_the_commands_of_a_section_bring_its_history_along(tmp_path, tool, fill, nights):
    made = repository(tmp_path)
    shas = [made.commit(f"night {night}", night * 86_400) for night in range(nights)]
    fill(made, shas)
    script = commands(tool)
    assert "soundmark import" in script
    assert "soundmark export" in script
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", script],
        cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with chdir(tmp_path):
        rows = list(csv.DictReader(CliRunner().invoke(main, ["export", "csv"]).stdout.splitlines()))
    times = [row for row in rows if row["metric"] == "operation_time"]
    assert [row["commit"] for row in times] == shas, "in the order of the graph, and none twice"
    assert float(times[-1]["value"]) == pytest.approx(value(nights - 1))
    assert {row["machine"] for row in rows} == {"ci"}
    if nights == NIGHTS:
        assert shas[10][:8] in done.stdout, "the step of the tenth night is found"
