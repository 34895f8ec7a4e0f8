"""The workflows keep the rules that no run on GitHub would ever tell us we broke."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.project import scaffold

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCAFFOLD = scaffold.github()
"""The workflows that `soundmark init --github` writes."""
HISTORY_BRANCH = "soundmark-history"
PAIRS = {
    ROOT / ".github/workflows/pull-request.yml": ROOT
    / ".github/workflows/pull-request-comment.yml",
    SCAFFOLD[1]: SCAFFOLD[0],
}
"""Which workflow measures a pull request, and which one tells it."""
JOB_KEYS = {
    "name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "environment",
    "concurrency", "strategy", "env", "outputs", "steps",
}  # fmt: skip
STEP_KEYS = {"id", "name", "if", "uses", "with", "env", "run", "working-directory"}
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def read(path: Path) -> dict:
    # YAML 1.1 reads the key `on` as true; GitHub does not.
    return {
        ("on" if key is True else key): value
        for key, value in yaml.safe_load(path.read_text()).items()
    }


@pytest.fixture(params=[*WORKFLOWS, *SCAFFOLD], ids=lambda path: path.name)
def workflow(request) -> Path:
    return request.param


def jobs(path: Path) -> list[tuple[str, dict]]:
    return list(read(path)["jobs"].items())


def steps(path: Path) -> list[dict]:
    return [step for _, job in jobs(path) for step in job["steps"]]


def test_zizmor_finds_nothing_even_when_pedantic():
    zizmor = Path(sys.executable).with_name("zizmor")
    result = subprocess.run(
        [zizmor, "--offline", "--persona=pedantic", "--no-progress", "--quiet", ROOT / ".github",
         *SCAFFOLD],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_workflow_is_as_githubs_schema_has_it():
    result = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         *WORKFLOWS, *SCAFFOLD],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_jobs_for_gitlab_are_as_its_schema_has_them():
    result = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci",
         *scaffold.gitlab()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_rights_are_none_until_a_job_asks_for_them(workflow):
    assert read(workflow)["permissions"] == {}
    for name, job in jobs(workflow):
        assert "permissions" in job, name


def test_every_right_says_why(workflow):
    granted = re.findall(r"^ +[\w-]+: (?:read|write)\b.*$", workflow.read_text(), re.MULTILINE)
    assert [line for line in granted if " # " not in line] == []


def test_every_job_ends_by_itself(workflow):
    for name, job in jobs(workflow):
        assert 0 < job["timeout-minutes"] <= 120, name


def test_every_action_is_pinned_and_names_its_version(workflow):
    used = [line.strip() for line in workflow.read_text().splitlines() if "uses:" in line]
    assert [line for line in used if not PINNED.search(line)] == []


def test_no_outside_text_reaches_a_shell(workflow):
    assert [step for step in steps(workflow) if "${{" in step.get("run", "")] == []


def test_jobs_and_steps_have_only_known_keys_and_needs(workflow):
    known = dict(jobs(workflow))
    for name, job in known.items():
        assert set(job) <= JOB_KEYS, name
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(known)
        for step in job["steps"]:
            assert set(step) <= STEP_KEYS, name
            assert ("run" in step) != ("uses" in step), name


def test_checkouts_leave_no_token_behind(workflow):
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_who_records_or_orders_commits_fetches_their_history(workflow):
    for name, job in jobs(workflow):
        runs = " ".join(step.get("run", "") for step in job["steps"])
        if re.search(r"soundmark (collect|import|history sync)|make bench", runs):
            checkouts = [
                step["with"]
                for step in job["steps"]
                if step.get("uses", "").startswith("actions/checkout@")
            ]
            code = [given for given in checkouts if given.get("ref") != HISTORY_BRANCH]
            assert code, name
            assert [given["fetch-depth"] for given in code] == [0], name


def test_measuring_is_never_in_a_concurrency_group():
    nightly = read(ROOT / ".github" / "workflows" / "nightly.yml")
    assert "concurrency" not in nightly
    assert "concurrency" not in nightly["jobs"]["measure"]
    for name in ("append", "deploy"):
        assert nightly["jobs"][name]["concurrency"]["cancel-in-progress"] is False


def test_only_the_append_job_may_write_to_the_repository():
    writers = [
        (path.name, name)
        for path in WORKFLOWS
        for name, job in jobs(path)
        if job["permissions"].get("contents") == "write"
    ]
    assert writers == [("nightly.yml", "append")]


@pytest.mark.parametrize("measures", PAIRS, ids=lambda path: path.name)
def test_what_measures_a_pull_request_may_only_read_and_what_tells_it_runs_nothing_of_it(measures):
    for _, job in jobs(measures):
        assert job["permissions"] == {"contents": "read"}
        assert "github.token" not in str(job)
        assert "secrets." not in str(job)
    tells = PAIRS[measures]
    assert read(measures)["name"] in read(tells)["on"]["workflow_run"]["workflows"]
    for step in steps(tells):
        assert "ref" not in step.get("with", {})
        assert "download-artifact" not in step.get("uses", "")
    assert [step["run"] for step in steps(tells) if "soundmark report" in step.get("run", "")] == [
        "soundmark report --post"
    ]


@pytest.mark.parametrize("measures", PAIRS, ids=lambda path: path.name)
def test_the_artifact_has_the_name_and_the_file_that_posting_looks_for(measures):
    from site_gen.forge.artifact import FILE, NAME

    (upload,) = [step["with"] for step in steps(measures) if "upload-artifact" in str(step)]
    assert upload["name"] == NAME
    assert f"-o {upload['path']}{FILE}" in measures.read_text()


def test_nothing_is_measured_where_strangers_and_rights_meet(workflow):
    assert "pull_request_target" not in read(workflow)["on"]


def test_scripts_and_verbs_named_by_a_step_exist(workflow):
    verbs = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for step in steps(workflow):
        run = step.get("run", "")
        for script in re.findall(r"(?:\.github/scripts|\.ci)/[\w.-]+", run):
            assert (ROOT / script).stat().st_mode & 0o111, script
        for verb in re.findall(r"\bmake (\w+)", run):
            assert verb in verbs
