"""Read damaged result files with every registered format, and count what becomes of them.

``python -m benchmarks.history.fuzz N SEED``: N inputs, shared among the formats.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import duckdb

from history.project.workspace import open_workspace
from history.words.errors import SoundmarkError
from history.words.records import RunRecord
from tests.history.formats import fuzz

_STORED_AT_ONCE = 200
"""Runs that go into one run file."""


def main() -> None:
    """Print the outcomes of every format, the slowest input, and every failure with its input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", type=int)
    parser.add_argument("seed", type=int)
    asked = parser.parse_args()
    names = (*fuzz.CORPUS, "criterion", "parquet")
    failed = 0
    slowest = (0.0, "")
    records: dict[str, RunRecord] = {}
    total: Counter[str] = Counter()
    for name in names:
        kinds: Counter[str] = Counter()
        for number in range(asked.inputs // len(names)):
            rng = random.Random(f"{asked.seed} {name} {number}")
            start = time.process_time()
            with tempfile.TemporaryDirectory() as place:
                try:
                    kind, found = fuzz.attacked(name, rng, Path(place))
                except Exception:  # noqa: BLE001 - counted, and shown whole
                    print(f"{name}, input {number}:\n{traceback.format_exc(limit=-3)}", flush=True)
                    kind, found = "failed", ()
                    failed += 1
            if kind == fuzz.STUMBLED:
                print(f"{name}, input {number}: refused, but not by a check of its own", flush=True)
                failed += 1
            slowest = max(slowest, (time.process_time() - start, f"{name}, input {number}"))
            kinds[kind] += 1
            records |= {record.run.run_id: record for record in found}
        total += kinds
        print(f"{name}: {dict(kinds)}", flush=True)
    print(f"in all: {dict(total)}; slowest {slowest[0]:.2f} s of processor ({slowest[1]})")
    stored = _stored(list(records.values()))
    print(f"stored: {stored} of {len(records)} runs")
    if failed or stored < len(records):
        raise SystemExit(1)


def _stored(records: list[RunRecord]) -> int:
    """Append what was taken to a fresh history; how many runs it took."""
    done = 0
    with tempfile.TemporaryDirectory() as place:
        workspace = open_workspace(None, Path(place) / "h.duckdb", Path(place) / "runs")
        for start in range(0, len(records), _STORED_AT_ONCE):
            try:
                done += workspace.append(records[start : start + _STORED_AT_ONCE]).added
            except (SoundmarkError, duckdb.Error) as error:
                print(f"runs {start} to {start + _STORED_AT_ONCE}: {error}")
    return done


if __name__ == "__main__":
    main()
