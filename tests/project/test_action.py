"""The composite action's own steps, run as a runner runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

FILE = ROOT / ".github" / "actions" / "soundmark" / "action.yml"
ACTION = yaml.safe_load(FILE.read_text(encoding="utf-8"))
PROGRAMS = {
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
}
TELLS = '#!/bin/sh\nfor word; do echo "<$word>"; done >> "$SAID"\nexit "${LAST:-0}"\n'
"""A soundmark that writes its words down, and ends with 1 or 3 when asked to."""


class Ran:
    """What one step came to."""

    def __init__(self, done, outputs):
        self.code, self.said = done.returncode, done.stdout + done.stderr
        self.outputs = dict(line.split("=", 1) for line in outputs.splitlines())


@pytest.fixture
def run_step(tmp_path):
    """`run_step("plan", SOURCE="…")` runs that step, with all other inputs unset."""

    def run(name, place=FILE.parent, **given):
        (step,) = (one for one in ACTION["runs"]["steps"] if one.get("id") == name)
        outputs = tmp_path / "outputs"
        outputs.write_text("")
        programs = (
            f"{tmp_path}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        )
        done = subprocess.run(
            [*PROGRAMS[step["shell"]], step["run"]],
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": programs, "GITHUB_OUTPUT": str(outputs),
                 "GITHUB_ACTION_PATH": str(place), "SAID": str(tmp_path / "said"),
                 **dict.fromkeys(step["env"], ""), **given},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return Ran(done, outputs.read_text())

    return run


@pytest.fixture
def tells(tmp_path):
    """Put a soundmark on PATH that ends with this code; what it was given stands in `said`."""

    def put(code=0):
        program = tmp_path / "soundmark"
        program.write_text(TELLS.replace("${LAST:-0}", str(code)))
        program.chmod(0o755)
        return tmp_path / "said"

    return put


def test_every_input_and_output_says_what_it_is():
    for name, one in (ACTION["inputs"] | ACTION["outputs"]).items():
        assert one["description"].endswith("."), name


def test_without_a_source_the_repository_of_the_action_is_installed(run_step):
    plan = run_step("plan", EXTRAS="real,speech")
    assert plan.code == 0, plan.said
    assert plan.outputs["wanted"] == f"{ROOT}[real,speech]"
    assert "TORCH_INDEX_URL" in plan.said


def test_a_source_is_what_pip_is_asked_for_with_the_extras_behind_its_name(run_step):
    plan = run_step("plan", SOURCE="soundmark @ git+https://a.example/b@v1", EXTRAS="speech",
                    PIP_EXTRA_INDEX_URL="https://wheels.example/cpu")  # fmt: skip
    assert plan.outputs["wanted"] == "soundmark[speech] @ git+https://a.example/b@v1"
    assert plan.said == ""


def test_another_source_and_another_week_have_another_cache(run_step):
    one = run_step("plan", SOURCE="soundmark==1.0")
    assert one.outputs["key"] == run_step("plan", SOURCE="soundmark==1.0").outputs["key"]
    assert one.outputs["key"] != run_step("plan", SOURCE="soundmark==1.1").outputs["key"]
    assert one.outputs["cache"]


@pytest.mark.nightly
def test_what_is_planned_is_what_pip_installs(run_step, tmp_path):
    plan = run_step("plan")
    done = run_step(
        "install", WANTED=plan.outputs["wanted"], PIP_NO_INDEX="1", PIP_NO_DEPS="1",
        PIP_NO_BUILD_ISOLATION="0", PIP_TARGET=str(tmp_path / "installed"),
    )  # fmt: skip
    assert done.code == 0, done.said
    there = tmp_path / "installed" / "collector" / "onboarding" / "scaffold" / "action.yml"
    assert there.read_bytes() == FILE.read_bytes()


def test_a_copy_without_a_source_says_what_is_missing(run_step, tmp_path):
    place = tmp_path / "other" / ".github" / "actions" / "soundmark"
    place.mkdir(parents=True)
    plan = run_step("plan", place=place)
    assert plan.code == 2
    assert "expected the input 'source'" in plan.said


def test_commands_are_run_line_by_line_with_their_quotes_and_nothing_expanded(run_step, tells):
    said = tells()
    lines = "collect --only 'micro.*' $HOME\n\nhistory push \"a b\"\n"
    ran = run_step("run", RUN=lines, FINDINGS="fail")
    assert ran.code == 0, ran.said
    assert said.read_text().split() == [
        "<collect>", "<--only>", "<micro.*>", "<$HOME>", "<history>", "<push>", "<a", "b>",
    ]  # fmt: skip
    assert ran.outputs == {"findings": "false"}


def test_a_command_that_finds_something_ends_the_step_unless_it_shall_tell(run_step, tells):
    said = tells(1)
    ran = run_step("run", RUN="collect\nhistory push origin", FINDINGS="fail")
    assert (ran.code, ran.outputs) == (1, {"findings": "true"})
    assert said.read_text() == "<collect>\n"
    ran = run_step("run", RUN="collect\nhistory push origin", FINDINGS="tell")
    assert (ran.code, ran.outputs) == (0, {"findings": "true"})
    assert said.read_text().endswith("<collect>\n<history>\n<push>\n<origin>\n")


def test_what_is_broken_ends_the_step_in_any_case(run_step, tells):
    tells(3)
    assert run_step("run", RUN="collect\nsite build", FINDINGS="tell").code == 3
