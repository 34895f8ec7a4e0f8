"""Print what importing a long plain CSV costs as it grows: processor, memory, bytes on record."""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np

_HEADER = (
    *("suite", "benchmark", "params", "metric", "unit", "direction"),
    *("machine", "commit", "commit_time", "value", "samples"),
)
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
        rows.writerow(_HEADER)
        for number in range(commits):
            sha = sha256(str(number).encode()).hexdigest()[:40]
            time = datetime(2021, 1, 4, tzinfo=UTC) + timedelta(hours=6 * number)
            for machine in range(MACHINES):
                values = levels * rng.lognormal(0.0, 0.02, benchmarks)
                for place, value in enumerate(values.tolist()):
                    name = f"bench_align.Suite{place // 8:03d}.time_align_{place:04d}"
                    rows.writerow(
                        ("s", name, "audio_s=10;device=cpu", "operation_time", "seconds", "lower",
                         f"machine{machine}", sha, time.isoformat(), repr(value), "")
                    )  # fmt: skip
    return commits * MACHINES * benchmarks


def cost(path: Path, points: int, folder: Path) -> Cost:
    """Import one file in a process of its own, into a fresh history."""
    history = folder / "history.duckdb"
    command = [
        *(sys.executable, "-m", "soundmark", "import", "csv", str(path)),
        *("--history", str(history), "--ledger", str(folder / "runs")),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the import of {points} points failed")
    stored = sum(file.stat().st_size for file in (folder / "runs").rglob("*.parquet"))
    return Cost(points, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, stored)


def main() -> None:
    """One line per size, and how the cost grows from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000, 300_000])
    parser.add_argument("--benchmarks", type=int, default=500)
    asked = parser.parse_args()
    print("   points   CPU s   us a point   peak MB   bytes a point")
    found = []
    for points in asked.points:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "history.csv"
            made = cost(path, write(path, points, asked.benchmarks), Path(place))
        found.append(made)
        print(
            f"{made.points:9} {made.cpu_s:7.2f} {made.cpu_s / made.points * 1e6:12.1f}"
            f" {made.peak_bytes / 1e6:9.0f} {made.ledger_bytes / made.points:15.1f}",
            flush=True,
        )
    if len(found) > 1:
        first, last = found[0], found[-1]
        exponent = log(last.cpu_s / first.cpu_s) / log(last.points / first.points)
        print(f"growth of the processor time, as a power of the points: {exponent:.2f}")


if __name__ == "__main__":
    main()
