"""Write the same history as results of airspeed velocity, and print what its site costs."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from benchmarks.site import made

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS: Final = ("result", "params", "version", "started_at", "duration")
_ENVIRONMENT: Final = "virtualenv-py3.11"
_VERSION: Final = "0" * 64


class Published(NamedTuple):
    """What `asv publish` cost."""

    cpu_s: float
    """User and system time of the process and of all that it started."""
    peak_mb: float
    files: int
    mb: float


def write(folder: Path, size: made.Size) -> None:
    """A project of asv in a new folder: repository, configuration and results."""
    hashes = _repository(folder / "repo", size)
    names = [".".join(made.name(place)) for place in range(size.benchmarks)]
    _dump(
        folder / "asv.conf.json",
        {
            "version": 1, "project": "scale", "repo": "repo", "branches": ["main"],
            "results_dir": "results", "html_dir": "html", "benchmark_dir": "benchmarks",
            "environment_type": "virtualenv",
        },
    )  # fmt: skip
    results = folder / "results"
    about = {
        name: {
            "name": name, "code": "", "type": "time", "unit": "seconds", "params": [],
            "param_names": [], "version": _VERSION,
        }
        for name in names
    }  # fmt: skip
    _dump(results / "benchmarks.json", {**about, "version": 2})
    for machine in range(size.machines):
        known = {"machine": f"machine{machine}", "arch": "x86_64", "num_cpu": "4"}
        here = results / known["machine"]
        _dump(here / "machine.json", {**known, "version": 1})
        for commit, digest in enumerate(hashes):
            at_ms = int(size.time(commit).timestamp()) * 1000
            numbers = made.values(size, commit, machine).tolist()
            _dump(
                here / f"{digest[:8]}-{_ENVIRONMENT}.json",
                {
                    "commit_hash": digest, "env_name": _ENVIRONMENT, "date": at_ms,
                    "params": {**known, "python": "3.11"}, "python": "3.11", "requirements": {},
                    "env_vars": {}, "result_columns": _COLUMNS, "durations": {}, "version": 2,
                    "results": {
                        name: [[value], [], _VERSION, at_ms, 0.9]
                        for name, value in zip(names, numbers, strict=True)
                    },
                },
            )  # fmt: skip


def publish(folder: Path, program: str) -> Published:
    """Have it make the site of a project."""
    process = subprocess.Popen(
        [program, "publish", "--no-pull"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{program} publish failed in {folder}")
    files = [path.stat().st_size for path in (folder / "html").rglob("*") if path.is_file()]
    cpu_s = used.ru_utime + used.ru_stime
    return Published(cpu_s, used.ru_maxrss / 1e3, len(files), sum(files) / 1e6)


def _repository(folder: Path, size: made.Size) -> list[str]:
    """A straight line of so many commits; answers their hashes, the oldest first."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    said = []
    for place in range(size.commits):
        who = f"A <a@example.org> {int(size.time(place).timestamp())} +0000"
        message = f"Change {place}"
        before = f"from :{place}\n" if place else ""
        said.append(
            f"commit refs/heads/main\nmark :{place + 1}\nauthor {who}\ncommitter {who}\n"
            f"data {len(message)}\n{message}\n{before}"
        )
    subprocess.run(
        ["git", "-C", str(folder), "fast-import", "--quiet", "--date-format=raw"],
        input="".join(said).encode(), check=True,
    )  # fmt: skip
    listed = ["git", "-C", str(folder), "rev-list", "--reverse", "main"]
    return subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()


def _dump(path: Path, value: Any) -> None:  # noqa: ANN401 - JSON
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(value))
