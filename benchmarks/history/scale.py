"""Write many nights into a ledger and print what they cost in bytes and processor seconds."""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np

from history.project.workspace import open_workspace
from history.stats.describe import describe
from history.store.verify import verify
from history.words.records import Commit, Machine, Measured, Point, Run, RunRecord, Variant

START = datetime(2026, 1, 1, tzinfo=UTC)


def night(rng: np.random.Generator, day: int, machine: Machine, benchmarks: int) -> RunRecord:
    """One machine's night: lognormal times of 1 ms to 1 s, wall and processor, 30 repeats."""
    points = []
    for position in range(benchmarks):
        level = 1e6 * 10 ** (3 * position / benchmarks)
        drawn = np.rint(level * rng.lognormal(0, 0.02, 30)) * 1e-9
        samples = tuple(drawn.tolist())
        cpu_samples = tuple((np.rint(drawn * rng.normal(0.99, 0.005, 30) * 1e9) * 1e-9).tolist())
        found = describe(samples)
        outcome = Measured(
            value=found.value, n=30, aggregate="median", samples=samples, cpu_samples=cpu_samples,
            low=found.low,
            high=found.high, q1=found.q1, q3=found.q3, minimum=found.minimum, maximum=found.maximum,
            interval=found.method,
        )  # fmt: skip
        points.append(
            Point(
                suite="scale",
                benchmark=f"benchmark_{position:03d}",
                metric="total_time",
                variant=Variant(runtime="torch", device="cpu", threads="1"),
                outcome=outcome,
            )
        )
    moment = START + timedelta(days=day)
    run = Run(
        run_id=UUID(bytes=rng.bytes(16)).hex,
        started_at=moment,
        commit=Commit(sha=f"{day:040x}", time=moment, sequence=day),
        machine=machine,
        environment={"libraries": {"torch": "2.13.0", "numpy": "2.4.6"}},
    )
    return RunRecord(run=run, points=tuple(points))


def main() -> None:
    """Print one line per cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--benchmarks", type=int, default=300)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    machines = [Machine(name=f"machine-{number}", cores=2) for number in range(asked.machines)]
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(history=Path(folder) / "history.duckdb")
        costs = []
        for day in range(asked.nights):
            for machine in machines:
                made = night(rng, day, machine, asked.benchmarks)
                start = time.process_time()
                workspace.append([made])
                costs.append(time.process_time() - start)
        runs = asked.nights * asked.machines
        timings = runs * asked.benchmarks * 60
        ledger = sum(
            workspace.ledger.path(file).stat().st_size for file in workspace.ledger.files()
        )
        database = workspace.history_file.stat().st_size
        start = time.process_time()
        workspace.sync()
        idle = time.process_time() - start
        start = time.process_time()
        with workspace.reading() as connection:
            problems = verify(connection, workspace.ledger).problems
        verified = time.process_time() - start
        workspace.history_file.unlink()
        start = time.process_time()
        workspace.sync()
        rebuild = time.process_time() - start
        rebuilt = workspace.history_file.stat().st_size
    print(f"{runs} runs, {timings} timings")
    print(f"ledger                {ledger / timings:6.2f} bytes per timing")
    print(f"history, appended     {database / timings:6.2f} bytes per timing")
    print(f"history, rebuilt      {rebuilt / timings:6.2f} bytes per timing")
    print(f"append, first third   {np.median(costs[: runs // 3]):6.3f} s per run")
    print(f"append, last third    {np.median(costs[-runs // 3 :]):6.3f} s per run")
    print(f"sync, nothing new     {idle:6.3f} s")
    print(f"verify                {verified:6.3f} s, {len(problems)} problems")
    print(f"rebuild               {rebuild:6.3f} s, {1e6 * rebuild / timings:.3f} s per million")


if __name__ == "__main__":
    main()
