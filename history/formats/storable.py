"""Tell what keeps a record that was read from a file from being stored, before anything is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from history.report.wording.numbers import counted
from history.store.admission.limits import EARLIEST, Limits
from history.words.metrics import registry
from history.words.records import Item, Measured, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.words.records import RunRecord

_LIMITS: Final = Limits()
_LARGEST: Final = 2**63
_LARGEST_VALUE: Final = 1e150
"""The square of a larger one is no number, so nothing could be said of its spread."""
_NOT_NEGATIVE: Final = frozenset({"s", "B"})


def fault(record: object) -> str:
    """What is wrong with a text, number or time in it, at any depth; empty when nothing is."""
    left = [record]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            left += () if _are_samples(one) else one
        elif isinstance(one, msgspec.Struct):
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


def name_of(one: Point | Item) -> str:
    """The benchmark, and which metric or item of it; short."""
    last = one.metric if isinstance(one, Point) else one.item
    return f"{one.benchmark[:60]}, {last[:60]}"


def odd(records: tuple[RunRecord, ...]) -> tuple[str, ...]:
    """A sentence about times and sizes that are negative, and one about times that are 0."""
    negative: list[Point] = []
    none: list[Point] = []
    for point in (point for record in records for point in record.points):
        if not isinstance(point.outcome, Measured):
            continue
        known = registry().get(point.metric)
        unit = point.unit or (known.unit if known else "")
        if point.outcome.value < 0 and unit in _NOT_NEGATIVE:
            negative.append(point)
        elif point.outcome.value == 0 and unit == "s":
            none.append(point)
    said = (("below 0", negative), ("of 0 seconds", none))
    return tuple(
        f"{counted(len(points), 'value')} {what}, first {name_of(points[0])}"
        for what, points in said
        if points
    )


def _are_samples(values: Sequence[object]) -> bool:
    """Whether they are sound numbers all; there may be millions of them."""
    return all(type(one) is float and abs(one) <= _LARGEST_VALUE for one in values)


def _of_one(one: object) -> str:
    if isinstance(one, str):
        return _of_text(one)
    if isinstance(one, float) and not abs(one) <= _LARGEST_VALUE:
        return f"expected finite numbers up to {_LARGEST_VALUE:g} in base units, found {one:g}"
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
    if size > _LIMITS.text_bytes:
        return f"expected texts of at most {_LIMITS.text_bytes} bytes, found one of {size}"
    return ""


def _of_time(moment: datetime) -> str:
    latest = _LIMITS.latest(datetime.now(UTC))
    if EARLIEST <= moment <= latest:
        return ""
    return f"expected a time from {EARLIEST:%Y} to {latest:%Y-%m-%d}, found {moment.isoformat()}"
