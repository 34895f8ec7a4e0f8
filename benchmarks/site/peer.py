"""Write the same history as results of airspeed velocity, and have it publish them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from benchmarks import process
from benchmarks.site import made

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    times_s = [int(size.time(place).timestamp()) for place in range(size.commits)]
    hashes = repository(folder / "repo", times_s)
    names = [".".join(made.name(place)) for place in range(size.benchmarks)]
    dump(
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
    dump(results / "benchmarks.json", {**about, "version": 2})
    for machine in range(size.machines):
        known = {"machine": f"machine{machine}", "arch": "x86_64", "num_cpu": "4"}
        here = results / known["machine"]
        dump(here / "machine.json", {**known, "version": 1})
        for commit, (digest, time_s) in enumerate(zip(hashes, times_s, strict=True)):
            at_ms = time_s * 1000
            numbers = made.values(size, commit, machine).tolist()
            dump(
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
    used = process.run([program, "publish", "--no-pull"], folder)
    files = [path.stat().st_size for path in (folder / "html").rglob("*") if path.is_file()]
    return Published(used.cpu_s, used.peak_bytes / 1e6, len(files), sum(files) / 1e6)


def repository(folder: Path, times_s: Sequence[int]) -> list[str]:
    """A straight line of commits at these times; returns their hashes, the oldest first."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    said = []
    for place, time_s in enumerate(times_s):
        who = f"A <a@example.org> {time_s} +0000"
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


def dump(path: Path, value: Any) -> None:  # noqa: ANN401 - JSON
    """Write JSON into a file of a folder that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(value))
