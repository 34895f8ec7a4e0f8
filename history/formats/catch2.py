"""Read the benchmarks of Catch2 from its XML report, times in nanoseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.words.errors import ImportRefusedError
from history.words.records import Failed, Measured, Outcome, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "catch2"
_NS: Final = 1e-9
_OURS: Final = 0.95
_NESTED: Final = frozenset({"TestCase", "Section"})


class _Row(NamedTuple):
    benchmark: str
    element: ET.Element


class Catch2:
    """``program --reporter xml``."""

    name = "catch2"
    summary = "XML of Catch2 (--reporter xml) with <BenchmarkResults>"
    brings = Brings("operation_time")
    repeats_itself = True
    partial_exit_codes = frozenset(range(1, 256))

    def recognise(self, head: str) -> bool:
        """Whether it begins as XML of Catch2, of version 2 or 3."""
        return head.lstrip().startswith("<?xml") and ("<Catch2TestRun" in head or "<Catch " in head)

    def parse(self, text: str, name: str = "catch2") -> Parsed:
        """``operation_time`` of every benchmark: the mean with its bootstrapped interval.

        A benchmark is named by its test case, the sections it is in, and itself. A row is one
        benchmark; the JSON report of Catch2 holds none of them. Raises ImportRefusedError for XML
        that is cut off or has a document type, which results never have.
        """
        rows = list(_rows(_tree(text, name), ()))
        points, refused = fields.take(rows, _points)
        return Parsed(points=tuple(points), rows_read=len(rows), refused=tuple(refused))


def _tree(text: str, name: str) -> ET.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ImportRefusedError(f"{name}: expected XML of results, found a document type.")
    try:
        return ET.fromstring(text.encode())  # noqa: S314 - no entities, see above
    except (ET.ParseError, LookupError, ValueError) as error:  # an encoding is looked up
        raise ImportRefusedError(
            f"{name}: expected XML, found a mistake: {error}.",
            hint="If it was cut off while it was written, make it again.",
        ) from None


def _rows(element: ET.Element, inside: tuple[str, ...]) -> Iterator[_Row]:
    """Every benchmark below, in order; one test nests sections, so it is no deep recursion."""
    left = [(element, inside)]
    while left:
        one, names = left.pop()
        if one.tag == "BenchmarkResults":
            yield _Row(" / ".join((*names, one.get("name", "").strip())), one)
            continue
        own = one.get("name", "").strip() if one.tag in _NESTED else ""
        left += [(child, (*names, own) if own else names) for child in reversed(one)]


def _points(row: _Row) -> Iterator[Point]:
    if not row.element.get("name", "").strip():
        raise RefuseError("expected a benchmark with a name")
    try:
        outcome = _outcome(row.element)
    except RefuseError as error:
        raise RefuseError(f'"{row.benchmark}": {error}') from None
    yield Point(suite=SUITE, benchmark=row.benchmark, metric="operation_time", outcome=outcome)


def _outcome(element: ET.Element) -> Outcome:
    failed = element.find("failed")
    if failed is not None:
        return Failed(reason=failed.get("message") or "the benchmark failed")
    mean = element.find("mean")
    if mean is None:
        raise RefuseError("expected <mean>")
    value, low, high = (
        fields.number(mean.get(key), key) * _NS for key in ("value", "lowerBound", "upperBound")
    )
    samples = fields.number(element.get("samples"), "samples")
    is_ours = fields.number(mean.get("ci"), "ci") == _OURS and low <= value <= high
    return Measured(
        value=value,
        n=max(1, int(samples)),
        aggregate="mean",
        low=low if is_ours else None,
        high=high if is_ours else None,
        interval="stated" if is_ours else "",
    )
