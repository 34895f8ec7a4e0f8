"""Collect the points of a long file as columns; run ids are made at the end."""

from __future__ import annotations

from array import array
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import msgspec
import numpy as np

from history.formats import fields, runs, storable
from history.formats.interface import Refused
from history.store import packing
from history.store.batch import Batch, Label, Said, name_in_run
from history.words.key import pairs_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from history.store.batch import Floats, Ints
    from history.words.records import Outcome, Run

Row = TypeVar("Row")
Shared = TypeVar("Shared", Label, Said)
_NAN: Final = float("nan")


class Begun(NamedTuple):
    """A run whose points are gathered, and which has no id yet."""

    run: Run
    content: tuple[object, ...]
    """Content that its id is made of, before the points."""
    after: tuple[object, ...]
    """The same after the points."""
    first: int
    """Index of its first point among all that are gathered."""
    end: int
    """Index after its last point."""


class Gathered:
    """Points in the order in which they were added; n of them."""

    def __init__(self, numbers: Sequence[str] = ()) -> None:
        """``numbers`` are those beside the value that many points have, see ``batch.NUMBERS``."""
        self._labels: dict[Label, int] = {}
        self._names: list[Label] = []
        self._said: dict[Said, int] = {}
        self._label = array("q")
        self._about = array("q")
        self._value = array("d")
        self._n = array("q")
        self._numbers = {name: array("d") for name in numbers}
        self._append = [column.append for column in self._numbers.values()]
        self._odd: dict[int, Outcome] = {}
        self._faults: dict[Label, str] = {}

    def __len__(self) -> int:
        """How many points there are."""
        return len(self._value)

    def label(self, label: Label) -> int:
        """The number that stands for these names; ``batch`` drops those of no point."""
        number = self._labels.setdefault(label, len(self._names))
        if number == len(self._names):
            self._names.append(label)
        return number

    def name(self, number: int) -> Label:
        """The names that a number stands for."""
        return self._names[number]

    def said(self, said: Said) -> int:
        """The number that stands for these texts beside the numbers of a point."""
        return self._said.setdefault(said, len(self._said))

    def add(self, label: int, about: int, value: float, n: int, *numbers: float) -> None:
        """A measured point without samples; ``numbers`` in their order, NaN where there is none."""
        self._label.append(label)
        self._about.append(about)
        self._value.append(value)
        self._n.append(n)
        for append, number in zip(self._append, numbers, strict=True):
            append(number)

    def add_columns(
        self,
        label: Ints,
        about: Ints,
        value: Floats,
        n: Ints,
        numbers: Sequence[Floats],
        others: Mapping[int, Outcome],
    ) -> None:
        """Points as of ``add``, a column each; ``others`` are outcomes in their place, rising."""
        first, about, n = len(self), about.copy(), n.copy()
        for place, outcome in others.items():
            self._odd[first + place] = outcome
            about[place], n[place] = self.said(packing.said_of(outcome)), 0
        places = np.fromiter(others, dtype=np.int64, count=len(others))
        for column, added in zip(self._numbers.values(), numbers, strict=True):
            column.frombytes(_without(added, places))
        self._value.frombytes(_without(value, places))
        for whole, numbers_ in ((self._label, label), (self._about, about), (self._n, n)):
            whole.frombytes(numbers_.astype(np.int64).tobytes())

    def add_outcome(self, label: int, outcome: Outcome) -> None:
        """Any other point."""
        self._odd[len(self)] = outcome
        about = self.said(packing.said_of(outcome))
        self.add(label, about, _NAN, 0, *[_NAN] * len(self._numbers))

    def take(
        self,
        rows: Iterable[Row],
        made_of: Callable[[Row], Iterable[tuple[Label, float]]],
        first: int,
    ) -> list[Refused]:
        """The single numbers of every row of one run, as ``fields.take`` takes points.

        Rows are counted from ``first``; those that cannot be taken are returned.
        """
        refused: list[Refused] = []
        rows_of: dict[object, int] = {}
        one = self.said(Said())
        for place, row in enumerate(rows, first):
            try:
                found = list(made_of(row))
            except fields.RefuseError as error:
                refused.append(Refused(place, str(error)))
                continue
            except fields.UNFORESEEN as error:
                refused.append(Refused(place, fields.unforeseen(error)))
                continue
            names = {name_in_run(label): label for label, _ in found}
            fault = next(filter(None, (self._fault(*pair) for pair in found)), "")
            known = [name for name in names if name in rows_of]
            if known and not fault:
                fault = f"{_said(names[known[0]])}: stands in row {rows_of[known[0]]} already"
            if fault:
                refused.append(Refused(place, fault))
                continue
            rows_of.update(dict.fromkeys(names, place))
            for label, value in found:
                self.add(self.label(label), one, value, 1, *[_NAN] * len(self._numbers))
        return refused

    def _fault(self, label: Label, value: float) -> str:
        """What keeps a point from being stored."""
        found = self._faults.get(label)
        if found is None:
            found = self._faults[label] = storable.fault(label)
        return found or storable.fault(value)

    def batch(self, begun: Sequence[Begun]) -> tuple[Batch, tuple[str, ...]]:
        """The runs with their points, and a sentence for every series that a run has twice.

        The first point of it counts.
        """
        sizes = np.array([one.end - one.first for one in begun], dtype=np.int64)
        places = np.concatenate([np.arange(one.first, one.end) for one in begun] or [np.arange(0)])
        whole = self._whole().take(places)
        run = np.repeat(np.arange(len(begun), dtype=np.int64), sizes)
        labels, label = _used(whole.labels, whole.label)
        said, about = _used(whole.said, whole.about)
        batch = Batch(
            runs=tuple(one.run for one in begun),
            labels=labels,
            said=said,
            run=run,
            label=label,
            about=about,
            value=whole.value,
            n=whole.n,
            numbers={name: of for name, of in whole.numbers.items() if not np.isnan(of).all()},
            lists=whole.lists,
        )
        batch, twice = runs.unique_columns(batch)
        encoded, bounds = packing.Encoded(batch), batch.points_of_runs().tolist()
        named = tuple(
            _named(one, encoded.of(bounds[place], bounds[place + 1], b","))
            for place, one in enumerate(begun)
        )
        return replace(batch, runs=named), twice

    def _whole(self) -> Batch:
        """All points, not yet divided into runs."""
        size = len(self)
        value, n = _column(self._value), np.array(self._n, dtype=np.int64)
        odd = np.fromiter(self._odd, dtype=np.int64, count=len(self._odd))
        values, counts, further, lists = packing.numbers_of(list(self._odd.values()))
        value[odd], n[odd] = values, counts
        numbers = {name: _column(found) for name, found in self._numbers.items()}
        for name, column in further.items():
            numbers.setdefault(name, np.full(size, np.nan))[odd] = column
        return Batch(
            runs=(),
            labels=tuple(self._names),
            said=tuple(self._said),
            run=np.zeros(size, dtype=np.int64),
            label=np.array(self._label, dtype=np.int64),
            about=np.array(self._about, dtype=np.int64),
            value=value,
            n=n,
            numbers=numbers,
            lists={name: column.spread(odd, size) for name, column in lists.items()},
        )


def _said(label: Label) -> str:
    """Which point it is, as a message says it."""
    params = pairs_text(sorted(label.params))
    return ", ".join(filter(None, (label.benchmark, params, label.variant.text(), label.metric)))


def _without(numbers: Floats, places: Ints) -> bytes:
    """The column as an array takes it, NaN at these places."""
    found = numbers.astype(np.float64)
    found[places] = np.nan
    return found.tobytes()


def _column(numbers: array[float]) -> Floats:
    return np.array(numbers, dtype=np.float64)


def _used(shared: Sequence[Shared], index: Ints) -> tuple[tuple[Shared, ...], Ints]:
    """Those that any point refers to, and the index of each point's among them."""
    different, of_point = np.unique(index, return_inverse=True)
    return tuple(shared[one] for one in different.tolist()), of_point.astype(np.int64)


def _named(begun: Begun, points: bytes) -> Run:
    """The run with its id: the hash of its content as JSON."""
    parts = [msgspec.json.encode(one) for one in begun.content]
    parts.append(b"[" + points + b"]")
    parts += [msgspec.json.encode(one) for one in begun.after]
    run_id = sha256(b"[" + b",".join(parts) + b"]").hexdigest()[:32]
    return msgspec.structs.replace(begun.run, run_id=run_id)
