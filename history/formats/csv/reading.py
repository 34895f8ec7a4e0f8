"""Read plain CSV, one row per point, the simplest way into a history.

Columns: ``suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value``, and of
the optional ones (``columns.OPTIONAL``) those that are known. No git repository is needed: commits
are ordered by time, then by row.
"""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from history.formats import opened
from history.formats.csv import columns, plain
from history.formats.csv.points import Points
from history.formats.csv.runs import Runs
from history.formats.interface import Context, ImportedColumns, Refused
from history.report.wording.numbers import counted
from history.words.errors import ImportRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORT_BYTES: Final = 65_536
"""A file up to this size is read row by row, which takes less time than DuckDB takes to start."""
_LONGEST_CELL: Final = 2**30
"""Characters; the samples of one point stand in one cell."""


class Lines(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read(path: Path, context: Context, *, first_row: int = 2) -> ImportedColumns:
    """Read the file; a row that cannot be taken is refused with its line and a reason.

    ``first_row`` is the number of the row below the header, where it is not that of its line.

    Points of one ``run_id`` make one run; without, points of one commit on one machine do. When a
    series comes twice at one commit, the second is a run of its own.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with opened.opened(path) as file:
            lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            reader = csv.reader(lines)
            reading = Reading(context, first_row)
            header = reading.header(path.name, reader)
            file.seek(0)
            is_long = os.fstat(file.fileno()).st_size > SHORT_BYTES
            if is_long and (rows := plain.read(path, file, header)) is not None:
                return reading.taken(rows, [])
        with opened.opened(path) as file:
            lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            return Reading(context, first_row).read(path.name, csv.reader(lines))
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name}: expected UTF-8 text, found byte {error.object[error.start]:#04x} at "
            f"position {error.start}.",
            hint="Save the file as UTF-8.",
        ) from None


class Reading:
    """One pass over one file."""

    def __init__(self, context: Context, first_row: int = 2) -> None:
        """``first_row`` is the number of the row below the header."""
        self._context = context
        self._shift = first_row - 2
        self._flagged: dict[str, None] = {}

    def read(self, name: str, reader: Lines) -> ImportedColumns:
        """Every row of the file, one by one."""
        header = self.header(name, reader)
        try:
            rows, refused = by_one(reader, header)
        except csv.Error as error:
            raise _no_csv(name, reader, error) from None
        return self.taken(rows, refused)

    def header(self, name: str, reader: Lines) -> list[str]:
        """The columns of the first line. Raises ImportRefusedError when they cannot be used."""
        try:
            header = [column.strip() for column in next(reader, [])]
        except csv.Error as error:
            raise _no_csv(name, reader, error) from None
        columns.check(header, name, self._context)
        for column in columns.unknown(header):
            self._flag(f'column "{column}" is not known and was left out')
        return header

    def taken(self, rows: plain.Rows, refused: list[Refused]) -> ImportedColumns:
        """What is made of the rows; ``refused`` are those that are no rows of this file."""
        read = len(rows.line) + len(refused)
        points = Points(self._context, self._flag).read(rows)
        batch, further = Runs(self._context).of(points)
        if points.left_out:
            first = ", ".join(str(line + self._shift) for line in list(points.left_out)[:5])
            self._flag(
                f"{counted(sum(points.left_out.values()), 'sample')} without a finite number"
                f" left out, in {counted(len(points.left_out), 'row')}, first {first}"
            )
        all_refused = sorted([*refused, *points.refused, *further], key=lambda one: one.row)
        numbered = (Refused(one.row + self._shift, one.reason) for one in all_refused)
        return ImportedColumns(batch, read, tuple(numbered), tuple(self._flagged))

    def _flag(self, sentence: str) -> None:
        self._flagged[sentence] = None


def by_one(reader: Lines, header: list[str]) -> tuple[plain.Rows, list[Refused]]:
    """Rows as ``csv`` reads them, and those that have another number of cells than the header."""
    refused: list[Refused] = []
    names: dict[tuple[str, ...], int] = {}
    dates: dict[tuple[str, ...], int] = {}
    line: list[int] = []
    name: list[int] = []
    date: list[int] = []
    others: list[tuple[int, dict[str, str]]] = []
    naming, dating, telling = (
        [column for column in header if column in of]
        for of in (columns.NAMING, columns.DATING, columns.TELLING)
    )
    places = {column: place for place, column in enumerate(header)}
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(header):
            reason = f"expected {len(header)} cells, found {len(cells)}"
            refused.append(Refused(reader.line_num, reason))
            continue
        others.append((len(line), {column: cells[places[column]] for column in telling}))
        line.append(reader.line_num)
        name.append(names.setdefault(tuple(cells[places[one]] for one in naming), len(names)))
        date.append(dates.setdefault(tuple(cells[places[one]] for one in dating), len(dates)))
    rows = plain.Rows(
        names=[dict(zip(naming, one, strict=True)) for one in names],
        dates=[dict(zip(dating, one, strict=True)) for one in dates],
        line=np.array(line, dtype=np.int64),
        name=np.array(name, dtype=np.int64),
        date=np.array(date, dtype=np.int64),
        value=np.full(len(line), np.nan),
        others=others,
    )
    return rows, refused


def _no_csv(name: str, reader: Lines, error: csv.Error) -> ImportRefusedError:
    return ImportRefusedError(f"{name}: line {reader.line_num} is no CSV: {error}.")
