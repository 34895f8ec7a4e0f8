"""A project on a forge of its own: a bare repository, written workflows, and who works on it."""

import shutil
from contextlib import chdir
from pathlib import Path

import duckdb
from click.testing import CliRunner

from soundmark import main
from tests.collector.execution.projects import IGNORED, TOOL
from tests.conftest import ROOT
from tests.history.vcs.repositories import Repository, made
from tests.project import installing
from tests.project.actions.runner import Event, Run, Sandbox
from tests.site_gen.forge.github_server import REPOSITORY

TABLE = """
project = "aligner"

[[suite]]
use = "command"
name = "cli"
benchmark = "decode"
run = "sh tool.sh"
warmup = 0
process = false
sampling = { repeats = 3, warmup = 0 }
reads = { format = "regex", pattern = "took (?P<forward_time>[0-9.]+)" }
"""
QUICKLY = {"--profile nightly": "--profile quick --no-calibration", "--budget 10m": "--budget 2s"}
"""What takes less time in place of what a night and a pull request take."""
AT_REST = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the option's opposite: not isolated
    "PIP_NO_INDEX": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
}
"""Settings that keep a job from asking anybody outside of this computer."""


class Project:
    """Who works on the project, and what its forge does then."""

    def __init__(self, room: Path, environment: Path, source: str) -> None:
        """`source` is what the workflows install, see `init --from`."""
        self.sandbox = Sandbox(
            room=room, repository=REPOSITORY, environment=environment, stated=QUICKLY,
            variables_of_jobs=AT_REST | {"PIP_CACHE_DIR": str(room / "pip-cache")},
        )  # fmt: skip
        self.runs = 0
        remote = self.sandbox.remote
        remote.mkdir(parents=True)
        made_bare = Repository(remote)
        made_bare.git("init", "--quiet", "--bare", "--initial-branch=main")
        made_bare.git("config", "uploadpack.allowFilter", "true")
        made_bare.git("config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub does
        self.clone = made(room / "clone")
        self.clone.git("remote", "add", "origin", remote.as_uri())
        self.clone.write(".gitignore", f"{IGNORED}site/\n")
        self.clone.write("soundmark.toml", TABLE)
        self.clone.write("tool.sh", TOOL)
        self.clone.write("value", "0.100\n")
        with chdir(self.clone.path):
            told = CliRunner().invoke(main, ["init", "--github", f"--from={source}"])
        assert told.exit_code == 0, told.output
        self.push("the project")

    def push(self, subject: str, **contents: str) -> str:
        """Commit on the default branch and push; the hash."""
        sha: str = self.clone.commit(subject, **contents)
        self.clone.git("push", "--quiet", "origin", "HEAD:main")
        return sha

    def workflow(self, name: str) -> Path:
        """A workflow file of the default branch."""
        return self.clone.path / ".github" / "workflows" / name

    def night(self, *, only: tuple[str, ...] = (), number: int = 0) -> Run:
        """The scheduled run at the default branch as it is now."""
        payload = {"repository": {"full_name": REPOSITORY, "default_branch": "main"}}
        event = Event(name="schedule", payload=payload, sha=self.clone.git("rev-parse", "HEAD"))
        return self.sandbox.run(
            number or self.next(), self.workflow("soundmark.yml"), event, only=only
        )

    def next(self) -> int:
        """Number of one more run."""
        self.runs += 1
        return self.runs

    def fork(self, number: int, subject: str, **contents: str) -> str:
        """A pull request of a fork, as the forge keeps it; the hash of its head."""
        place = self.sandbox.room / f"fork-{number}"
        self.clone.git("clone", "--quiet", self.sandbox.remote.as_uri(), str(place))
        fork = Repository(place)
        fork.git("checkout", "--quiet", "-b", "faster")
        head: str = fork.commit(subject, **contents)
        fork.git("push", "--quiet", "origin", f"HEAD:refs/pull/{number}/head")
        return head

    def pull_request(self, number: int, head: str) -> Run:
        """What measures a pull request."""
        payload = {
            "action": "synchronize",
            "number": number,
            "pull_request": {
                "number": number,
                "head": {"sha": head, "ref": "faster", "repo": {"full_name": "guest/aligner"}},
                "base": {"ref": "main"},
            },
            "repository": {"full_name": REPOSITORY, "default_branch": "main"},
        }
        event = Event(name="pull_request", payload=payload, sha=head, branch=f"{number}/merge")
        return self.sandbox.run(self.next(), self.workflow("soundmark-pull-request.yml"), event)

    def dispatched(self, started: dict) -> Run:
        """The run of a workflow that another one has started, as the forge was asked."""
        event = Event(
            name="workflow_dispatch",
            payload={"repository": {"full_name": REPOSITORY, "default_branch": "main"}},
            sha=self.clone.git("rev-parse", started["ref"]),
            inputs=started["inputs"],
        )
        return self.sandbox.run(self.next(), self.workflow(started["workflow"]), event)

    def react(self, workflow: str, name: str, payload: dict) -> Run:
        """A workflow that some event starts with the code of the default branch."""
        sha = self.clone.git("rev-parse", "HEAD")
        event = Event(name=name, payload=payload, sha=sha)
        return self.sandbox.run(self.next(), self.workflow(workflow), event)

    def record(self) -> list[str]:
        """Run files on the branch of the record."""
        listed = Repository(self.sandbox.remote).git(
            "ls-tree", "-r", "--name-only", "soundmark-history"
        )
        return [name for name in listed.splitlines() if name.endswith(".parquet")]

    def trend(self) -> list[tuple[str, float]]:
        """Commit and value of each point that the published site tells of the benchmark."""
        site = self.sandbox.published
        assert site is not None
        query = (
            "select suite, benchmark, commit_sha, value from read_parquet($file) "
            "where metric = 'forward_time' and status = 'measured'"
        )
        with duckdb.connect() as connection:
            file = str(site / "data" / "points.parquet")
            rows = connection.execute(query, {"file": file}).fetchall()
        assert {(suite, benchmark) for suite, benchmark, _, _ in rows} == {("cli", "decode")}
        return [(commit, value) for _, _, commit, value in rows]

    def artifact(self, run: Run) -> bytes:
        """What the report of a run is as the forge hands it out."""
        folder = self.sandbox.store / str(run.id) / "artifacts" / "soundmark-report"
        file = shutil.make_archive(str(self.sandbox.room / f"artifact-{run.id}"), "zip", folder)
        return Path(file).read_bytes()


def as_it_stands(folder: Path) -> Path:
    """An environment in which this program is installed already, from its working tree."""
    installing.link(folder, "pip")
    packages = next((folder / "lib").glob("python*")) / "site-packages"
    (packages / "working-tree.pth").write_text(f"{ROOT}\n")
    about = packages / "soundmark-0.1.0.dist-info"
    about.mkdir()
    for name in ("METADATA", "entry_points.txt"):
        (about / name).write_text(installing.about("soundmark", name))
    (about / "INSTALLER").write_text("pip\n")
    (about / "RECORD").write_text("")
    script = folder / "bin" / "soundmark"
    script.write_text("#!/usr/bin/env python\nfrom soundmark import main\nmain()\n")
    script.chmod(0o755)
    return folder


def installs(folder: Path) -> Path:
    """An environment that can build and install this program, and does not have it."""
    installing.link(folder, "pip", installing.BUILDS)
    return folder


def event_of(run: Run, name: str, head: str, **more: object) -> dict:
    """The event that tells that a run has ended."""
    stated = {
        "id": run.id,
        "event": name,
        "head_sha": head,
        "head_branch": "faster",
        "run_attempt": 1,
        "conclusion": run.conclusion,
        "display_title": run.title,
        "head_repository": {"full_name": "guest/aligner"},
        "repository": {"full_name": REPOSITORY},
    }
    return {
        "action": "completed",
        "workflow_run": stated | more,
        "repository": {"full_name": REPOSITORY, "default_branch": "main"},
    }


def read_only(remote: Path, branch: str) -> None:
    """Protect a branch: the forge refuses every push to it."""
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\nwhile read -r _ _ ref; do\n"
        f'  test "$ref" != refs/heads/{branch} || '
        "{ echo 'GH006: Protected branch update failed' >&2; exit 1; }\ndone\n"
    )
    hook.chmod(0o755)


def git_that_waits(folder: Path, gate: Path, rivals: int) -> Path:
    """A `git` whose first push waits until as many others are about to push as well."""
    real = shutil.which("git")
    folder.mkdir(parents=True)
    program = folder / "git"
    program.write_text(
        "#!/bin/sh\n"
        'for word in "$@"; do if [ "$word" = push ]; then\n'
        f'  mkdir -p "{gate}"; touch "{gate}/$PPID-$GITHUB_RUN_ID"\n'
        "  for _ in $(seq 200); do\n"
        f'    [ "$(ls "{gate}" | sed "s/.*-//" | sort -u | wc -l)" -ge {rivals} ] && break\n'
        "    sleep 0.05\n  done\nfi; done\n"
        f'exec {real} "$@"\n'
    )
    program.chmod(0o755)
    return folder
