"""Take the jobs of a workflow file one by one, as a runner of GitHub does.

Every `run` is executed as it stands, by the shell it names. A `uses` is one of `EQUIVALENTS`, or a
composite action whose own steps are executed; any other one is an error.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.project.actions.expressions import filled, holds

PROGRAMS = Path(__file__).parent
ACTION = ".github/actions/soundmark"
SHELLS = {
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    "python": [sys.executable],
}
STUBS = {"sudo": '#!/bin/sh\necho "sudo: $*"\n', "rustup": "#!/bin/sh\nexit 0\n"}
"""Programs of a hosted runner that must change nothing here."""


@dataclass(kw_only=True)
class Event:
    """Why a workflow runs."""

    name: str
    payload: dict[str, Any]
    sha: str
    """What a checkout without a `ref` gets."""
    branch: str = "main"
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Job:
    """What became of one job."""

    result: str
    """success, failure or skipped."""
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass(kw_only=True)
class Run:
    """One run of a workflow."""

    id: int
    title: str
    jobs: dict[str, Job] = field(default_factory=dict)

    @property
    def results(self) -> dict[str, str]:
        """What became of each job."""
        return {name: job.result for name, job in self.jobs.items()}

    @property
    def conclusion(self) -> str:
        """Of all jobs together."""
        if "failure" in self.results.values():
            return "failure"
        return "success" if "success" in self.results.values() else "skipped"

    @property
    def log(self) -> str:
        """All that was printed."""
        return "\n".join(f"[{name}: {job.result}]\n{job.log}" for name, job in self.jobs.items())


@dataclass(kw_only=True)
class Sandbox:
    """A forge's repository, its runs, and the computers that take its jobs."""

    room: Path
    repository: str
    """`owner/name`; the bare repository of that name lies in the folder `forge`."""
    environment: Path
    """Folder of a Python environment that every job gets a copy of."""
    variables: dict[str, str] = field(default_factory=dict)
    """Variables of the repository (`vars`)."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Secrets of the repository, beside the token of every job."""
    stated: dict[str, str] = field(default_factory=dict)
    """Texts of commands -> what stands there instead, so that a test takes less time."""
    variables_of_jobs: dict[str, str] = field(default_factory=dict)
    """What each step finds in its environment, beyond what a runner sets."""
    programs: list[str] = field(default_factory=list)
    """Folders with programs that jobs find before all others."""
    token: str = "workflow"
    """Of every job; what it may do is not looked at here."""
    has_pages: bool = True
    """Whether the settings of the repository let a workflow publish."""
    published: Path | None = None
    """The site that was deployed last."""

    @property
    def remote(self) -> Path:
        """The bare repository."""
        return self.room / "forge" / self.repository

    @property
    def store(self) -> Path:
        """A folder for each run."""
        return self.room / "runs"

    def run(self, number: int, workflow: Path, event: Event, *, only: tuple[str, ...] = ()) -> Run:
        """Run a workflow; `only` names the jobs of one that was cut short behind them."""
        read = yaml.safe_load(workflow.read_text(encoding="utf-8"))
        github = self._github(number, event) | {"workflow": read["name"]}
        contexts: dict[str, Any] = {
            "github": github,
            "vars": self.variables,
            "inputs": event.inputs,
            "runner": {"os": "Linux", "arch": "X64", "temp": str(self.room / "temp")},
            "secrets": self.secrets | {"GITHUB_TOKEN": github["token"]},
            "job": {"status": "success"},
        }
        title = filled(read.get("run-name", ""), contexts).strip() or read["name"]
        made = Run(id=number, title=title)
        self._note(number, read["name"], event)
        waiting = dict(read["jobs"])
        while waiting:
            name = next(one for one, job in waiting.items() if set(_needs(job)) <= made.jobs.keys())
            job = waiting.pop(name)
            if only and name not in only:
                made.jobs[name] = Job(result="skipped")
                continue
            top = workflow.parents[2]
            made.jobs[name] = _Taken(self, made, name, job, read, contexts, top).run()
        return made

    def _note(self, number: int, workflow: str, event: Event) -> None:
        folder = self.store / str(number)
        folder.mkdir(parents=True)
        said = {"id": number, "workflow": workflow, "event": event.name, "branch": event.branch}
        (folder / "run.json").write_text(json.dumps(said))

    def _github(self, number: int, event: Event) -> dict[str, Any]:
        return {
            "event": event.payload,
            "event_name": event.name,
            "repository": self.repository,
            "ref_name": event.branch,
            "base_ref": event.payload.get("pull_request", {}).get("base", {}).get("ref", ""),
            "run_id": number,
            "run_attempt": 1,
            "sha": event.sha,
            "token": self.token,
            "server_url": (self.room / "forge").as_uri(),
        }


def _needs(job: dict[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


@dataclass
class _Taken:
    """One job on one computer."""

    sandbox: Sandbox
    run_: Run
    name: str
    job: dict[str, Any]
    workflow: dict[str, Any]
    contexts: dict[str, Any]
    top: Path
    """The repository at the commit that the workflow is of, which `$/` means."""

    def run(self) -> Job:
        needs = {one: self.run_.jobs[one] for one in _needs(self.job)}
        went = {job.result for job in needs.values()}
        self.status = "success" if went <= {"success"} else "failure"
        if "skipped" in went and "failure" not in went:
            self.status = "skipped"
        self.contexts = self.contexts | {
            "needs": {
                one: {"result": job.result, "outputs": job.outputs} for one, job in needs.items()
            },
            "job": {"status": self.status},
            "steps": {},
            "env": {},
        }
        if not holds(self.job.get("if", ""), self.contexts):
            return Job(result="skipped")
        self.status = "success"
        self.home = self.sandbox.room / "computers" / f"{self.run_.id}-{self.name}"
        self.workspace = self.home / "work"
        self.workspace.mkdir(parents=True)
        shutil.copytree(self.sandbox.environment, self.home / "python", symlinks=True)
        for name, script in STUBS.items():
            self._program(name, script)
        shutil.copy(PROGRAMS / "gh", self.home / "bin" / "gh")
        (self.home / "event.json").write_text(json.dumps(self.contexts["github"]["event"]))
        self.summary = self.home / "summary.md"
        self.path: list[str] = []
        self.log: list[str] = []
        self.env = self._filled(self.workflow.get("env", {})) | self._filled(
            self.job.get("env", {})
        )
        self._steps(self.job["steps"], self.env)
        return Job(
            result=self.status,
            outputs=self._filled(self.job.get("outputs", {})),
            log="\n".join(self.log),
            summary=self.summary.read_text(encoding="utf-8") if self.summary.exists() else "",
        )

    def _program(self, name: str, script: str) -> None:
        place = self.home / "bin" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(script)
        place.chmod(0o755)

    def _filled(self, table: dict[str, Any]) -> dict[str, str]:
        return {name: filled(value, self.contexts) for name, value in table.items()}

    def _steps(self, steps: list[dict[str, Any]], env: dict[str, str]) -> None:
        for step in steps:
            self.contexts = self.contexts | {"job": {"status": self.status}, "env": env}
            if not holds(step.get("if", ""), self.contexts):
                continue
            own = env | self._filled(step.get("env", {}))
            self.log.append(f"## {step.get('name') or step.get('uses') or step['run'][:60]}")
            if "run" in step:
                is_fine, outputs = self._execute(step, own)
            else:
                is_fine, outputs = self._use(step, own)
            if "id" in step:
                self.contexts["steps"][step["id"]] = {"outputs": outputs}
            if not is_fine:
                self.status = "failure"

    def _execute(self, step: dict[str, Any], env: dict[str, str]) -> tuple[bool, dict[str, str]]:
        """Run a shell step as it stands, but for what the sandbox states."""
        usual = self.workflow.get("defaults", {}).get("run", {}).get("shell", "bash")
        text = filled(step["run"], self.contexts)
        for command, instead in self.sandbox.stated.items():
            text = text.replace(command, instead)
        script = self.home / "step"
        script.write_text(text)
        outputs, added = self.home / "outputs", self.home / "path"
        outputs.write_text("")
        added.write_text("")
        where = self.workspace / filled(step.get("working-directory", "."), self.contexts)
        done = subprocess.run(
            [*SHELLS[step.get("shell", usual)], str(script)],
            cwd=where,
            env=self._environ() | env | {
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_PATH": str(added),
                "GITHUB_STEP_SUMMARY": str(self.summary),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )  # fmt: skip
        self.log.append(done.stdout)
        if done.returncode:
            self.log.append(f"exit code {done.returncode} of:\n{text}")
        self.path = added.read_text().splitlines() + self.path
        return done.returncode == 0, _outputs(outputs.read_text(encoding="utf-8"))

    def _environ(self) -> dict[str, str]:
        github = self.contexts["github"]
        programs = [
            *self.path, *self.sandbox.programs, self.home / "bin", self.home / "python" / "bin",
            "/usr/bin", "/bin",
        ]  # fmt: skip
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT / ACTION),
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(self.home / "event.json"),
            "GITHUB_REF_NAME": github["ref_name"],
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_RUN_ATTEMPT": str(github["run_attempt"]),
            "GITHUB_RUN_ID": str(github["run_id"]),
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_SHA": github["sha"],
            "GITHUB_WORKSPACE": str(self.workspace),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join(map(str, programs)),
            "RUNNER_OS": "Linux",
            "SANDBOX_STORE": str(self.sandbox.store),
        } | self.sandbox.variables_of_jobs

    def _use(self, step: dict[str, Any], env: dict[str, str]) -> tuple[bool, dict[str, str]]:
        name, _, _ = step["uses"].partition("@")
        given = self._filled(step.get("with", {}))
        if name.endswith(f"/{ACTION}"):
            places = {"$": self.top, ".": self.workspace}
            folder = places.get(name.partition("/")[0], ROOT) / ACTION
            return self._composite(folder / "action.yml", given, env)
        return EQUIVALENTS[name](self, given)

    def _composite(
        self, file: Path, given: dict[str, str], env: dict[str, str]
    ) -> tuple[bool, dict[str, str]]:
        """The steps of a composite action, with its inputs and with outputs of its own."""
        action = yaml.safe_load(file.read_text(encoding="utf-8"))
        unknown = set(given) - set(action["inputs"])
        assert not unknown, f"{file}: no input is called {unknown}"
        usual = {name: one.get("default", "") for name, one in action["inputs"].items()}
        outer = self.contexts
        self.contexts = outer | {"inputs": usual | given, "steps": {}}
        self._steps(action["runs"]["steps"], env)
        outputs = {
            name: filled(one["value"], self.contexts)
            for name, one in action.get("outputs", {}).items()
        }
        self.contexts = outer
        return self.status == "success", outputs

    def checkout(self, given: dict[str, str]) -> tuple[bool, dict[str, str]]:
        """`git clone`, without leaving a token."""
        assert given["persist-credentials"] == "false"
        url, into = self.sandbox.remote.as_uri(), self.workspace / given.get("path", ".")
        wanted = given.get("ref") or self.contexts["github"]["sha"]
        depth = given.get("fetch-depth", "1")
        for words in (
            ["init", "--quiet", "--initial-branch=main"],
            ["remote", "add", "origin", url],
            *([["fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*"]]
              if depth == "0" else []),
            ["fetch", "--quiet", *([] if depth == "0" else [f"--depth={depth}"]), "origin", wanted],
            ["checkout", "--quiet", "--detach", "FETCH_HEAD"],
        ):  # fmt: skip
            into.mkdir(parents=True, exist_ok=True)
            subprocess.run(["git", *words], cwd=into, check=True, capture_output=True)
        return True, {}

    def nothing(self, given: dict[str, str]) -> tuple[bool, dict[str, str]]:
        """What changes nothing here: Python is there, and pip's cache is shared."""
        return True, {"python-version": given.get("python-version", "")}

    def upload(self, given: dict[str, str]) -> tuple[bool, dict[str, str]]:
        """Copy a folder to the store of the run."""
        folder = self.workspace / given["path"]
        found = any(one.is_file() for one in folder.rglob("*"))
        if found:
            into = self.sandbox.store / str(self.run_.id) / "artifacts" / given["name"]
            shutil.copytree(folder, into)
        return found or given.get("if-no-files-found") != "error", {}

    def upload_pages(self, given: dict[str, str]) -> tuple[bool, dict[str, str]]:
        """Keep a site until it is deployed."""
        shutil.copytree(self.workspace / given["path"], self.pages)
        return True, {}

    def deploy(self, given: dict[str, str]) -> tuple[bool, dict[str, str]]:
        """Publish what was kept, where that is switched on."""
        if not self.sandbox.has_pages:
            self.log.append("Get Pages site failed. Please verify that Pages is enabled")
            return False, {}
        self.sandbox.published = self.pages
        return True, {"page_url": "https://acme.example/aligner"}

    @property
    def pages(self) -> Path:
        return self.sandbox.store / str(self.run_.id) / "pages"


Equivalent = Callable[[_Taken, dict[str, str]], tuple[bool, dict[str, str]]]
EQUIVALENTS: dict[str, Equivalent] = {
    "actions/cache": _Taken.nothing,
    "actions/checkout": _Taken.checkout,
    "actions/deploy-pages": _Taken.deploy,
    "actions/setup-python": _Taken.nothing,
    "actions/upload-artifact": _Taken.upload,
    "actions/upload-pages-artifact": _Taken.upload_pages,
}
"""Actions of GitHub's own, and what is done in their place."""


def _outputs(text: str) -> dict[str, str]:
    """What a step wrote as `name=value`, one a line."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
