"""Print what a website costs: from nothing, after one more night, and when nothing is new."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from shutil import which
from typing import Final, NamedTuple

import orjson

from benchmarks import process
from benchmarks.site import made, peer

COLUMNS: Final = (
    *("points", "build", "cpu_s", "own_s", "wall_s", "peak_mb", "files", "mb"),
    *("new_files", "new_mb", "bytes_a_point", "page_kb"),
)
DOWNLOADS: Final = ("points", "history.duckdb")
"""How the names of files with all points begin: they are not counted in bytes a point."""


class Cost(NamedTuple):
    """What one build cost."""

    cpu_s: float
    """User and system time of the process and of all that it started."""
    own_s: float
    """Of the process itself; the rest is done by several at once, but for MkDocs."""
    wall_s: float
    peak_mb: float
    """Of the process itself."""
    files: int
    mb: float
    new_files: int
    new_mb: float
    site_bytes: int
    """Of the whole site without the files with all points."""
    page_kb: float
    """The largest page."""


def measure(folder: Path, shell: str, processes: int) -> Cost:
    """Build in this process, which must be a fresh one."""
    site = folder / "site"
    before = _times(site)
    start, used, own = time.perf_counter(), _cpu_s(), time.process_time()
    from history.project.workspace import open_workspace
    from site_gen.shell.build import build

    workspace = open_workspace(folder / "soundmark.toml")
    build(workspace, site, lambda _: None, shell, processes)
    own_s, wall_s = time.process_time() - own, time.perf_counter() - start
    cpu_s = _cpu_s() - used
    now = _times(site)
    new = [path for path, at in now.items() if before.get(path) != at]
    sizes = {path: path.stat().st_size for path in now}
    pages = [size for path, size in sizes.items() if path.name == "index.html"]
    rest = [
        size
        for path, size in sizes.items()
        if not (path.parent.name == "data" and path.name.startswith(DOWNLOADS))
    ]
    return Cost(
        cpu_s=cpu_s,
        own_s=own_s,
        wall_s=wall_s,
        peak_mb=getrusage(RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        files=len(now),
        mb=sum(sizes.values()) / 1e6,
        new_files=len(new),
        new_mb=sum(sizes[path] for path in new) / 1e6,
        site_bytes=sum(rest),
        page_kb=max(pages) / 1e3,
    )


def _cpu_s() -> float:
    found = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


def _times(site: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}


def add(folder: Path, size: made.Size, commits: range) -> process.Used:
    """Take the points of some commits into the history of a folder."""
    (folder / "soundmark.toml").write_text(made.CONFIG, encoding="utf-8")
    path = folder / "points.csv"
    made.write(path, size, commits)
    command = (sys.executable, "-m", "soundmark", "import", "csv", str(path))
    used = process.run([*command, "--config", str(folder / "soundmark.toml")])
    path.unlink()
    return used


def built(folder: Path, shell: str, processes: int) -> Cost:
    """Build in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.site.cost", "--measure", str(folder)]
    command += ["--shell", shell, "--processes", str(processes)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Cost(**orjson.loads(done.stdout))


def show(points: int, name: str, cost: Cost) -> None:
    """One line of the table."""
    print(
        f"| {points} | {name} | {cost.cpu_s:.1f} | {cost.own_s:.1f} | {cost.wall_s:.1f}"
        f" | {cost.peak_mb:.0f} | {cost.files} | {cost.mb:.1f}"
        f" | {cost.new_files} | {cost.new_mb:.1f}"
        f" | {cost.site_bytes / points:.0f} | {cost.page_kb:.0f} |",
        flush=True,
    )


def show_import(points: int, name: str, cost: process.Used) -> None:
    """One line of the table."""
    print(
        f"| {points} | {name} | {cost.cpu_s:.1f} | {cost.cpu_s:.1f} | {cost.wall_s:.1f}"
        f" | {cost.peak_bytes / 1e6:.0f} |{' |' * (len(COLUMNS) - 6)}",
        flush=True,
    )


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


def costs(folder: Path, size: made.Size, shell: str, processes: int, *, cold: bool) -> Cost:
    """The lines of one size, whose history is made unless the folder has one.

    Returns that of the first build.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "commits"
    if not known.exists():
        show_import(size.points, "import", add(folder, size, range(size.commits)))
        known.write_text(str(size.commits), encoding="utf-8")
    commits = int(known.read_text(encoding="utf-8"))
    name = "again" if (folder / "site").exists() else "from nothing"
    first = built(folder, shell, processes)
    show(size.points, name, first)
    if cold:
        return first
    night = add(folder, size, range(commits, commits + 1))
    show_import(size.points, "import of one night", night)
    known.write_text(str(commits + 1), encoding="utf-8")
    show(size.points, "one more night", built(folder, shell, processes))
    show(size.points, "nothing new", built(folder, shell, processes))
    return first


def beside(folder: Path, size: made.Size, asv: str, ours: Cost) -> None:
    """The line of asv for the same numbers, and ours as multiples of it."""
    if not (folder / "asv.conf.json").exists():
        peer.write(folder, size)
    found = peer.publish(folder, asv)
    print(
        f"| {size.points} | asv publish | {found.cpu_s:.1f} | | | {found.peak_mb:.0f}"
        f" | {found.files} | {found.mb:.1f} | {found.files} | {found.mb:.1f}"
        f" | {found.mb * 1e6 / size.points:.0f} | |",
        flush=True,
    )
    print(
        f"| {size.points} | ours / asv | {ours.cpu_s / found.cpu_s:.2f} | | |"
        f" {ours.peak_mb / found.peak_mb:.2f} | {ours.files / found.files:.2f}"
        f" | {ours.mb / found.mb:.2f} | | | | |",
        flush=True,
    )


def _shape(text: str) -> made.Size:
    shape, _, years = text.partition("/")
    return made.Size(*map(int, shape.split("x")))._replace(years=int(years or 0))


def main() -> None:
    """The lines of each size, and one of asv where that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--shape", type=_shape, nargs="+", help="BENCHMARKSxCOMMITSxMACHINES[/YEARS], instead."
    )
    parser.add_argument("--cold", action="store_true", help="Import and build from nothing alone.")
    parser.add_argument("--shell", default="material")
    parser.add_argument("--processes", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument("--folder", type=Path, help="Keep histories and sites here.")
    parser.add_argument("--asv", default=which("asv"), help="Program to compare with.")
    parser.add_argument("--sizes", action="store_true", help="Say what the room is taken up by.")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(orjson.dumps(measure(asked.measure, asked.shell, asked.processes)._asdict()).decode())
        return
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for size in asked.shape or map(made.of_points, asked.points):
            folder = (asked.folder or Path(scratch)) / "x".join(map(str, filter(None, size)))
            ours = costs(folder, size, asked.shell, asked.processes, cold=asked.cold)
            if asked.asv:
                beside(folder / "asv", size, asked.asv, ours)
            if asked.sizes:
                sizes(folder / "site")


if __name__ == "__main__":
    main()
