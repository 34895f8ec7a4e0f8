"""The workflows keep the rules that no run on GitHub would ever tell us we broke."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.project import own_workflows, scaffold

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCAFFOLD = scaffold.github()
"""The workflows that `soundmark init --github` writes."""
BY_ADDRESS = scaffold.github_by_address()
"""The same, which use the action of another repository."""
HISTORY_BRANCH = "soundmark-history"
ACTIONS = [ROOT / ".github" / "actions" / "soundmark" / "action.yml", scaffold.action_file()]
FOLDERS = [ROOT / ".github" / "workflows", SCAFFOLD[0].parent]
"""Ours, and those of a project."""
PLACES = {
    ROOT / ".github": "ours",
    SCAFFOLD[0].parents[1]: "written",
    BY_ADDRESS[0].parents[1]: "by-address",
}
PAIRS = {
    folder / "soundmark-pull-request.yml": folder / "soundmark-comment.yml" for folder in FOLDERS
}
"""Which workflow measures a pull request, and which one tells it."""
JOB_KEYS = {
    "name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "environment",
    "concurrency", "strategy", "env", "outputs", "steps",
}  # fmt: skip
STEP_KEYS = {"id", "name", "if", "uses", "with", "env", "run", "working-directory"}
PINNED = re.compile(
    r"uses: (?:[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\$/\.github/actions/soundmark)$"
)


def named(path: Path) -> str:
    """`ours/soundmark.yml`: a name for each file, of which several are called the same."""
    return f"{next(name for folder, name in PLACES.items() if folder in path.parents)}/{path.name}"


def read(path: Path) -> dict:
    # YAML 1.1 reads the key `on` as true; GitHub does not.
    return {
        ("on" if key is True else key): value
        for key, value in yaml.safe_load(path.read_text()).items()
    }


@pytest.fixture(params=[*WORKFLOWS, *SCAFFOLD], ids=named)
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
         *SCAFFOLD, *BY_ADDRESS, scaffold.action_file()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("file", own_workflows.wanted(), ids=lambda file: Path(file.name).name)
def test_our_own_are_what_init_writes(file):
    assert (ROOT / file.name).read_text() == file.text, "make docs rewrites them"


def test_the_action_is_as_githubs_schema_has_it():
    result = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions",
         *ACTIONS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_workflow_is_as_githubs_schema_has_it():
    result = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         *WORKFLOWS, *SCAFFOLD, *BY_ADDRESS],
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


def test_the_nightly_of_a_few_lines_in_the_documents_is_a_workflow(tmp_path):
    page = (ROOT / "docs" / "getting-started.md").read_text()
    (text,) = re.findall(r"```yaml\n(name: speed\n.*?)```", page, re.DOTALL)
    assert len(text.splitlines()) <= 20
    file = tmp_path / "speed.yml"
    file.write_text(text)
    result = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    (given,) = [step["with"] for step in steps(file) if "soundmark" in step["uses"]]
    assert set(given) <= set(yaml.safe_load(ACTIONS[0].read_text())["inputs"])


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


@pytest.mark.parametrize("file", [*WORKFLOWS, *SCAFFOLD, *BY_ADDRESS, *ACTIONS], ids=named)
def test_every_action_is_pinned_and_names_its_version(file):
    used = [line.strip() for line in file.read_text().splitlines() if "uses:" in line]
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


@pytest.mark.parametrize("folder", FOLDERS, ids=["ours", "written"])
def test_measuring_is_never_in_a_concurrency_group(folder):
    nightly = read(folder / "soundmark.yml")
    assert "concurrency" not in nightly
    assert "concurrency" not in nightly["jobs"]["measure"]
    for name in ("append", "deploy"):
        assert nightly["jobs"][name]["concurrency"]["cancel-in-progress"] is False


def test_only_what_appends_and_what_notes_a_notice_may_write_to_the_repository():
    writers = [
        (path.name, name)
        for path in WORKFLOWS
        for name, job in jobs(path)
        if job["permissions"].get("contents") == "write"
    ]
    assert writers == [("soundmark.yml", "append"), ("soundmark.yml", "notify")]


def test_a_release_is_published_by_trust_and_after_it_was_looked_at():
    file = ROOT / ".github" / "workflows" / "release.yml"
    release = read(file)
    assert release["on"] == {"push": {"tags": ["v*"]}}
    publish = release["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"id-token": "write"}
    assert "secrets." not in file.read_text()
    assert not any("password" in step.get("with", {}) for step in publish["steps"])


@pytest.mark.parametrize(("tag", "code"), [("the version", 0), ("v0.0.0", 1)])
def test_a_tag_that_is_not_the_version_is_not_built(tag, code, tmp_path):
    project = (ROOT / "pyproject.toml").read_text()
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)[1]
    (tmp_path / "pyproject.toml").write_text(project)
    (tmp_path / "CHANGELOG.md").write_text(f"## [{version}]\n")
    job = read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]["build"]
    (step,) = (one for one in job["steps"] if one.get("name", "").startswith("The tag is"))
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
             "GITHUB_REF_NAME": f"v{version}" if code == 0 else tag},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert ("expected the tag" in done.stdout) == (code == 1)


def test_ci_runs_every_python_that_the_package_names():
    job = read(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["check"]
    named = re.findall(r"Python :: (3\.\d+)\"", (ROOT / "pyproject.toml").read_text())
    assert job["strategy"]["matrix"]["python"] == named


@pytest.mark.parametrize("measures", PAIRS, ids=named)
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


@pytest.mark.parametrize("measures", PAIRS, ids=named)
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
