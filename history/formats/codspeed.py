"""Read the results that CodSpeed's plug-ins leave for its uploader: wall times, in nanoseconds.

The layout is that of the public sources of codspeed-rust and pytest-codspeed. What the other
instrument of CodSpeed leaves are profiles of Callgrind, which hold no result.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.words.records import Measured, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "codspeed"
_INSTRUMENT: Final = re.compile(r'"instrument"\s*:\s*\{\s*"type"\s*:\s*"walltime"')
_NS: Final = 1e-9


class Codspeed:
    """A file of the folder ``results`` of one profile."""

    name = "codspeed"
    summary = 'JSON of CodSpeed with "instrument" "walltime" and "benchmarks" with "stats"'
    brings = Brings("operation_time")
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether it names its creator and the instrument of wall times."""
        return '"creator"' in head and _INSTRUMENT.search(head) is not None

    def parse(self, text: str, name: str = "codspeed") -> Parsed:
        """The median of every benchmark with its quartiles; a row is one benchmark.

        A benchmark goes by its address, ``benches/mel.rs::kernels::mel``, as names may come twice.
        """
        _, rows = fields.load_rows(text, name, "benchmarks")
        points, refused = fields.take(rows, _points)
        return Parsed(points=tuple(points), rows_read=len(rows), refused=tuple(refused))


def _points(row: object) -> Iterator[Point]:
    about = fields.table(row)
    name = about.get("uri") or about.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RefuseError(f'expected an object with "uri" and "stats", found {fields.shown(row)}')
    yield Point(
        suite=SUITE,
        benchmark=name.strip(),
        metric="operation_time",
        outcome=_outcome(fields.table(about.get("stats")), name),
    )


def _outcome(stats: dict[str, Any], name: str) -> Measured:
    def seconds(key: str) -> float:
        return fields.number(stats.get(key), f'"{name}": {key}') * _NS

    rounds = fields.number(stats.get("rounds"), f'"{name}": rounds')
    return Measured(
        value=seconds("median_ns"),
        n=max(1, int(rounds)),
        aggregate="median",
        q1=seconds("q1_ns"),
        q3=seconds("q3_ns"),
        minimum=seconds("min_ns"),
        maximum=seconds("max_ns"),
    )
