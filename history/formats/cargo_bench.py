"""Read the lines of Rust's ``cargo bench`` and of ``--output-format bencher`` of criterion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, LeftOut, Parsed
from history.report.wording.numbers import counted
from history.words import units
from history.words.records import Failed, Measured, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "cargo-bench"
_TEST: Final = re.compile(r"^test (?P<name>.+?)\s+\.\.\. (?P<result>.*?)\s*$", re.MULTILINE)
_BENCH: Final = re.compile(
    r"bench:\s+(?P<value>[\d,.]+) (?P<unit>\S+/iter)(?: \(\+/- (?P<spread>[\d,.]+)\))?"
    r"(?: = (?P<rate>[\d,.]+) (?P<rate_unit>\S+/s))?"
)
_NOT_MEASURED: Final = {
    "ignored": "ignored: it was not run",
    "ok": "a test, not a benchmark",
}


class CargoBench:
    """What ``cargo bench`` prints."""

    name = "cargo-bench"
    summary = 'lines "test NAME ... bench: 1,234 ns/iter (+/- 56)" of cargo bench or criterion'
    brings = Brings("operation_time, bandwidth")
    repeats_itself = True
    partial_exit_codes = frozenset({101})

    def recognise(self, head: str) -> bool:
        """Whether a line of it is a benchmark's."""
        return any(_BENCH.match(line["result"]) for line in _TEST.finditer(head))

    def parse(self, text: str, name: str = "cargo-bench") -> Parsed:  # noqa: ARG002 - protocol
        """``operation_time`` of every benchmark, and ``bandwidth`` where it is stated.

        A row is a line that begins with ``test``; tests and what was ignored are left out. The
        number behind ``+/-`` is a range in one tool and a deviation in the other, so it is no
        interval. A benchmark that failed is a failed point.
        """
        lines = [(text.count("\n", 0, found.start()) + 1, found) for found in _TEST.finditer(text)]
        left_out = [
            LeftOut(number, f'"{found["name"]}": {_NOT_MEASURED[found["result"]]}')
            for number, found in lines
            if found["result"] in _NOT_MEASURED
        ]
        kept = [line for line in lines if line[1]["result"] not in _NOT_MEASURED]
        numbers = [number for number, _ in kept]
        points, refused = fields.take([found for _, found in kept], _points, numbers=numbers)
        spreads = sum(" (+/- " in found["result"] for _, found in kept)
        flagged = f'"+/-" of {counted(spreads, "result")} left out: it is no interval'
        return Parsed(
            points=tuple(points),
            rows_read=len(lines),
            left_out=tuple(left_out),
            refused=tuple(refused),
            flagged=(flagged,) if spreads else (),
        )


def _points(line: re.Match[str]) -> Iterator[Point]:
    name, result = line["name"].strip(), line["result"]
    if result == "FAILED":
        outcome = Failed(reason="the benchmark failed")
        yield Point(suite=SUITE, benchmark=name, metric="operation_time", outcome=outcome)
        return
    bench = _BENCH.fullmatch(result)
    if bench is None:
        raise RefuseError(
            f'"{name}": expected "bench: 1,234 ns/iter", found {fields.shown(result)}'
        )
    yield _measured(name, bench["value"], bench["unit"])
    if bench["rate"]:
        yield _measured(name, bench["rate"], bench["rate_unit"])


def _measured(name: str, written: str, unit: str) -> Point:
    kind = by_unit.kind(unit, otherwise=units.canonical(unit).base.partition("/")[0])
    value = fields.number(written, f'"{name}"') * kind.factor
    return Point(
        suite=SUITE,
        benchmark=name,
        metric=kind.metric,
        unit=kind.unit,
        direction=kind.direction,
        outcome=Measured(value=value, n=1),
    )
