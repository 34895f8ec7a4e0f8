"""Divide runs among run files, within the limits of a file and of memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from history.store.admission.limits import Limits
    from history.store.batch import Batch

MOST_ROWS: Final = 250_000
"""Rows of a file of several runs: memory stays bounded while they are put together and taken in."""


def parts(batch: Batch, limits: Limits, most_rows: int = MOST_ROWS) -> Iterator[tuple[int, ...]]:
    """Places of the runs in their order, for as many files as they need; a run is never cut."""
    kept: list[int] = []
    rows = numbers = 0
    named: set[object] = set()
    for place, (own_rows, own_numbers, own_names) in enumerate(_sizes(batch)):
        is_full = (
            rows + own_rows > min(most_rows, limits.rows)
            or numbers + own_numbers > limits.samples
            or len(named | own_names) > limits.pages
        )
        if kept and is_full:
            yield tuple(kept)
            kept, rows, numbers, named = [], 0, 0, set()
        kept.append(place)
        rows, numbers, named = rows + own_rows, numbers + own_numbers, named | own_names
    if kept:
        yield tuple(kept)


def _sizes(batch: Batch) -> Iterator[tuple[int, int, set[object]]]:
    """Rows, numbers in lists and names with a page of each run."""
    benchmarks: dict[object, int] = {}
    of_label = np.array(
        [
            benchmarks.setdefault((one.suite, one.benchmark, one.params), len(benchmarks))
            for one in batch.labels
        ],
        dtype=np.int64,
    )
    items: list[set[object]] = [set() for _ in batch.runs]
    of_items = [0] * len(batch.runs)
    for place, item in batch.items:
        of_items[place] += 1
        named = item.suite, item.benchmark, tuple(item.params.items())
        items[place].add(benchmarks.setdefault(named, len(benchmarks)))
    bounds = batch.points_of_runs().tolist()
    alike: dict[bytes, set[object]] = {}
    """Benchmarks by the labels of a run, which are those of the next one mostly."""
    for place, run in enumerate(batch.runs):
        first, end = bounds[place], bounds[place + 1]
        labels = batch.label[first:end]
        if (written := labels.tobytes()) not in alike:
            alike = {written: {*np.unique(of_label[labels]).tolist()}}
        numbers = sum(int(one.starts[end] - one.starts[first]) for one in batch.lists.values())
        found: set[object] = {("run", run.run_id), run.commit.sha + f"@{run.commit.time}"}
        found |= {run.machine, *alike[written]}
        yield end - first + of_items[place] + 1, numbers, found | items[place]
