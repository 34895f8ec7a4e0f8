"""Read what iai and iai-callgrind print: instructions and cache accesses that valgrind counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import metric_name
from history.words.metrics import Direction
from history.words.records import Measured, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "iai"
_NAME: Final = re.compile(r"^(?P<name>[A-Za-z_][\w:]*(?: .*)?)$")
_COUNT: Final = re.compile(r"^\s+(?P<what>[A-Z][\w+ -]*?):\s+(?P<value>[^\s|]+)")
_COUNTS: Final = re.compile(r"^\s+(?:Instructions|Estimated Cycles):\s+\d", re.MULTILINE)
_WORSE: Final = frozenset(
    {"instructions", "estimated_cycles", "ram_accesses", "ram_hits", "total_read_write"}
)
"""Of which more is worse; more accesses to a near cache may be better or worse."""


class _Row(NamedTuple):
    line: int
    name: str
    counts: dict[str, str]


class Iai:
    """What ``cargo bench`` prints with iai or iai-callgrind (gungraun)."""

    name = "iai"
    summary = 'text of iai or iai-callgrind: a name, then "Instructions: 1735" and others'
    brings = Brings("instructions, estimated_cycles, accesses of caches")
    repeats_itself = True
    partial_exit_codes = frozenset({101})

    def recognise(self, head: str) -> bool:
        """Whether it counts instructions and cycles."""
        return len(_COUNTS.findall(head)) > 1 and "Estimated Cycles:" in head

    def parse(self, text: str, name: str = "iai") -> Parsed:  # noqa: ARG002 - protocol
        """Every count of every benchmark, each a metric of its own name.

        A row is one benchmark: a name and the counts indented below it. What stands behind a count,
        the one before or the difference to it, is not taken.
        """
        rows = list(_rows(text))
        numbers = [row.line for row in rows]
        points, refused = fields.take(rows, _points, numbers=numbers)
        return Parsed(points=tuple(points), rows_read=len(rows), refused=tuple(refused))


def _rows(text: str) -> Iterator[_Row]:
    row: _Row | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if count := _COUNT.match(line):
            if row is not None:
                row.counts.setdefault(metric_name(count["what"]), count["value"])
            continue
        if row is not None and row.counts:
            yield row
        named = _NAME.match(line.rstrip())
        row = _Row(number, named["name"], {}) if named else None
    if row is not None and row.counts:
        yield row


def _points(row: _Row) -> Iterator[Point]:
    for what, written in row.counts.items():
        value = fields.number(written, f'"{row.name}": {what}')
        if value < 0:
            raise RefuseError(f'"{row.name}": {what}: expected a count, found {written}')
        yield Point(
            suite=SUITE,
            benchmark=row.name,
            metric=what,
            unit="count",
            direction=Direction.LOWER if what in _WORSE else Direction.NONE,
            outcome=Measured(value=value, n=1),
        )
