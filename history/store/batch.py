"""Results of runs as columns: the form in which all results are written to the ledger.

A row is one point. Values that many points share are stored once and referred to by index: the run,
the names of a series, the non-numeric fields of an outcome. Points of one run stand together, in
the order of the runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from history.store.places import ranked
from history.words import key
from history.words.metrics import Direction
from history.words.records import Item, Machine, Qualifier, Run, Side, Status, Variant

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NUMBERS: Final = ("low", "high", "q1", "q3", "minimum", "maximum")
"""Numeric fields of an outcome beside its value, named as in ``Measured``."""
LISTS: Final = ("samples", "cpu_samples", "preempted", "rounds", "processes")
"""List fields of an outcome, named as in ``Measured``."""


class Label(NamedTuple):
    """The identity of a point within its run; unit and direction as in its source."""

    suite: str
    benchmark: str
    params: tuple[tuple[str, str], ...]
    """In the order in which they are shown."""
    variant: Variant
    metric: str
    unit: str = ""
    """Unit of the numbers; empty takes the metric's own."""
    direction: Direction | None = None


def name_in_run(label: Label) -> tuple[object, ...]:
    """The identity of a point within its run; the order of parameters does not count."""
    params = tuple(sorted(label.params))
    return label.suite, label.benchmark, params, label.variant, label.metric


def series_id(label: Label, machine: Machine) -> str:
    """The identity of the series, see ``history.words.key.series_id``."""
    return key.series_id(
        label.suite,
        label.benchmark,
        dict(label.params),
        label.variant.pairs(),
        label.metric,
        machine.key(),
    )


class Said(NamedTuple):
    """The non-numeric fields of an outcome."""

    status: Status = Status.MEASURED
    reason: str = ""
    aggregate: str = "value"
    interval: str = ""
    qualifier: Qualifier = Qualifier.EXACT
    warnings: tuple[str, ...] = ()
    fingerprint: str = ""
    side: Side | None = None


class Lists(NamedTuple):
    """A list of numbers for each point; an empty one is absent."""

    flat: NDArray[np.float64] | NDArray[np.int64]
    """(m,): all lists, concatenated."""
    starts: Ints
    """(n + 1,): where each begins, and the end."""

    def lengths(self) -> Ints:
        """(n,)."""
        return np.diff(self.starts)

    def of(self, place: int) -> NDArray[np.float64] | NDArray[np.int64]:
        """The list of one point."""
        return self.flat[self.starts[place] : self.starts[place + 1]]

    def spread(self, places: Ints, size: int) -> Lists:
        """These lists at ascending indices, among empty ones."""
        lengths = np.zeros(size, dtype=np.int64)
        lengths[places] = self.lengths()
        return Lists(self.flat, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def take(self, places: Ints) -> Lists:
        """The lists of these points, in this order."""
        lengths = self.lengths()[places]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        shift = np.repeat(self.starts[:-1][places] - starts[:-1], lengths)
        return Lists(self.flat[np.arange(starts[-1]) + shift], starts)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Points of several runs, a column each; n points."""

    runs: tuple[Run, ...]
    labels: tuple[Label, ...]
    said: tuple[Said, ...]
    run: Ints
    """(n,): index into ``runs``, not decreasing."""
    label: Ints
    """(n,): index into ``labels``."""
    about: Ints
    """(n,): index into ``said``."""
    value: Floats
    """(n,), in the unit of the label; NaN where nothing was measured."""
    n: Ints
    """(n,): samples behind the value."""
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    """Of ``NUMBERS`` those that any point has, each (n,); NaN where a point has none."""
    lists: Mapping[str, Lists] = field(default_factory=dict)
    """Of ``LISTS`` those that any point has."""
    items: tuple[tuple[int, Item], ...] = ()
    """Items with the index of their run, not decreasing."""

    def __len__(self) -> int:
        """Number of points."""
        return int(self.run.size)

    def take(self, places: Ints) -> Batch:
        """The points at these ascending indices, with all runs and items."""
        return replace(
            self,
            run=self.run[places],
            label=self.label[places],
            about=self.about[places],
            value=self.value[places],
            n=self.n[places],
            numbers={name: column[places] for name, column in self.numbers.items()},
            lists={name: column.take(places) for name, column in self.lists.items()},
        )

    def of_runs(self, kept: Sequence[int]) -> Batch:
        """The runs at these ascending indices, with their points and items."""
        if len(kept) == len(self.runs):
            return self
        place = np.full(len(self.runs), -1, dtype=np.int64)
        place[list(kept)] = np.arange(len(kept))
        points = self.take(np.flatnonzero(place[self.run] >= 0))
        return replace(
            points,
            runs=tuple(self.runs[one] for one in kept),
            run=place[points.run],
            items=tuple((int(place[run]), item) for run, item in self.items if place[run] >= 0),
        )

    def series(self) -> tuple[tuple[tuple[Label, Machine], ...], Ints]:
        """The names and the machine of every series, and (n,) the series of each point."""
        machines = list(dict.fromkeys(run.machine for run in self.runs))
        numbers = {machine: number for number, machine in enumerate(machines)}
        of_run = np.array([numbers[run.machine] for run in self.runs], dtype=np.int64)
        both = self.label * max(1, len(machines)) + of_run[self.run]
        different, place = ranked(both)
        found = (divmod(one, len(machines)) for one in different.tolist())
        return tuple((self.labels[a], machines[b]) for a, b in found), place

    def points_of_runs(self) -> Ints:
        """(len(runs) + 1,): where the points of each run begin, and the end."""
        return np.searchsorted(self.run, np.arange(len(self.runs) + 1)).astype(np.int64)


def lists_of(rows: Sequence[Sequence[float]], kind: type[np.float64 | np.int64]) -> Lists | None:
    """Lists as columns; None where all of them are empty."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    if not starts[-1]:
        return None
    flat = np.fromiter((one for row in rows for one in row), dtype=np.float64)
    return Lists(flat if kind is np.float64 else flat.astype(np.int64), starts)
