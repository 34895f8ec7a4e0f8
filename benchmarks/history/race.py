"""Let jobs push to one record at the same time, round after round, and count what arrives."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.history.scale import night
from history.store.ledger import Ledger
from history.store.transport.pull import pull
from history.words.records import Machine

BRANCH = "soundmark-history"
JOB = """
import sys
from pathlib import Path
from history.store.ledger import Ledger
from history.store.transport.push import push

print(push(Ledger(Path(sys.argv[1])), sys.argv[2], "soundmark-history").attempts)
"""


def git(folder: Path, *arguments: str) -> str:
    """What git prints in that folder."""
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Print what arrived, how often the jobs had to try, and how the repository grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--benchmarks", type=int, default=100)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        remote = folder / "remote.git"
        git(folder, "init", "--quiet", "--bare", str(remote))
        git(remote, "config", "uploadpack.allowFilter", "true")
        attempts: list[int] = []
        failed, loose_bytes = 0, 0
        start = time.perf_counter()
        for number in range(asked.rounds):
            jobs = []
            for job in range(asked.jobs):
                ledger = Ledger(folder / f"{number}-{job}")
                machine = Machine(name=f"machine-{job}", cores=2)
                file = ledger.write([night(rng, number, machine, asked.benchmarks)])
                loose_bytes += ledger.path(file).stat().st_size
                jobs.append(
                    subprocess.Popen(
                        [sys.executable, "-c", JOB, str(ledger.folder), remote.as_uri()],
                        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                )
            for process in jobs:
                said, _ = process.communicate()
                failed += process.returncode != 0
                attempts += [int(said)] if process.returncode == 0 else []
        wall_s = time.perf_counter() - start
        arrived = pull(Ledger(folder / "all"), remote.as_uri(), BRANCH, folder / "cache.git").added
        grown = size_of(remote)
        git(remote, "gc", "--quiet")
        packed = size_of(remote)
    pushed = asked.rounds * asked.jobs
    print(f"{len(arrived)} of {pushed} run files arrived, {failed} jobs failed, {wall_s:.0f} s")
    print(f"attempts of a job     median {np.median(attempts):.0f}, most {max(attempts)}")
    print(f"repository            {grown / loose_bytes:.2f} times the run files")
    print(f"repository after gc   {packed / loose_bytes:.2f} times")


if __name__ == "__main__":
    main()
