"""The two workflows that `init --github` writes, step by step as a runner takes them."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

from site_gen.forge import mark as marks
from site_gen.forge.artifact import FILE, NAME
from tests.collector.execution.projects import project
from tests.history.vcs.repositories import Repository
from tests.project import scaffold
from tests.site_gen.forge import jobs


def run_steps(workflow, folder, variables):
    """Run what the steps run with soundmark, in less time; the lines that they print."""
    (path,) = (one for one in scaffold.github() if one.name == workflow)
    (job,) = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said = ""
    for step in job["steps"]:
        script = step.get("run", "").replace("--budget 10m", "--budget 2s")
        if not re.search(r"\bsoundmark (collect|report)\b", script):
            continue
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={"HOME": os.environ["HOME"], "LANG": "C.UTF-8", "PATH": programs} | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        said += done.stdout
    return said


def test_a_pull_request_of_a_fork_that_breaks_something_is_measured_by_one_and_told_by_the_other(
    server, tmp_path
):
    upstream = project(tmp_path / "upstream")
    upstream.git("clone", "--quiet", str(upstream.path), str(tmp_path / "fork"))
    fork = Repository(tmp_path / "fork")
    fork.git("checkout", "--quiet", "-b", "broken")
    head = fork.commit("broken", tool__sh="exit 3\n")
    summary = tmp_path / "summary-of-fork.md"

    run_steps(
        "soundmark-pull-request.yml",
        fork.path,
        {"CI": "true", "BASE": "main", "GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert "to look at: `cli.decode`" in summary.read_text(encoding="utf-8")
    written = sorted(one.name for one in (fork.path / "report").iterdir())
    assert written == ["report.html", FILE]

    server.pull(7, head)
    with zipfile.ZipFile(tmp_path / "artifact.zip", "w") as archive:
        for one in (fork.path / "report").iterdir():
            archive.write(one, one.name)
    server.artifacts[31, NAME] = (tmp_path / "artifact.zip").read_bytes()
    seen = jobs.environ(server, tmp_path, jobs.payload_of_run(head))
    said = run_steps("soundmark-comment.yml", upstream.path, seen)

    assert "comment on #7: made" in said
    (text,) = server.texts(7)
    assert "to look at: `cli.decode`" in text
    assert marks.read(text).head == head
    assert [one["head_sha"] for one in server.checks] == [head]
