"""Check whether a record that was read from a file can be stored."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from history.formats import limits_in_force
from history.report.wording.numbers import counted
from history.store.admission.limits import EARLIEST
from history.words.metrics import registry
from history.words.records import Commit, Item, Measured, Point, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from history.store.batch import Batch, Label
    from history.words.records import RunRecord

_LARGEST: Final = 2**63
_COUNTS: Final = ("n", "cores", "memory_gib")
_LARGEST_COUNT: Final = 2**31 - 1
"""Counts stand in columns of 32 bits."""
_NO_METRIC: Final = "expected the name of a metric, found none"
LARGEST_VALUE: Final = 1e150
"""The square of a larger one is no number, so nothing could be said of its spread."""
_NOT_NEGATIVE: Final = frozenset({"s", "B"})


def fault(record: object) -> str:
    """What is wrong with a text, number or time in it, at any depth; empty when nothing is."""
    left = [record]
    most = limits_in_force.now().text_bytes
    while left:
        one = left.pop()
        if type(one) is str and len(one) <= most and one.isascii():
            continue  # almost all that there is
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            left += () if _are_samples(one) else one
        elif isinstance(one, msgspec.Struct):
            if found := _of_fields(one):
                return found
            left += [getattr(one, name) for name in one.__struct_fields__]
        elif found := _of_one(one):
            return found
    return ""


def fault_of_run(record: RunRecord) -> str:
    """The same for a run and everything in it, naming the point or the item."""
    if found := fault(record.run):
        return f"the run of commit {record.run.commit.sha[:40]}: {found}"
    both: list[Point | Item] = [*record.points, *record.items]
    for one in both:
        if found := fault(one):
            return f"{name_of(one)}: {found}"
    return ""


def name_of(one: Point | Label | Item) -> str:
    """The benchmark, and which metric or item of it; short."""
    last = one.item if isinstance(one, Item) else one.metric
    return f"{one.benchmark[:60]}, {last[:60]}"


def lacks_a_number(records: Sequence[RunRecord]) -> bool:
    """Whether a number beside a value is NaN, which stands for no number in a column."""
    outcomes = (point.outcome for record in records for point in record.points)
    return any(
        number is not None and isnan(number)
        for one in outcomes
        if isinstance(one, Measured)
        for number in (one.low, one.high, one.q1, one.q3, one.minimum, one.maximum)
    )


def fault_of_columns(batch: Batch) -> str:
    """The same for columns: every name and text once, every number in one sweep."""
    for run in batch.runs:
        if found := fault(run):
            return f"the run of commit {run.commit.sha[:40]}: {found}"
    for label in batch.labels:
        if found := fault(label) or ("" if label.metric else _NO_METRIC):
            return f"{name_of(label)}: {found}"
    for place, said in enumerate(batch.said):
        if found := fault(said):
            first = int(np.argmax(batch.about == place))
            return f"{name_of(batch.labels[batch.label[first]])}: {found}"
    for _, item in batch.items:
        if found := fault(item):
            return f"{name_of(item)}: {found}"
    return _fault_of_numbers(batch)


def too_large(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers have no place in the record; NaN has."""
    found: NDArray[np.bool_] = np.abs(numbers) > LARGEST_VALUE
    return found


def _fault_of_numbers(batch: Batch) -> str:
    is_measured = np.array([one.status is Status.MEASURED for one in batch.said], dtype=np.bool_)
    bad = is_measured[batch.about] & np.isnan(batch.value)
    for column in (batch.value, *batch.numbers.values()):
        bad |= too_large(column)
    for lists in batch.lists.values():
        owner = np.repeat(np.arange(len(batch)), lists.lengths())
        bad[owner[~(np.abs(lists.flat) <= LARGEST_VALUE)]] = True
    counts = batch.n > _LARGEST_COUNT
    both = (
        (bad, f"expected finite numbers up to {LARGEST_VALUE:g} in base units"),
        (counts, f"expected n of at most {_LARGEST_COUNT}"),
    )
    for found, expected in both:
        if found.any():
            return f"{name_of(batch.labels[batch.label[int(np.argmax(found))]])}: {expected}"
    return ""


def odd(batch: Batch) -> tuple[str, ...]:
    """A sentence about times and sizes that are negative, and one about times that are 0."""
    unit = np.array([_unit_of(label) for label in batch.labels], dtype=np.str_)[batch.label]
    negative = np.flatnonzero((batch.value < 0) & np.isin(unit, sorted(_NOT_NEGATIVE)))
    none = np.flatnonzero((batch.value == 0) & (unit == "s"))
    said = (("below 0", negative), ("of 0 seconds", none))
    return tuple(
        f"{counted(places.size, 'value')} {what}, first"
        f" {name_of(batch.labels[batch.label[places[0]]])}"
        for what, places in said
        if places.size
    )


def _unit_of(label: Label) -> str:
    known = registry().get(label.metric)
    return label.unit or (known.unit if known else "")


def _are_samples(values: Sequence[object]) -> bool:
    """Whether they are sound numbers all; there may be millions of them."""
    return all(type(one) is float and abs(one) <= LARGEST_VALUE for one in values)


def _of_fields(one: msgspec.Struct) -> str:
    """A name that is empty, or a count that its column cannot hold."""
    if isinstance(one, Point) and not one.metric:
        return _NO_METRIC
    if isinstance(one, Commit) and not one.sha.strip():
        return "expected the name of a commit, found none"
    for name in _COUNTS:
        count = getattr(one, name, None)
        if isinstance(count, int) and count > _LARGEST_COUNT:
            return f"expected {name} of at most {_LARGEST_COUNT}, found {count}"
    return ""


def _of_one(one: object) -> str:
    if isinstance(one, str):
        return _of_text(one)
    if isinstance(one, float) and not abs(one) <= LARGEST_VALUE:
        return f"expected finite numbers up to {LARGEST_VALUE:g} in base units, found {one:g}"
    if isinstance(one, int) and not -_LARGEST <= one < _LARGEST:
        return "expected whole numbers of at most 19 digits, found a larger one"
    if isinstance(one, datetime):
        return _of_time(one)
    return ""


def _of_text(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "expected Unicode text, found half of a surrogate pair"
    most = limits_in_force.now().text_bytes
    if size > most:
        return f"expected texts of at most {most} bytes, found one of {size}"
    return ""


def _of_time(moment: datetime) -> str:
    latest = limits_in_force.now().latest(datetime.now(UTC))
    if EARLIEST <= moment <= latest:
        return ""
    return f"expected a time from {EARLIEST:%Y} to {latest:%Y-%m-%d}, found {moment.isoformat()}"
