"""Convert run records to columns and back.

A collection and a small result file produce records; a long file is read to columns directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec
import numpy as np

from history.store.batch import (
    LISTS,
    NUMBERS,
    Batch,
    Floats,
    Ints,
    Label,
    Lists,
    Said,
    lists_of,
)
from history.words.records import (
    Failed,
    Invalid,
    Measured,
    Outcome,
    Point,
    Qualifier,
    RunRecord,
    Side,
    Skipped,
    Status,
)

Kept = TypeVar("Kept", Label, Said)
_MOST_KEPT: Final = 8
"""Runs of whose points it is kept what is written of them: the next ones have the same mostly."""


def label_of(point: Point) -> Label:
    """The names of a point."""
    return Label(
        point.suite,
        point.benchmark,
        tuple(point.params.items()),
        point.variant,
        point.metric,
        point.unit,
        point.direction,
    )


def said_of(outcome: Outcome, fingerprint: str = "", side: Side | None = None) -> Said:
    """What is said of an outcome beside its numbers."""
    if not isinstance(outcome, Measured):
        return Said(
            Status(type(outcome).__name__.lower()),
            outcome.reason,
            aggregate="",
            fingerprint=fingerprint,
            side=side,
        )
    return Said(
        aggregate=outcome.aggregate,
        interval=outcome.interval,
        qualifier=outcome.qualifier,
        warnings=outcome.warnings,
        fingerprint=fingerprint,
        side=side,
    )


def pack(records: Sequence[RunRecord]) -> Batch:
    """Runs with everything in them as columns.

    Raises OverflowError for a number that has no place in a column.
    """
    runs = np.repeat(
        np.arange(len(records), dtype=np.int64), [len(record.points) for record in records]
    )
    points = [point for record in records for point in record.points]
    labels, label = _kept([label_of(point) for point in points])
    said, about = _kept([said_of(one.outcome, one.fingerprint, one.side) for one in points])
    outcomes = [point.outcome for point in points]
    value, n, numbers, lists = numbers_of(outcomes)
    return Batch(
        runs=tuple(record.run for record in records),
        labels=labels,
        said=said,
        run=runs,
        label=np.array(label, dtype=np.int64),
        about=np.array(about, dtype=np.int64),
        value=value,
        n=n,
        numbers=numbers,
        lists=lists,
        items=tuple((place, item) for place, one in enumerate(records) for item in one.items),
    )


def numbers_of(
    outcomes: Sequence[Outcome],
) -> tuple[Floats, Ints, dict[str, Floats], dict[str, Lists]]:
    """Value, n, the other numbers and the lists of outcomes as columns of a batch."""
    nan = float("nan")
    measured = [one if isinstance(one, Measured) else None for one in outcomes]
    value = np.array([nan if one is None else one.value for one in measured], dtype=np.float64)
    n = np.array([0 if one is None else one.n for one in measured], dtype=np.int64)
    numbers = {}
    for name in NUMBERS:
        column = [None if one is None else getattr(one, name) for one in measured]
        if any(number is not None for number in column):
            numbers[name] = np.array(column, dtype=np.float64)
    lists = {}
    for name in LISTS:
        rows = [getattr(one, name, ()) for one in outcomes]
        kind = np.float64 if name.endswith("samples") else np.int64
        found = lists_of(rows, kind)
        if found is not None:
            lists[name] = found
    return value, n, numbers, lists


def unpack(batch: Batch) -> tuple[RunRecord, ...]:
    """The records that columns stand for."""
    bounds = batch.points_of_runs().tolist()
    items: list[list[Any]] = [[] for _ in batch.runs]
    for place, item in batch.items:
        items[place].append(item)
    return tuple(
        RunRecord(
            run=run,
            points=points_of(batch, bounds[place], bounds[place + 1]),
            items=tuple(items[place]),
        )
        for place, run in enumerate(batch.runs)
    )


def points_of(batch: Batch, first: int, end: int) -> tuple[Point, ...]:
    """The points from one place up to another."""
    return tuple(_point(batch, place) for place in range(first, end))


def _point(batch: Batch, place: int) -> Point:
    label, said = batch.labels[batch.label[place]], batch.said[batch.about[place]]
    return point_of(label, _outcome(batch, said, place), said)


def point_of(label: Label, outcome: Outcome, said: Said = Said()) -> Point:  # noqa: B008 - frozen
    """The point of these names; ``said`` has what is said of it beside its outcome."""
    return Point(
        suite=label.suite,
        benchmark=label.benchmark,
        metric=label.metric,
        outcome=outcome,
        params=dict(label.params),
        variant=label.variant,
        unit=label.unit,
        direction=label.direction,
        side=said.side,
        fingerprint=said.fingerprint,
    )


def _outcome(batch: Batch, said: Said, place: int) -> Outcome:
    if said.status is Status.SKIPPED:
        return Skipped(reason=said.reason)
    if said.status is Status.FAILED:
        return Failed(reason=said.reason)
    lists = {name: tuple(column.of(place).tolist()) for name, column in batch.lists.items()}
    if said.status is Status.INVALID:
        return Invalid(reason=said.reason, samples=lists.get("samples", ()))
    numbers = {name: float(column[place]) for name, column in batch.numbers.items()}
    return Measured(
        value=float(batch.value[place]),
        n=int(batch.n[place]),
        aggregate=said.aggregate,
        interval=said.interval,
        warnings=said.warnings,
        qualifier=Qualifier(said.qualifier),
        **{name: None if np.isnan(number) else number for name, number in numbers.items()},  # type: ignore[arg-type]
        **lists,  # type: ignore[arg-type]
    )


class Encoded:
    """The points of a batch as JSON, as msgspec writes their records: what ids are made of."""

    def __init__(self, batch: Batch) -> None:
        """Nothing is written yet."""
        self._batch = batch
        self._around: dict[int, tuple[bytes, bytes]] = {}
        """Place of a label to what stands before and after its outcome."""
        self._kept: dict[bytes, tuple[list[bytes], ...]] = {}
        """Labels, outcomes and n of the points of a run to what ``_alike`` gives."""
        self._saying = [_saying(one) for one in batch.said]
        plain = [one.status is Status.MEASURED and _is_bare(one) for one in batch.said]
        self._is_plain = np.array(plain, dtype=np.bool_)[batch.about] & np.isfinite(batch.value)
        for column in batch.numbers.values():
            self._is_plain &= ~np.isinf(column)
        for lists in batch.lists.values():
            self._is_plain &= lists.lengths() == 0

    def of(self, first: int, end: int, between: bytes = b"") -> bytes:
        """The points from one place up to another, one behind the other."""
        if not self._is_plain[first:end].all():
            points = (self._one(place) for place in range(first, end))
            return between.join(points)
        columns = self._columns(first, end)
        pieces = [b""] * (len(columns) * (end - first))
        for place, column in enumerate(columns):
            pieces[place :: len(columns)] = column
        if between:
            ends = pieces[len(columns) - 1 : -1 : len(columns)]
            pieces[len(columns) - 1 : -1 : len(columns)] = [end + between for end in ends]
        return b"".join(pieces)

    def _one(self, place: int) -> bytes:
        if not self._is_plain[place]:
            return msgspec.json.encode(_point(self._batch, place))
        return b"".join(text for (text,) in self._columns(place, place + 1))

    def _columns(self, first: int, end: int) -> list[list[bytes]]:
        """The parts of plain points in their order, a list of each for all of them."""
        batch, part = self._batch, slice(first, end)
        before, counted, interval, after = self._alike(part)
        value = _texts(batch.value[part])
        if not batch.numbers:
            return [before, value, after]
        ends, others = (
            [_texts(batch.numbers[name][part], name) for name in of if name in batch.numbers]
            for of in (NUMBERS[:2], NUMBERS[2:])
        )
        return [before, value, counted, *ends, interval, *others, after]

    def _alike(self, part: slice) -> tuple[list[bytes], ...]:
        """What stands before, between and after the numbers of points; often as in another run.

        Where no point has numbers beside its value, the last has all that follows.
        """
        batch = self._batch
        labels, about, n = (column[part] for column in (batch.label, batch.about, batch.n))
        alike = labels.tobytes() + about.tobytes() + n.tobytes()
        if alike not in self._kept:
            if len(self._kept) == _MOST_KEPT:
                self._kept.clear()
            around = [self._around.get(one) or self._new(one) for one in labels.tolist()]
            saying = [self._saying[one] for one in about.tolist()]
            counted = [b',"n":%d' % count for count in n.tolist()]
            columns = [
                [before for before, _ in around],
                [one + aggregate for one, (aggregate, _, _) in zip(counted, saying, strict=True)],
                [interval for _, interval, _ in saying],
                [rest + after for (_, _, rest), (_, after) in zip(saying, around, strict=True)],
            ]
            if not batch.numbers:
                columns[3] = [b"".join(texts) for texts in zip(*columns[1:], strict=True)]
            self._kept[alike] = tuple(columns)
        return self._kept[alike]

    def _new(self, place: int) -> tuple[bytes, bytes]:
        label = self._batch.labels[place]
        mark = b'"value":1.5,'  # stands in no text, where quotes are escaped
        whole = msgspec.json.encode(point_of(label, Measured(value=1.5, n=1)))
        before, _, after = whole.partition(mark + b'"n":1')
        found = self._around[place] = (before + b'"value":', after)
        return found


def _is_bare(said: Said) -> bool:
    """Whether nothing is said of the point beside its outcome."""
    return not said.fingerprint and said.side is None


def _saying(said: Said) -> tuple[bytes, bytes, bytes]:
    """What is said of a measurement as JSON: after ``n``, after its interval, and at the end."""
    warnings = _pair("warnings", said.warnings) if said.warnings else b""
    qualifier = Qualifier(said.qualifier)
    return (
        b"" if said.aggregate == "value" else _pair("aggregate", said.aggregate),
        _pair("interval", said.interval) if said.interval else b"",
        warnings + (b"" if qualifier is Qualifier.EXACT else _pair("qualifier", qualifier)),
    )


def _pair(name: str, value: object) -> bytes:
    return b',"%b":%b' % (name.encode(), msgspec.json.encode(value))


def _texts(numbers: Floats | Ints, name: str = "") -> list[bytes]:
    """Each number as JSON, as a pair behind others where it has a name; then none is nothing."""
    texts = msgspec.json.encode(numbers.tolist())[1:-1].split(b",")
    if not name:
        return texts
    start = b',"%b":' % name.encode()
    return [b"" if text == b"null" else start + text for text in texts]


def _kept(all_of_them: Sequence[Kept]) -> tuple[tuple[Kept, ...], list[int]]:
    """Each different one once, and the place of every one among these."""
    places: dict[Kept, int] = {}
    found = [places.setdefault(one, len(places)) for one in all_of_them]
    return tuple(places), found
