"""Read what criterion.rs prints for people: name, time and throughput, each between its bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.shortening import shortened
from history.report.wording.numbers import counted
from history.words.records import Measured, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "criterion"
"""The same as of criterion's folders: they are the same benchmarks."""
_TIME: Final = re.compile(r"^(?P<name>\S.*?)?\s*\btime:\s+\[(?P<cells>[^\]]*)\]?\s*$")
_RATE: Final = re.compile(r"^\s+thrpt:\s+\[(?P<cells>[^\]]*)\]\s*$")
_WHOLE: Final = re.compile(r"\btime:\s+\[[\d.]+ [pnuµm]?s [\d.]+ [pnuµm]?s [\d.]+ [pnuµm]?s\]")
_PROGRESS: Final = "Benchmarking "
_PICOSECONDS: Final = ("ps", "ns", 1e-3)
_CELLS: Final = 6


@dataclass
class _Row:
    """One benchmark."""

    line: int
    name: str
    time: str
    rate: str = ""


class CriterionText:
    """The text of ``cargo bench`` with criterion."""

    name = "criterion-text"
    summary = 'text of criterion: "NAME  time:   [1.2 ns 1.3 ns 1.4 ns]"'
    brings = Brings("operation_time, throughput")
    repeats_itself = True
    partial_exit_codes = frozenset({101})

    def recognise(self, head: str) -> bool:
        """Whether a line of it has a time between two others."""
        return _WHOLE.search(head) is not None

    def parse(self, text: str, name: str = "criterion-text") -> Parsed:  # noqa: ARG002 - protocol
        """The estimate in the middle, of the slope or else of the mean, as criterion rounds it.

        A row is one line with a time; a long name stands on the line before. What is around the
        estimate is no interval here, because the text does not say of which level. The folder
        ``target/criterion`` has the samples.
        """
        rows = list(_rows(text))
        points, refused = fields.take(rows, _points, numbers=[row.line for row in rows])
        flagged = (
            f"bounds of {counted(len(points), 'value')} left out: of which level is not said;"
            " the folder target/criterion has samples"
        )
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=(flagged,) if points else (),
        )


def _rows(text: str) -> Iterator[_Row]:
    before, row = "", None
    for number, line in enumerate(text.split("\n"), start=1):
        if time := _TIME.match(line):
            row = _Row(number, (time["name"] or before).strip(), time["cells"])
            yield row
        elif row is not None and (rate := _RATE.match(line)):
            row.rate = rate["cells"]
        elif line.strip() and not line.startswith(_PROGRESS):
            row = row if line[:1].isspace() else None
        before = "" if line[:1].isspace() or line.startswith(_PROGRESS) else line


def _points(row: _Row) -> Iterator[Point]:
    if not row.name:
        raise RefuseError("expected the name of a benchmark before its time")
    for written in filter(None, (row.time, row.rate)):
        cells = written.split()
        if len(cells) != _CELLS:
            raise RefuseError(
                f'"{row.name}": expected three values with units, found {fields.shown(written)}'
            )
        value, unit = fields.number(cells[2], f'"{row.name}"'), cells[3]
        if unit == _PICOSECONDS[0]:
            unit, value = _PICOSECONDS[1], value * _PICOSECONDS[2]
        kind = by_unit.kind(unit, otherwise=unit)
        yield Point(
            suite=SUITE,
            benchmark=shortened(row.name),
            metric=kind.metric,
            unit=kind.unit,
            direction=kind.direction,
            outcome=Measured(value=value * kind.factor, n=1, aggregate="slope"),
        )
