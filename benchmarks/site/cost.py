"""Build the website of a large history and print what it costs beside what MkDocs costs."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.history.scale import night
from history.project.workspace import open_workspace
from history.words.records import Machine

CONFIG = """\
project = "scale"

[[target]]
name = "a second"
metric = "total_time"
limit = "1 s"
"""
_MIB = 1024
"""In kibibytes, the unit of ``ru_maxrss``."""


def fill(folder: Path, benchmarks: int, machines: int, nights: int) -> None:
    """Write that history to a folder that has none yet."""
    (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    workspace = open_workspace(folder / "soundmark.toml")
    rng = np.random.default_rng(1)
    hosts = [Machine(name=f"machine-{number}", cores=2) for number in range(machines)]
    for day in range(nights):
        workspace.append([night(rng, day, host, benchmarks) for host in hosts])


def measure(folder: Path) -> None:
    """Build in this process, which must be a fresh one, and print its costs."""
    from site_gen.shell.build import build

    built = build(open_workspace(folder / "soundmark.toml"), folder / "site", lambda _: None)
    own, mkdocs = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    own_s, mkdocs_s = (one.ru_utime + one.ru_stime for one in (own, mkdocs))
    print(f"{built.pages} pages, {built.files} files")
    print(f"own work   {own_s:7.2f} s processor, peak {own.ru_maxrss / _MIB:5.0f} MiB")
    # On Linux the peak of a child begins with that of its parent, so it would say nothing.
    print(f"MkDocs     {mkdocs_s:7.2f} s processor")
    print(f"own work / MkDocs  {own_s / mkdocs_s:.2f}")


def main() -> None:
    """Fill a folder unless it is there, then build in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=1000)
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="Keep the history here for another time.")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "soundmark.toml").exists():
            fill(folder, asked.benchmarks, asked.machines, asked.nights)
        subprocess.run(
            [sys.executable, "-m", "benchmarks.site.cost", "--measure", str(folder)], check=True
        )


if __name__ == "__main__":
    main()
