"""Build the website of a large history, add a night, build it again, and print what both cost."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

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
    for day in range(nights):
        add(folder, benchmarks, machines, day)


def add(folder: Path, benchmarks: int, machines: int, day: int) -> None:
    """Append one night."""
    workspace = open_workspace(folder / "soundmark.toml")
    rng = np.random.default_rng((1, day))
    hosts = [Machine(name=f"machine-{number}", cores=2) for number in range(machines)]
    workspace.append([night(rng, day, host, benchmarks) for host in hosts])


def measure(folder: Path, shell: str) -> None:
    """Build in this process, which must be a fresh one, and print its costs."""
    from site_gen.shell.build import build

    site = folder / "site"
    before = _times(site)
    built = build(open_workspace(folder / "soundmark.toml"), site, lambda _: None, shell)
    own, children = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    own_s, children_s = (one.ru_utime + one.ru_stime for one in (own, children))
    new = [path for path, at in _times(site).items() if before.get(path) != at]
    print(f"  {built.pages} pages, {built.files} other files, {_mb(_times(site)):.1f} MB")
    print(f"  written    {len(new)} files, {_mb(new):.1f} MB")
    # On Linux the peak of a child begins with that of its parent, so it would say nothing.
    print(f"  own work   {own_s:7.2f} s processor, peak {own.ru_maxrss / _MIB:5.0f} MiB")
    print(f"  children   {children_s:7.2f} s processor (MkDocs)")


def sizes(site: Path) -> None:
    """Print how large pages and data of each kind are."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for path in site.rglob("*"):
        if path.is_file():
            parts = path.relative_to(site).parts
            name = "/".join(parts[: 2 if parts[0] == "data" and len(parts) > 2 else 1])
            kinds[name].append(path.stat().st_size)
    print("kind                      files    kB each  largest       MB")
    for name, found in sorted(kinds.items(), key=lambda one: -sum(one[1])):
        if sum(found) > 100_000:
            each, largest = sum(found) / len(found) / 1e3, max(found) / 1e3
            print(f"{name:24} {len(found):6} {each:10.1f} {largest:8.0f} {sum(found) / 1e6:8.1f}")


def _times(site: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}


def _mb(paths: object) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6  # type: ignore[attr-defined]


def main() -> None:
    """Fill a folder unless it is there, then build twice, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=250)
    parser.add_argument("--machines", type=int, default=2)
    parser.add_argument("--nights", type=int, default=200)
    parser.add_argument("--shell", default="material")
    parser.add_argument("--folder", type=Path, help="Keep the history here for another time.")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure, asked.shell)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "soundmark.toml").exists():
            fill(folder, asked.benchmarks, asked.machines, asked.nights)
        command = [sys.executable, "-m", "benchmarks.site.cost", "--shell", asked.shell]
        print("first build" if not (folder / "site").exists() else "build", flush=True)
        subprocess.run([*command, "--measure", str(folder)], check=True)
        with open_workspace(folder / "soundmark.toml").reading() as connection:
            (nights,) = connection.execute("select count(*) from commits").fetchone() or (0,)
        start = time.process_time()
        add(folder, asked.benchmarks, asked.machines, nights)
        print(
            f"one more night, stored in {time.process_time() - start:.2f} s processor", flush=True
        )
        subprocess.run([*command, "--measure", str(folder)], check=True)
        sizes(folder / "site")


if __name__ == "__main__":
    main()
