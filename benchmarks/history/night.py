"""Print what one new night costs to append and to judge, as the history behind it grows."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.history.scale import night
from history.judge import judge
from history.project.workspace import open_workspace
from history.read import view
from history.words.records import Machine

if TYPE_CHECKING:
    from history.project.workspace import Workspace

REPEATS = 5
"""Nights of which the median is printed."""


def costs(workspace: Workspace, rng: np.random.Generator, day: int, benchmarks: int) -> np.ndarray:
    """Processor seconds (3,): append one machine's night, judging within that, judge everything.

    The last is what a reading command does afterwards.
    """
    made = night(rng, day, Machine(name="machine-0", cores=2), benchmarks)
    judging = 0.0
    plain = judge.remember

    def timed(*arguments: object, **options: object) -> int:
        nonlocal judging
        start = time.process_time()
        found = plain(*arguments, **options)  # type: ignore[arg-type]
        judging = time.process_time() - start
        return found

    judge.remember = timed
    start = time.process_time()
    workspace.append([made])
    appending = time.process_time() - start
    judge.remember = plain
    start = time.process_time()
    with workspace.reading() as connection:
        judge.judge(connection, workspace.loaded, view.read(connection))
    return np.array([appending, judging, time.process_time() - start])


def main() -> None:
    """One line per length of the history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, nargs="+", default=[30, 120, 365])
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--benchmarks", type=int, default=300)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    machines = [Machine(name=f"machine-{number}", cores=2) for number in range(asked.machines)]
    print(
        f"{asked.benchmarks} series measured in a night, {asked.machines} machines in the history"
    )
    print("  nights   append   of it judging   judge all   judging and nights, to the first line")
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(history=Path(folder) / "history.duckdb")
        day, first = 0, 0.0
        for length in sorted(asked.nights):
            workspace.append(
                [
                    night(rng, made, machine, asked.benchmarks)
                    for made in range(day, length)
                    for machine in machines
                ]
            )
            found = [
                costs(workspace, rng, length + extra, asked.benchmarks) for extra in range(REPEATS)
            ]
            day = length + REPEATS
            append, judging, everything = np.median(found, axis=0)
            first = first or judging
            print(
                f"{length:8} {append:8.3f} {judging:15.3f} {everything:11.3f} "
                f"{judging / first:8.2f} {length / min(asked.nights):6.1f}"
            )


if __name__ == "__main__":
    main()
