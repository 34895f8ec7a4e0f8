"""Divide runs among run files, within the limits of a file and of memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from history.store.admission.limits import Limits
    from history.store.batch import Batch

MOST_ROWS: Final = 250_000
"""Rows of a file of several runs: memory stays bounded while they are put together and taken in."""
_MOST_KEPT: Final = 8
"""Sets of benchmarks that are kept: a machine measures the same ones run after run."""


def parts(batch: Batch, limits: Limits, most_rows: int = MOST_ROWS) -> Iterator[tuple[int, ...]]:
    """Places of the runs in their order, for as many files as they need; a run is never cut."""
    kept: list[int] = []
    rows = numbers = 0
    named = _Named()
    for place, one in enumerate(_sizes(batch)):
        is_full = (
            rows + one.rows > min(most_rows, limits.rows)
            or numbers + one.numbers > limits.samples
            or named.with_those_of(one) > limits.pages
        )
        if kept and is_full:
            yield tuple(kept)
            kept, rows, numbers, named = [], 0, 0, _Named()
        kept.append(place)
        rows, numbers = rows + one.rows, numbers + one.numbers
        named.add(one)
    if kept:
        yield tuple(kept)


class _Size(NamedTuple):
    """How much a run holds."""

    rows: int
    numbers: int
    """In lists."""
    benchmarks: frozenset[object]
    """Of its points; the same object for runs of the same points."""
    names: frozenset[object]
    """Whatever else has a page."""


class _Named:
    """What has a page among the runs of one file."""

    def __init__(self) -> None:
        self._names: set[object] = set()
        self._added: dict[int, frozenset[object]] = {}
        """Sets of benchmarks that are among them, so that none is gone through twice."""

    def with_those_of(self, one: _Size) -> int:
        """How many there are when the names of this run are among them."""
        fresh = one.names - self._names
        if id(one.benchmarks) not in self._added:
            fresh |= one.benchmarks - self._names
        return len(self._names) + len(fresh)

    def add(self, one: _Size) -> None:
        """Put them among them."""
        self._names |= one.names
        if id(one.benchmarks) not in self._added:
            self._added[id(one.benchmarks)] = one.benchmarks
            self._names |= one.benchmarks


def _sizes(batch: Batch) -> Iterator[_Size]:
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
    alike: dict[bytes, frozenset[object]] = {}
    """Benchmarks by the labels of a run, which are those of another one mostly."""
    for place, run in enumerate(batch.runs):
        first, end = bounds[place], bounds[place + 1]
        labels = batch.label[first:end]
        if (written := labels.tobytes()) not in alike:
            if len(alike) == _MOST_KEPT:
                alike.clear()
            alike[written] = frozenset(np.unique(of_label[labels]).tolist())
        numbers = sum(int(one.starts[end] - one.starts[first]) for one in batch.lists.values())
        yield _Size(
            rows=end - first + of_items[place] + 1,
            numbers=numbers,
            benchmarks=alike[written],
            names=frozenset(
                {
                    ("run", run.run_id),
                    run.commit.sha + f"@{run.commit.time}",
                    run.machine,
                    *items[place],
                }
            ),
        )
