"""Write the nights of many collectors and print what each part costs, to be carried on on paper."""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from history import workers
from history.judge import judge
from history.project.workspace import open_workspace
from history.read import view
from history.words.records import Commit, Machine, Measured, Point, Run, RunRecord, Variant

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.project.workspace import Workspace

START = datetime(2026, 1, 1, tzinfo=UTC)
VARIANT = Variant(implementation="rust", device="cpu", threads="1")
TREND = (
    "select commit_time, value from trend where benchmark = 'benchmark_0001'"
    " and machine like 'collector-000%' order by position"
)


def night(
    rng: np.random.Generator, day: int, machine: Machine, benchmarks: int, samples: int
) -> RunRecord:
    """One collector's night; without samples a point is its value alone."""
    points = []
    for number in range(benchmarks):
        drawn = 1e-3 * (1 + number) * rng.lognormal(0, 0.02, max(samples, 1))
        value = float(np.median(drawn))
        outcome = Measured(
            value=value, n=max(samples, 1), samples=tuple(drawn.tolist()) if samples else ()
        )
        points.append(
            Point(
                suite="scale", benchmark=f"benchmark_{number:04d}", metric="total_time",
                variant=VARIANT, outcome=outcome,
            )
        )  # fmt: skip
    moment = START + timedelta(days=day)
    run = Run(
        run_id=UUID(bytes=rng.bytes(16)).hex,
        started_at=moment,
        commit=Commit(sha=f"{day:040x}", time=moment, sequence=day),
        machine=machine,
        environment={"libraries": {"torch": "2.13.0"}},
    )
    return RunRecord(run=run, points=tuple(points))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of this process and its children that have ended, and elapsed seconds."""
    before, began = os.times(), time.monotonic()
    work()
    after = os.times()
    used = sum(after[:4]) - sum(before[:4])
    return used, time.monotonic() - began


def judged(workspace: Workspace) -> None:
    """Everything that a reading command does, with no answer kept."""
    with workspace.reading() as connection:
        history = view.read(connection)
    judge.judge_view(history, workspace.loaded)


def main() -> None:
    """One line per cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collectors", type=int, default=100)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--benchmarks", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=0)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    points = asked.collectors * asked.nights * asked.benchmarks
    millions = points / 1e6
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(history=Path(folder) / "history.duckdb")
        wrote = 0.0
        for day in range(asked.nights):
            nights = [
                night(
                    rng, day, Machine(name=f"collector-{number:03d}", cores=2), asked.benchmarks,
                    asked.samples,
                )
                for number in range(asked.collectors)
            ]  # fmt: skip
            # One append a night, as a sweep over what all collectors handed over does it.
            wrote += timed(lambda nights=nights: workspace.append(nights))[0]  # type: ignore[misc]
        files = workspace.ledger.files()
        ledger = sum(workspace.ledger.path(file).stat().st_size for file in files)
        workspace.history_file.unlink()
        with workers.using(workers.Here()):
            rebuilt, _ = timed(workspace.sync)
        database = workspace.history_file.stat().st_size
        with workspace.reading() as connection:
            asked_once, _ = timed(lambda: connection.execute(TREND).fetchall())
        decided, _ = timed(lambda: judged(workspace))
    series = asked.collectors * asked.benchmarks
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.collectors} collectors x {asked.nights} nights x {asked.benchmarks} benchmarks")
    print(f"points                {points} in {len(files)} files, {series} series")
    print(f"ledger                {ledger / points:8.1f} bytes a point")
    print(f"history               {database / points:8.1f} bytes a point")
    print(f"append                {wrote / millions:8.1f} s a million points")
    print(f"rebuild, judging too  {rebuilt / millions:8.1f} s a million points")
    print(f"one trend             {1e3 * asked_once:8.1f} ms")
    print(
        f"read and judge all    {1e3 * decided / series:8.3f} ms a series of {asked.nights} points"
    )
    print(f"largest memory        {peak:8.0f} MB, {peak / millions:.0f} MB a million points")


if __name__ == "__main__":
    main()
