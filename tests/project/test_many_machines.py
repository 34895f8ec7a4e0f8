"""The pages about many machines are run as they stand, with a stand-in for the scheduler."""

import json
import os
import re
import subprocess
import sys

import pytest
import yaml
from click.testing import CliRunner

from soundmark import main
from tests.conftest import ROOT
from tests.history.vcs.repositories import made

PAGE = (ROOT / "docs" / "how-to" / "many-machines.md").read_text(encoding="utf-8")
TABLE = """
[[suite]]
use = "command"
name = "cli"
run = "true"
repeats = 1
warmup = 0
matrix = { k = [1, 2, 3, 4, 5, 6] }
"""
SBATCH = """\
#!/bin/sh
# Starts every task of the array that the script asks for, one after the other.
for last; do :; done
export LEDGER="$(echo "$@" | sed -n 's/.*LEDGER=\\([^ ,]*\\).*/\\1/p')"
range=$(sed -n 's/^#SBATCH --array=//p' "$last")
export SLURM_ARRAY_TASK_COUNT=$((${range#*-} - ${range%-*} + 1))
for task in $(seq ${range%-*} ${range#*-}); do
  SLURM_ARRAY_TASK_ID=$task sh "$last" || exit 1
done
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    repository = made(tmp_path / "project")
    repository.write("soundmark.toml", TABLE)
    repository.write(".gitignore", ".soundmark/\nplan.json\n")
    repository.commit("first")
    monkeypatch.chdir(repository.path)
    return repository


def soundmark(*words):
    return CliRunner().invoke(main, list(words))


def planned(*words):
    found = soundmark("collect", "--profile", "nightly", "--plan", "json", *words)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_the_plan_is_printed_and_nothing_is_measured(project):
    found = planned()
    assert [one["params"] for one in found] == [{"k": str(k)} for k in range(1, 7)]
    assert {one["expected_s"] for one in found} == {None}
    assert not (project.path / ".soundmark/runs").exists()


def test_shares_are_dealt_out_by_a_plan_that_was_made_before(project):
    plan = planned()
    for one in plan:
        one["expected_s"] = 100.0 if one["params"]["k"] == "4" else 1.0
    (project.path / "plan.json").write_text(json.dumps(plan))
    parts = [planned("--planned", "plan.json", "--shard", f"{k}/2") for k in (1, 2)]
    assert [[one["params"]["k"] for one in part] for part in parts] == [
        ["4"], ["1", "2", "3", "5", "6"],
    ]  # fmt: skip


def test_a_plan_of_other_benchmarks_is_refused_with_the_first_that_differs(project):
    (project.path / "plan.json").write_text(json.dumps(planned("--only", "cli.cli[k=1]")))
    found = soundmark("collect", "--profile", "nightly", "--planned", "plan.json", "--shard", "1/2")
    assert found.exit_code == 2
    assert "5 benchmarks differ; cli.cli[k=2] is in this work list alone" in " ".join(
        found.output.split()
    )


def test_runs_keep_how_long_things_took_and_only_other_commits_are_asked(project):
    assert soundmark("collect", "--profile", "nightly", "--no-calibration").exit_code == 0
    assert {one["expected_s"] for one in planned()} == {None}, "this commit is being measured"
    project.commit("second", other="file")
    assert all(one["expected_s"] > 0 for one in planned())


def test_the_script_for_slurm_measures_every_benchmark_once(project, tmp_path):
    (script,) = re.findall(r"```sh\n(#!/bin/sh\n.*?)```", PAGE, re.DOTALL)
    assert "--array=1-4\n" in script
    script = script.replace("--array=1-4\n", "--array=1-2\n")  # as good, and half of the programs
    script = script.replace("collect --profile", "collect --no-calibration --profile")
    (project.path / "measure.sh").write_text(script)
    (project.path / "plan.json").write_text(json.dumps(planned()))
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in {
        "sbatch": SBATCH,
        "soundmark": f'#!/bin/sh\nexec "{sys.executable}" -m soundmark "$@"\n',
    }.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    ledger = tmp_path / "shared"
    done = subprocess.run(
        ["sbatch", f"--export=ALL,LEDGER={ledger}", "measure.sh"],
        env=os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(ledger.rglob("*.parquet"))) == 2
    synced = soundmark("history", "sync", "--ledger", str(ledger))
    assert synced.exit_code == 0, synced.output
    sql = "select distinct params from trend where metric = 'wall_time' order by params"
    found = soundmark("history", "query", sql, "--format", "json", "--ledger", str(ledger))
    assert [row["params"] for row in json.loads(found.stdout)] == [f"k={k}" for k in range(1, 7)]


def test_the_matrix_has_a_share_for_each_of_its_jobs():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    measure = yaml.safe_load(text)["jobs"]["measure"]
    shares = measure["strategy"]["matrix"]["share"]
    (line,) = [step["run"] for step in measure["steps"] if "collect" in step.get("run", "")]
    assert line.endswith(f"--planned plan.json --shard ${{{{ matrix.share }}}}/{len(shares)}")
    assert shares == list(range(1, len(shares) + 1))
