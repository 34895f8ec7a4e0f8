"""Bring one benchmark of a result file of asv, format 1 or 2, into one shape."""

from __future__ import annotations

import ast
import itertools
import math
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.shortening import ADDRESS

COLUMNS: Final = (
    "result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b",
    "stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples", "profile",
)  # fmt: skip
"""Of format 2, as asv writes them."""
MOST_REPEATS: Final = 2**31 - 1
MOST: Final = 100_000
"""Combinations of a benchmark that failed as a whole: each becomes a point, and none is listed."""
_NAN: Final = float("nan")
_LARGEST: Final = sys.float_info.max
_STATED: Final = {
    "stats_q_25": "q_25",
    "stats_q_75": "q_75",
    "stats_repeat": "repeat",
    "stats_ci_99_a": "ci_99",
}
"""Columns of format 2 that are made of the statistics of format 1."""


class Row(NamedTuple):
    """One benchmark of one file."""

    values: tuple[Any, ...]
    """One for each combination of parameters, the last one fastest: a number, ``None`` where it
    failed, NaN where it was skipped."""
    params: tuple[tuple[str, ...], ...]
    """The same combinations, as text."""
    version: str
    started_ms: object
    cells: dict[str, Any]

    def column(self, name: str) -> list[float]:
        """The finite number that a column has for each value, NaN where it has none."""
        count, cells = len(self.values), self.cells.get(name)
        if not isinstance(cells, list):
            return [_NAN] * count
        if len(cells) == count:
            one = cells[0] if count == 1 else None
            if type(one) is float and abs(one) <= _LARGEST:  # almost every one
                return cells
            if all(map(_is_stated, cells)):
                return cells
        found = [float(one) if _is_stated(one) else _NAN for one in cells[:count]]
        return found + [_NAN] * (count - len(found))

    def cell(self, column: str, place: int) -> Any:  # noqa: ANN401 - looked at by the caller
        """What a column has for one value; None where it is cut off."""
        cells = self.cells.get(column)
        return cells[place] if isinstance(cells, list) and place < len(cells) else None


def _is_stated(cell: object) -> bool:
    """Whether it is a finite number."""
    return (type(cell) is float or type(cell) is int) and abs(cell) <= _LARGEST


def benchmarks(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Name and columns of every benchmark of a file; None where they cannot be told."""
    old = data.get("version", 1) == 1
    columns = data.get("result_columns")
    if not isinstance(columns, list) or not all(isinstance(one, str) for one in columns):
        columns = []
    for name, row in data["results"].items():
        if old:
            yield name, _of_format_1(name, row, data)
        elif isinstance(row, list) and len(row) <= len(columns):
            # Nulls at the end of a row are cut off.
            yield name, dict(zip(columns, row, strict=False))
        else:
            yield name, None


def _of_format_1(name: str, row: object, data: dict[str, Any]) -> dict[str, Any]:
    """A bare number, or an object whose statistics are a list of objects."""
    about = row if isinstance(row, dict) else {"result": row}
    stats = about.get("stats")
    stats = stats if isinstance(stats, list) else [stats]
    tables = [fields.table(one) for one in stats]
    cells: dict[str, Any] = {
        column: [table.get(key) for table in tables] for column, key in _STATED.items()
    }
    cells["stats_ci_99_a"] = [
        pair[0] if isinstance(pair, list) and pair else None for pair in cells["stats_ci_99_a"]
    ]
    result = about.get("result")
    return cells | {
        "result": result if isinstance(result, list) else [result],
        "params": about.get("params"),
        "samples": about.get("samples"),
        "version": fields.table(data.get("benchmark_version")).get(name),
        "started_at": fields.table(data.get("started_at")).get(name),
    }


def row_of(cells: dict[str, Any] | None) -> Row:
    """The row with its combinations. Raises RefuseError when values and parameters do not fit."""
    if cells is None:
        raise RefuseError('expected a list with at most as many cells as "result_columns"')
    lists = cells.get("params") or []
    written: tuple[tuple[str, ...], ...] = ()
    if lists:
        if not isinstance(lists, list) or not all(isinstance(one, list) for one in lists):
            raise RefuseError(f"params: expected a list of lists, found {fields.shown(lists)}")
        written = tuple(tuple(map(str, one)) for one in lists)
    count = math.prod(map(len, written)) if written else 1
    values = cells.get("result")
    if values is None:
        if count > MOST:
            raise RefuseError(f"params: expected at most {MOST} combinations, found {count}")
        values = [None] * count
    if not isinstance(values, list):
        raise RefuseError(f"result: expected a list, found {fields.shown(values)}")
    if len(values) != count:
        raise RefuseError(f"result: expected {count} values, one each way, found {len(values)}")
    version = cells.get("version")
    return Row(
        values=tuple(values),
        params=combinations(written),
        version="" if version is None else str(version),
        started_ms=cells.get("started_at"),
        cells=cells,
    )


@lru_cache(maxsize=4096)
def combinations(written: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Every combination of the parameters' values as text, the last parameter fastest."""
    return tuple(itertools.product(*map(_labels, written)))


def _labels(written: Sequence[str]) -> tuple[str, ...]:
    """Values without quotes and addresses, unless two of them would become one."""
    plain = tuple(ADDRESS.sub("", _unquoted(text)) for text in written)
    return plain if len(set(plain)) == len(plain) else tuple(written)


def _unquoted(text: str) -> str:
    if text[:1] not in {"'", '"'}:
        return text
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return found if isinstance(found, str) else text
