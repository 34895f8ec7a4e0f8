"""Read the tables that divan prints: fastest, slowest, median and mean of every benchmark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.words import units
from history.words.metrics import Direction
from history.words.records import Measured, Point, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "divan"
_HEADER: Final = re.compile(
    r"^(?P<name>\S.*?)\s+(?P<first>fastest)\s+│ slowest\s+│ median\s+"
    r"│ mean\s+│ samples\s+│ iters\s*$",
    re.MULTILINE,
)
_BRANCH: Final = re.compile(r"^((?:[│ ]  )*)[├╰]─ (.*)$")
_THREADS: Final = re.compile(r"^t=(\d+)$")
_CELLS: Final = 6
_TITLE: Final = re.compile(r"^(max alloc|alloc|dealloc|grow|shrink):$")
_COSTS: Final = frozenset({"max alloc", "alloc", "grow"})
"""Sections of which more is worse; what is given back is counted, too."""


@dataclass
class _Row:
    """One benchmark, and the lines of rates and allocations below it."""

    line: int
    path: tuple[str, ...]
    cells: list[str]
    further: list[tuple[str, list[str]]] = field(default_factory=list)
    """Title of the section that a line stands in, and its cells."""


class Divan:
    """What ``cargo bench`` prints with divan."""

    name = "divan"
    summary = 'tables of divan: "fastest │ slowest │ median │ mean │ samples │ iters"'
    brings = Brings("operation_time, throughput, allocations")
    repeats_itself = True
    partial_exit_codes = frozenset({101})

    def recognise(self, head: str) -> bool:
        """Whether the header of a table is there."""
        return _HEADER.search(head) is not None

    def parse(self, text: str, name: str = "divan") -> Parsed:  # noqa: ARG002 - protocol
        """The median of every benchmark, with fastest and slowest, as divan rounds them.

        A benchmark is named by the path to it, ``bench/group/sort/1000``; ``t=4`` is its number of
        threads. A row is one line of the tree that has times.
        """
        rows = list(_rows(text))
        points, refused = fields.take(rows, _points, numbers=[row.line for row in rows])
        return Parsed(points=tuple(points), rows_read=len(rows), refused=tuple(refused))


def _rows(text: str) -> Iterator[_Row]:
    path: list[str] = []
    column, title = 0, ""
    row: _Row | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            path, column, row = [header["name"].strip()], header.start("first"), None
            continue
        if not column or not line.strip():
            continue
        label, cells = line[:column].rstrip(), [cell.strip() for cell in line[column:].split("│")]
        branch = _BRANCH.match(label)
        if branch is None:
            if row is not None and len(cells) == _CELLS:
                found = _TITLE.match(cells[0])
                title = found[1] if found else title
                if not found:
                    row.further.append((title, cells))
            continue
        path = [*path[: 1 + len(branch[1]) // 3], branch[2].strip()]
        title, row = "", None
        if any(cells):
            row = _Row(number, tuple(path), cells)
            yield row


def _points(row: _Row) -> Iterator[Point]:
    name = "/".join(row.path)
    if len(row.cells) != _CELLS:
        raise RefuseError(f'"{name}": expected {_CELLS} columns, found {len(row.cells)}')
    threads = _THREADS.match(row.path[-1])
    benchmark = "/".join(row.path[:-1]) if threads else name
    variant = Variant(threads=threads[1] if threads else "")
    count = fields.number(row.cells[4], f'"{name}": samples')
    fastest, slowest, median = (_quantity(cell, name) for cell in row.cells[:3])
    if median[0].metric != "operation_time":
        raise RefuseError(f'"{name}": expected a time, found {fields.shown(row.cells[2])}')
    yield Point(
        suite=SUITE,
        benchmark=benchmark,
        metric="operation_time",
        variant=variant,
        outcome=Measured(
            value=median[1],
            n=max(1, int(count)),
            aggregate="median",
            minimum=fastest[1],
            maximum=slowest[1],
        ),
    )
    for title, cells in row.further:
        kind, value = _quantity(cells[2], name, title)
        yield Point(
            suite=SUITE,
            benchmark=benchmark,
            metric=kind.metric,
            variant=variant,
            unit=kind.unit,
            direction=kind.direction,
            outcome=Measured(value=value, n=max(1, int(count)), aggregate="median"),
        )


def _quantity(cell: str, name: str, title: str = "") -> tuple[by_unit.Kind, float]:
    """``1.435 Mitem/s``, ``289 B``, ``4``: what it is, and its value in the base unit."""
    number, _, unit = cell.partition(" ")
    value = fields.number(number, f'"{name}"')
    if title:
        what = "bytes" if unit else "count"
        kind = by_unit.named(f"{title.replace(' ', '_')}_{what}", unit or "count")
        way = Direction.LOWER if title in _COSTS else Direction.NONE
        return kind._replace(direction=way), value * kind.factor
    kind = by_unit.kind(unit, otherwise=units.canonical(unit).base.partition("/")[0])
    return kind, value * kind.factor
