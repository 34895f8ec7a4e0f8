"""Write histories whose size is known as plain CSV: levels that step now and then, and noise."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

HEADER: Final = (
    *("suite", "benchmark", "params", "metric", "unit", "direction"),
    *("machine", "commit", "commit_time", "value", "samples"),
)
START: Final = datetime(2021, 1, 4, tzinfo=UTC)
EVERY: Final = timedelta(hours=6)
"""From one commit to the next, where nothing else is asked for."""
SUITES: Final = 10
NOISE: Final = 0.02
STEPPING: Final = 20
"""One benchmark in so many steps at each of the shifts."""
SHIFTS: Final = 8
"""In the whole history, at least a tenth of it before its end."""
CONFIG: Final = """\
project = "scale"

[history.limits] # the CSV of a long history is larger than results mostly are
file_bytes = 4294967296

[[target]]
name = "a second"
metric = "operation_time"
limit = "1 s"
benchmark = "suite_0.*"
"""


class Size(NamedTuple):
    """How large a history is."""

    benchmarks: int
    commits: int
    machines: int = 2
    years: int = 0
    """From the first commit to the last, which end where others begin; 0 for a commit every six
    hours."""

    @property
    def points(self) -> int:
        """One for each benchmark, commit and machine."""
        return self.benchmarks * self.commits * self.machines

    def time(self, commit: int) -> datetime:
        """When a commit was made, by its place."""
        if not self.years:
            return START + commit * EVERY
        span = timedelta(days=365 * self.years)
        return START - span + commit * (span / self.commits)


def of_points(points: int) -> Size:
    """The shape of the histories that are compared: two machines, twice as many commits as work."""
    benchmarks = max(10, round((points / 4) ** 0.5 / 10) * 10)
    return Size(benchmarks, max(2, points // (2 * benchmarks)))


def sha(commit: int) -> str:
    """The name of a commit by its place."""
    return sha256(str(commit).encode()).hexdigest()[:40]


def name(benchmark: int) -> tuple[str, str]:
    """Suite and name of a benchmark by its place."""
    return f"suite_{benchmark % SUITES}", f"time_align_{benchmark:04d}"


def values(size: Size, commit: int, machine: int) -> NDArray[np.float64]:
    """(benchmarks,) seconds; the same whatever else was asked for before."""
    levels = 10 ** np.random.default_rng(1).uniform(-6, 1, size.benchmarks)
    for place in range(SHIFTS):
        drawn = np.random.default_rng((2, place))
        at = int(drawn.uniform(0.1, 0.9) * size.commits)
        chosen = drawn.random(size.benchmarks) < 1 / STEPPING
        if commit >= at:
            levels = np.where(chosen, levels * drawn.choice([0.8, 1.25]), levels)
    noise = np.random.default_rng((3, commit, machine)).lognormal(0.0, NOISE, size.benchmarks)
    return levels * noise * (1 + 0.1 * machine)


def write(path: Path, size: Size, commits: Iterable[int]) -> None:
    """The points of some commits as one CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for commit in commits:
            time = size.time(commit).isoformat(timespec="seconds")
            for machine in range(size.machines):
                for place, value in enumerate(values(size, commit, machine).tolist()):
                    suite, called = name(place)
                    rows.writerow(
                        (suite, called, "", "operation_time", "seconds", "lower",
                         f"machine{machine}", sha(commit), time, repr(value), "")
                    )  # fmt: skip
