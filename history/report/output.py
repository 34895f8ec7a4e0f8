"""Print rows as a table for people, or as CSV, JSON or Markdown for programs."""

from __future__ import annotations

import csv
import re
import sys
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import orjson

from history.report.review.inert import inert
from history.report.wording import numbers
from history.words.key import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Control characters in a name could rewrite what a terminal shows.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    format_: str,
    *,
    empty: str = "Nothing to show.",
) -> None:
    """Print these columns of the rows.

    ``csv`` has a header even without rows, ``json`` is one array of objects, and ``text`` says
    ``empty`` when there is nothing. Absent values are empty cells, and null in JSON.
    """
    stream = sys.stdout
    kept = [{column: row.get(column) for column in columns} for row in rows]
    if format_ == "csv":
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(row[column]) for column in columns] for row in kept)
    elif format_ == "json":
        stream.write(
            orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z, default=str).decode()
        )
        stream.write("\n")
    elif not kept:
        stream.write(f"{empty}\n")
    elif format_ == "markdown":
        stream.write(markdown(kept, columns))
    else:
        stream.write(plain(kept, columns))


def columns_of(row: Any, names: Sequence[str]) -> dict[str, Any]:  # noqa: ANN401 - see below
    """Fields of a record that has a ``key``, and of its key, by name; enums as their text."""
    values = {name: getattr(row.key if name in FIELDS else row, name) for name in names}
    return {
        name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()
    }


def cell(value: object) -> str:
    """One value as text: floats in their shortest exact form, times in ISO 8601, None empty.

    Several values stand one behind the other, with semicolons.
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return "; ".join(map(cell, value))
    return str(value)


def visible(text: str) -> str:
    """Text from outside without control characters."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def markdown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """A Markdown table; values are escaped, see ``inert``."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += [
        "| " + " | ".join(_markdown(row[column]) for column in columns) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def plain(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """An aligned table for a terminal; numbers to the right."""
    cells = [[short(row[column]) for column in columns] for row in rows]
    widths = [
        max(len(column), *(len(line[position]) for line in cells))
        for position, column in enumerate(columns)
    ]
    right = [all(isinstance(row[column], int | float | None) for row in rows) for column in columns]

    def line(values: Sequence[str]) -> str:
        padded = (
            value.rjust(width) if to_right else value.ljust(width)
            for value, width, to_right in zip(values, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    return "\n".join([line(columns), *(line(values) for values in cells)]) + "\n"


def short(value: object) -> str:
    """One value as people read it in a table: in one line, times to the minute."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return numbers.exact(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return visible(cell(value).replace("\n", " "))


def _markdown(value: object) -> str:
    return inert(short(value))
