"""Write a year of nights, compact it, and print what that does to its bytes and to who reads it."""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.history.scale import START, night
from history.project.workspace import Workspace, open_workspace
from history.store.compaction.compact import Policy, compact
from history.store.verify import verify
from history.words.records import Item, Machine, RunRecord

UTTERANCES = 50
"""Items of a night, each with ten repeats of two stages."""


def with_items(rng: np.random.Generator, made: RunRecord) -> RunRecord:
    """The same night with utterances, a year earlier: the year has to be over."""
    drawn = rng.lognormal(-3, 0.3, (UTTERANCES, 2, 10)).round(9)
    items = tuple(
        Item(
            suite="scale",
            benchmark="utterances",
            item=f"utterance_{position:03d}",
            facts={"duration_s": 1.0 + position / 10},
            values={"forward_time": float(np.median(a)), "decode_time": float(np.median(b))},
            samples={"forward_time": tuple(a.tolist()), "decode_time": tuple(b.tolist())},
        )
        for position, (a, b) in enumerate(drawn)
    )
    moment = made.run.started_at - timedelta(days=365)
    commit = msgspec.structs.replace(made.run.commit, time=moment)
    run = msgspec.structs.replace(made.run, started_at=moment, commit=commit)
    return msgspec.structs.replace(made, run=run, items=items)


def costs(workspace: Workspace) -> tuple[int, int, float, float]:
    """Files, bytes, and processor seconds of ``verify`` and of a rebuild."""
    files = workspace.ledger.files()
    size_bytes = sum(workspace.ledger.path(file).stat().st_size for file in files)
    start = time.process_time()
    with workspace.reading() as connection:
        problems = verify(connection, workspace.ledger).problems
    if problems:
        raise SystemExit("; ".join(problems))
    verified = time.process_time()
    workspace.sync(rebuild=True)
    return len(files), size_bytes, verified - start, time.process_time() - verified


def main() -> None:
    """Print one line for each state of the ledger."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--benchmarks", type=int, default=30)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    machine = Machine(name="machine-0", cores=2)
    year = START.year - 1
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(history=Path(folder) / "history.duckdb")
        for day in range(asked.nights):
            workspace.ledger.write([with_items(rng, night(rng, day, machine, asked.benchmarks))])
        workspace.sync()
        states = {"single files": costs(workspace)}
        for name, days in (("compacted", None), ("item samples thinned", 1)):
            start = time.process_time()
            with workspace.writing() as connection:
                compact(connection, workspace.ledger, year, Policy(date(year + 9, 1, 1), days))
            print(f"{name:<22}{time.process_time() - start:6.1f} s of processor")
            states[name] = costs(workspace)
    print(f"{asked.nights} nights, {asked.benchmarks} benchmarks, {UTTERANCES} utterances")
    for name, (files, size_bytes, verified_s, rebuilt_s) in states.items():
        print(
            f"{name:<22}{files:5d} files {size_bytes:10d} bytes, verify {verified_s:5.1f} s,"
            f" rebuild {rebuilt_s:5.1f} s"
        )


if __name__ == "__main__":
    main()
