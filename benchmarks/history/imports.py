"""Print what importing a long history costs as it grows: processor, memory, bytes on record.

Plain CSV, and the files of asv beside what ``asv publish`` takes for the same where asv is found.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import process
from benchmarks.site import made, peer

_ASV_COLUMNS = [
    "result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b",
    "stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples", "profile",
]  # fmt: skip
MACHINES = 2
SEED = 1


class Cost(NamedTuple):
    """What one import cost."""

    points: int
    cpu_s: float
    peak_bytes: int
    ledger_bytes: int


def write(path: Path, points: int, benchmarks: int) -> int:
    """A history of some benchmarks on two machines; returns how many points it has."""
    rng = np.random.default_rng(SEED)
    levels = 10 ** rng.uniform(-6, 1, benchmarks)
    commits = max(1, points // (benchmarks * MACHINES))
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(made.HEADER)
        for number in range(commits):
            sha = made.sha(number)
            time = made.START + number * made.EVERY
            for machine in range(MACHINES):
                values = levels * rng.lognormal(0.0, 0.02, benchmarks)
                for place, value in enumerate(values.tolist()):
                    name = f"bench_align.Suite{place // 8:03d}.time_align_{place:04d}"
                    rows.writerow(
                        ("s", name, "audio_s=10;device=cpu", "operation_time", "seconds", "lower",
                         f"machine{machine}", sha, time.isoformat(), repr(value), "")
                    )  # fmt: skip
    return commits * MACHINES * benchmarks


def write_asv(folder: Path, points: int, benchmarks: int) -> int:
    """A project of asv with results of two machines; returns how many points it has.

    Its repository has every commit, which ``asv publish`` looks up.
    """
    rng = np.random.default_rng(SEED)
    levels = 10 ** rng.uniform(-6, 1, benchmarks)
    commits = max(1, points // (benchmarks * MACHINES))
    times = [int((made.START + number * made.EVERY).timestamp()) for number in range(commits)]
    shas = peer.repository(folder / "repo", times)
    names = [f"bench_align.Suite{one // 8:03d}.time_align_{one:04d}" for one in range(benchmarks)]
    about = {"type": "time", "unit": "seconds", "param_names": [], "params": [], "version": "1"}
    results = folder / "results"
    known = {name: about | {"name": name, "code": ""} for name in names}
    peer.dump(results / "benchmarks.json", known | {"version": 2})
    for machine in (f"machine{number}" for number in range(MACHINES)):
        info = {"arch": "x86_64", "cpu": "Some CPU", "machine": machine, "num_cpu": "4",
                "os": "Linux", "ram": "16 GB"}  # fmt: skip
        peer.dump(results / machine / "machine.json", info | {"version": 1})
        for sha, time in zip(shas, times, strict=True):
            values = levels * rng.lognormal(0.0, 0.02, benchmarks)
            rows = {
                name: [[v], [], "1", time * 1000, 0.9, [v * 0.98], [v * 1.02], [v * 0.99],
                       [v * 1.01], [10], [30]]
                for name, v in zip(names, values.tolist(), strict=True)
            }  # fmt: skip
            peer.dump(results / machine / f"{sha[:8]}-virtualenv-py3.11.json", {
                "commit_hash": sha, "env_name": "virtualenv-py3.11", "date": time * 1000,
                "params": info | {"python": "3.11"}, "python": "3.11", "requirements": {},
                "env_vars": {}, "result_columns": _ASV_COLUMNS, "results": rows, "durations": {},
                "version": 2,
            })  # fmt: skip
    configuration = {
        "version": 1, "project": "synthetic", "repo": "repo", "branches": ["main"],
        "environment_type": "virtualenv", "results_dir": "results", "html_dir": "html",
    }  # fmt: skip
    peer.dump(folder / "asv.conf.json", configuration)
    return commits * MACHINES * benchmarks


def cost(format_: str, path: Path, points: int, folder: Path) -> Cost:
    """Import one file or folder in a process of its own, into a fresh history."""
    command = [
        *(sys.executable, "-m", "soundmark", "import", format_, str(path)),
        *("--history", str(folder / "history.duckdb"), "--ledger", str(folder / "runs")),
    ]
    used = process.run(command)
    stored = sum(file.stat().st_size for file in (folder / "runs").rglob("*.parquet"))
    return Cost(points, used.cpu_s, used.peak_bytes, stored)


def measured(format_: str, points: int, benchmarks: int, asv: str | None) -> Cost:
    """Write a history, import it, and print both; the peer too where it reads the same."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if format_ == "csv":
            path = folder / "history.csv"
            ours = cost(format_, path, write(path, points, benchmarks), folder)
        else:
            ours = cost(format_, folder, write_asv(folder, points, benchmarks), folder)
        print(
            f"{format_:12} {ours.points:9} {ours.cpu_s:7.2f} {ours.cpu_s / ours.points * 1e6:12.1f}"
            f" {ours.peak_bytes / 1e6:9.0f} {ours.ledger_bytes / ours.points:15.1f}",
            flush=True,
        )
        if format_ == "asv" and asv is not None:
            theirs = process.run([asv, "publish", "--no-pull"], folder)
            print(
                f"{'asv publish':12} {ours.points:9} {theirs.cpu_s:7.2f}"
                f" {theirs.cpu_s / ours.points * 1e6:12.1f} {theirs.peak_bytes / 1e6:9.0f}",
                flush=True,
            )
    return ours


def main() -> None:
    """One line per size, and how the cost grows from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--benchmarks", type=int, default=500)
    parser.add_argument("--formats", nargs="+", default=["csv", "asv"], choices=["csv", "asv"])
    parser.add_argument("--asv", default=shutil.which("asv"), help="the program, if it is found")
    asked = parser.parse_args()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load {load} on {os.cpu_count()} cores")
    print("format          points   CPU s   us a point   peak MB   bytes a point")
    for format_ in asked.formats:
        found = [measured(format_, one, asked.benchmarks, asked.asv) for one in asked.points]
        if len(found) > 1:
            first, last = found[0], found[-1]
            exponent = log(last.cpu_s / first.cpu_s) / log(last.points / first.points)
            print(f"{format_}: the processor time grows as the points to the power {exponent:.2f}")


if __name__ == "__main__":
    main()
